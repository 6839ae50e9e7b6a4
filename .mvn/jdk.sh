# Finds the newest JDK of 21 or newer on this machine; sourced by ./mvnw and ./quark.
# Sets QUARK_JDK, or prints one line that says what to install and returns 1. No JVM is started for it: the version is
# read from the JDK's own "release" file.

jdk_version() { # JDK home -> its feature version, nothing where there is no compiler
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  QUARK_JDK='' best=20
  java_on_path=$(command -v javac 2>/dev/null) && java_on_path=$(readlink -f "$java_on_path") || java_on_path=
  for home in "${JAVA_HOME:-}" "${java_on_path%/bin/javac}" /usr/lib/jvm/* /opt/* /opt/java/* /usr/java/* /usr/local/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    version=$(jdk_version "$home")
    if [ "${version:-0}" -gt "$best" ]; then best=$version QUARK_JDK=$home; fi
  done
  if [ -z "$QUARK_JDK" ]; then
    echo "QUARK needs a JDK of 21 or newer and found none: install one (Debian 13: apt-get install openjdk-21-jdk-headless; elsewhere Eclipse Temurin 25) or set JAVA_HOME to it." >&2
    return 1
  fi
}
