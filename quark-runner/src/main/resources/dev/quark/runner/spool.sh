# Copies one output stream of a command to its spool file; $1 is the run's folder, by which this process is found.
#
# It lives as long as anything holds the stream. What comes after $2 blocks of 512 bytes is thrown away: a program that the
# command left behind goes on, and doesn't fill the disk.
ulimit -c 0
ulimit -f "$2"
cat
exec cat >/dev/null
