# Copies one output stream of a command to its spool file; $1 is the run's folder, by which this process is found.
#
# It lives as long as anything holds the stream. What comes after $2 blocks of 512 bytes is thrown away: a program that the
# command left behind goes on, and doesn't fill the disk. Where the disk is full, the command waits until there is room.
ulimit -c 0
ulimit -f "$2"
until cat; do
  [ "$(wc -c <"/proc/$$/fd/1")" -lt "$(($2 * 512))" ] || exec cat >/dev/null
  until printf '\nQUARK: some output is missing here; was the disk full?\n' 2>/dev/null; do
    sleep 1
  done
done
