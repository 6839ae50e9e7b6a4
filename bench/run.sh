#!/bin/sh
# Measures QUARK against its targets and prints a Markdown table. docs/benchmarks.md says how the numbers are made.
set -eu
usage() {
  cat <<'EOF'
bench/run.sh [all|ingest|stream|live|latency|startup|switch|proxy|scale]      (default: all)

  ingest    signed pushes accepted per second, in turn with adnanh/webhook where that is installed; and whether each was durable
  stream    output lines to WebSocket clients: lines/s, latency, lost, doubled or out of order
  live      a hundred clients that watch one deployment, fifty stalled ones beside fifty, a thousand at rest; what the
            request log costs (with wrk)
  latency   from the push to the deploy command's first line, in turn with the raw floor
  switch    deployments of a Node and a Java app in a row under constant load, and QUARK killed under it, in turn with a script
            around nginx, and pm2, where these are installed
  proxy     requests/s and latency through the router, in turn with nginx and Caddy where these are installed (with wrk)
  scale     reads with 100,000 deployments and 10,000,000 log lines, in turn with a hundredth of that; takes 5 GB of disk
  startup   from exec to the first answered request; memory at rest and under load

The table goes to stdout, progress to stderr, every rig's own JSON to bench/results/.
Settings, from the environment:
  BENCH_QUICK=1        a tenth of the work: shows that everything runs; not for publication
  BENCH_RUNS=5         measured runs of each kind
  BENCH_QUIET_WAIT=15  wait up to this many seconds for an idle machine before each run
  BENCH_MAX_MINUTES=30 stop after this
  BENCH_DEPLOYS=50     deployments in a row, for switch
  BENCH_SWITCH=node,java,kill,nginx,pm2   which parts of switch
  BENCH_SCALE_DIR=DIR  a folder for the databases of scale, which are kept there and used again
  BENCH_QUARK=PATH     another launcher than ../quark, called as PATH serve
EOF
}
what=${1:-all}
case $what in
  all | ingest | stream | live | latency | startup | switch | proxy | scale) ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
missing=
for c in node npm git gcc make; do command -v "$c" >/dev/null 2>&1 || missing="$missing $c"; done
if [ -n "$missing" ]; then
  echo "bench: missing:$missing. On Debian: apt-get install nodejs npm git gcc libc6-dev make" >&2
  exit 1
fi
command -v webhook >/dev/null 2>&1 ||
  echo "bench: webhook is not installed, so there is nothing to compare ingest with. On Debian: apt-get install webhook" >&2
for c in nginx curl caddy wrk; do
  command -v $c >/dev/null 2>&1 || echo "bench: $c is not installed, so live, switch and proxy measure less. On Debian: apt-get install nginx-light curl caddy wrk" >&2
done
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
  echo "bench: Node.js 18 or newer is needed, this is $(node --version). On Debian 12 or newer: apt-get install nodejs" >&2
  exit 1
fi
[ -r /proc/self/stat ] || { echo "bench: Linux is needed: processes are read from /proc" >&2; exit 1; }

# Everything is built before anything is measured.
if [ ! -f "$here/node_modules/.package-lock.json" ] || [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
  echo "bench: npm ci puts the load generator's two packages into $here/node_modules" >&2
  (cd "$here" && npm ci --silent >&2)
fi
make -s -C "$here/tools" >&2
quark=${BENCH_QUARK:-$here/../quark}
"$quark" --help >/dev/null

. "$here/../.mvn/jdk.sh"
find_jdk
BENCH_JAVA=$QUARK_JDK/bin/java BENCH_QUARK=$quark exec node "$here/run.mjs" "$what"
