# Finds the newest JDK of 21 or newer on this machine; sourced by ./mvnw, ./quark and, for a Java that runs only, by the
# installed quark. Sets QUARK_JDK, or prints one line that says what to install and returns 1. No JVM is started for it: the
# version is read from the JDK's own "release" file.

jdk_version() { # home, tool -> its feature version, nothing where the tool isn't there
  [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() { # [tool]: javac, or java where nothing is to be compiled
  QUARK_JDK='' best=20 tool=${1:-javac} user=${HOME:-/nonexistent}
  on_path=$(command -v "$tool" 2>/dev/null) && on_path=$(readlink -f "$on_path") || on_path=
  for home in "${JAVA_HOME:-}" "${on_path%/bin/"$tool"}" /usr/lib/jvm/* /opt/* /opt/java/* /usr/java/* /usr/local/* \
    "$user"/.sdkman/candidates/java/* "$user"/.jdks/* "$user"/.asdf/installs/java/* \
    "$user"/.local/share/mise/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    version=$(jdk_version "$home" "$tool")
    if [ "${version:-0}" -gt "$best" ]; then best=$version QUARK_JDK=$home; fi
  done
  if [ -z "$QUARK_JDK" ]; then
    echo "QUARK needs a JDK of 21 or newer and found none: install one (Debian 13: apt-get install openjdk-21-jdk-headless; elsewhere Eclipse Temurin 25) or set JAVA_HOME to it." >&2
    return 1
  fi
}
