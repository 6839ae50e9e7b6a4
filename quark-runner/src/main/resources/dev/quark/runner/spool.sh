# Copies one output stream of a command to spool files; this process is found by the run's folder among its arguments.
#
#   $1 the run's folder        $2 stdout or stderr
#   $3 how long a file may become, in blocks of 512 bytes
#   $4 how many files there may be; 0 for a single one that begins at 0
#
# A file's name ends with where in the stream it begins. It lives as long as anything holds the stream.
ulimit -c 0
if [ "$4" -eq 0 ]; then
  # What comes after the limit is thrown away: a program that the command left behind goes on, and doesn't fill the disk.
  # Where the disk is full, the command waits until there is room.
  ulimit -f "$3"
  {
    until cat; do
      [ "$(wc -c <"/proc/$$/fd/1")" -lt "$(($3 * 512))" ] || exec cat >/dev/null
      until printf '\nQUARK: some output is missing here; was the disk full?\n' 2>/dev/null; do
        sleep 1
      done
    done
  } >>"$1/$2.00000000000000000000"
  exec cat >/dev/null
fi

begin=0
while :; do
  file=$1/$2.$(printf '%020d' "$begin")
  # Each read is written at once. Where the disk is full, what comes is lost, and the command goes on; less of it the
  # shorter that lasts. The gap is said as soon as there is room to say it.
  if ! dd bs=16384 count="$(($3 / 32))" >>"$file" 2>/dev/null; then
    reads=1
    until printf '\nQUARK: some output is missing here; was the disk full?\n' 2>/dev/null >>"$file"; do
      [ "$(dd bs=16384 count="$reads" 2>/dev/null | wc -c)" -gt 0 ] || exit 0
      reads=$((reads < 64 ? reads * 2 : 64))
    done
    continue
  fi
  size=$(wc -c <"$file")
  [ "$size" -gt 0 ] || break
  begin=$((begin + size))
  # Nobody has read the oldest for too long.
  set -- "$1" "$2" "$3" "$4" "$1/$2".*
  while [ $# -gt "$(($4 + 4))" ]; do
    rm -f "$5"
    folder=$1 stream=$2 blocks=$3 most=$4
    shift 5
    set -- "$folder" "$stream" "$blocks" "$most" "$@"
  done
done
rm -f "$file"
