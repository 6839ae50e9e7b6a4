# Runs one deploy command, and goes on when QUARK is gone. Started in a session of its own; only "sh" as POSIX has it.
#
#   $1 the run's folder        $2 the command           $3 the cgroup.procs to join, or nothing
#   $4 PATH for QUARK's tools  $5 the text of spool.sh  $6 and $7 how long a spool file may become, and how many there may be
#   $8 "escaped" where the command is written for printf's %b; the variables named by $9 and on always are
#
# No variable is set in this shell: the command is to inherit the environment as it came, whatever its names are.

# The claim. It succeeds once, here or in the recovery of a QUARK that was started again, which then bars this run.
set -C
true >"$1/started" || exit 75
set +C

# Commands signal their whole process group ("kill 0"). This shell is in it, and has yet to note the exit code.
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2

(IFS= read -r line </proc/$$/stat && printf '%s\n' "$line" >"$1/pid") || exit 75

fail() {
  printf 'QUARK could not run the command: %s\n' "$2" >>"$1/stderr.00000000000000000000"
  exit 75
}

# Pipes, since a script that opens /dev/stdout or /dev/stderr would truncate a file.
(PATH=$4 && export PATH && unset QUARK_RUN LD_PRELOAD LD_LIBRARY_PATH && exec mkfifo -m 600 "$1/out" "$1/err") ||
  fail "$1" "no pipe could be made in $1"
exec 3<>"$1/out" 4<"$1/out" 5>"$1/out" 3>&-
exec 3<>"$1/err" 6<"$1/err" 7>"$1/err" 3>&-

spool() {
  trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2 XFSZ
  unset QUARK_RUN LD_PRELOAD LD_LIBRARY_PATH
  PATH=$4
  export PATH
  exec setsid /bin/sh -c "$5" quark-spool "$1" "$8" "$6" "$7"
}
(spool "$1" "$2" "$3" "$4" "$5" "$6" "$7" stdout) <&4 4<&- 5>&- 6<&- 7>&- &
(spool "$1" "$2" "$3" "$4" "$5" "$6" "$7" stderr) <&6 4<&- 5>&- 6<&- 7>&- &
exec 4<&- 6<&-

(
  # A cgroup that can't be joined is no reason to fail: the processes are found by their session and their marker too.
  [ -z "$3" ] || { echo 0 >"$3"; } 2>/dev/null
  case $8 in
    escaped) set -- "$@" "$(printf '%bx' "$2")" ;;
    *) set -- "$@" "$2x" ;;
  esac
  shift 8
  while [ $# -gt 1 ]; do
    eval "$1=\$(printf '%bx' \"\$$1\") && $1=\${$1%x}"
    shift
  done
  exec /bin/sh -c "${1%x}"
) </dev/null >&5 2>&7 5>&- 7>&-

set -- "$1" "$?" "$4"

# A shell that SIGTERM ended may have left a script behind that catches it: what that prints in the end is the command's too.
others() {
  for stat in /proc/[0-9]*/stat; do
    IFS= read -r line <"$stat" || continue
    [ "$stat" != "/proc/$$/stat" ] || continue
    set -- ${line##*) }
    [ "$3" != "$$" ] || [ "$2" = "$$" ] || [ "$1" = Z ] || return 0
  done
  return 1
}
awaitOthers() {
  trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2
  unset QUARK_RUN LD_PRELOAD LD_LIBRARY_PATH
  PATH=$1
  export PATH
  IFS=' '
  left=100
  while [ "$left" -gt 0 ] && others; do
    left=$((left - 1))
    sleep 0.1 || sleep 1
  done
}
[ "$2" -ne 143 ] || (awaitOthers "$3") 2>/dev/null 5>&- 7>&-

# The exit code first, then a mark in both streams: what comes after it was printed by what the command left behind.
# The file has its blocks already, so that a full disk can't keep the exit code out of it.
printf 'exit %3d\n' "$2" 1<>"$1/exit"
printf '\000\001%s\000' "$QUARK_RUN" >&5
printf '\000\001%s\000' "$QUARK_RUN" >&7
exec 5>&- 7>&-
wait
