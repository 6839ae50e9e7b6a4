#!/bin/sh
# pm2 reload of two workers that share a port. A process manager alone: there is no proxy before it.
#   pm2.sh start DIR PORT | deploy DIR VERSION | stop DIR
set -eu
cmd=$1 dir=$2
here=$(cd "$(dirname "$0")" && pwd)
export PM2_HOME="$dir/pm2" APP_GRACEFUL=1
mkdir -p "$dir" && cd "$dir" # where its daemon is looked for, should it be left over
case $cmd in
start)
	PORT=$3 APP_VERSION=v0 pm2 start "$here/app.mjs" --name app -i 2 >/dev/null
	i=0; until curl -s -o /dev/null "http://127.0.0.1:$3/"; do i=$((i + 1)); [ $i -lt 400 ]; sleep 0.025; done ;;
deploy) APP_VERSION=$3 pm2 reload app --update-env >/dev/null ;;
stop) pm2 kill >/dev/null ;;
esac
