# Runs the router and starts it again when it crashes; goes on when QUARK is gone. In a session of its own; POSIX sh only.
#
#   $1 the router's folder    the rest: its command line
dir=$1
shift

child=
trap 'trap "" TERM; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; wait; exit 0' TERM INT
trap '' HUP

IFS= read -r line </proc/$$/stat && printf '%s\n' "$line" >"$dir/supervisor.$$" && mv "$dir/supervisor.$$" "$dir/supervisor"

delay=0
while :; do
  begun=$(date +%s)
  "$@" &
  child=$!
  wait "$child"
  code=$?
  over=$dir/over.$child
  child=
  # It said that it is over: its exit code may be that of a JVM that could not write its class data.
  if [ -f "$over" ]; then
    rm -f "$over"
    exit 0
  fi
  # 0: it was replaced, or told to stop. 78: starting it again would not help.
  case $code in
    0 | 78) exit "$code" ;;
  esac
  # Where its folder was removed nobody can tell a router anything any more.
  [ -d "$dir" ] || exit 0
  echo "The router ended with code $code"
  [ $(($(date +%s) - begun)) -lt 10 ] || delay=0
  [ "$delay" = 0 ] || sleep "$delay"
  # The first time at once, then after 1, 2, 4, then every 5 seconds.
  case $delay in
    0) delay=1 ;;
    1 | 2) delay=$((delay * 2)) ;;
    *) delay=5 ;;
  esac
done
