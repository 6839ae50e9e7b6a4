#!/bin/sh
# Makes the repository that deploys are measured with.
#   fixture.sh make DIR [FILES=1000]   DIR/repo.git (bare, branch main), DIR/work (its checkout), DIR/mark (a FIFO)
#   fixture.sh commit DIR              adds a commit, pushes it, prints its sha
# deploy.sh in the repository writes "start SHA" to the FIFO as its first act and "end SHA" as its last, by shell builtins
# only (opened for reading and writing, so that it never waits for a reader); QL_SCRIPT, if set in DIR/env, is run between.
set -eu
cmd=$1 dir=$2
g() { git -C "$dir/work" -c user.name=bench -c user.email=bench@example.invalid -c commit.gpgsign=false "$@"; }
case $cmd in
make)
	files=${3:-1000}
	rm -rf "$dir/work" "$dir/repo.git" "$dir/mark"
	mkdir -p "$dir/work"
	mkfifo "$dir/mark"
	[ -f "$dir/env" ] || : >"$dir/env"
	git init -q --bare -b main "$dir/repo.git"
	git init -q -b main "$dir/work"
	i=0
	while [ $i -lt "$files" ]; do
		d=$dir/work/src/$((i / 50)); [ -d "$d" ] || mkdir -p "$d"
		j=0; : >"$d/f$i.txt"
		while [ $j -lt 12 ]; do echo "file $i line $j: some content that differs from file to file, $((i * 7919 + j * 104729))"; j=$((j + 1)); done >"$d/f$i.txt"
		i=$((i + 1))
	done
	cat >"$dir/work/deploy.sh" <<-EOF
	#!/bin/sh
	read -r sha <version.txt
	echo "start \$sha" 1<>"$dir/mark"
	echo "deploying \$sha"
	. "$dir/env"
	[ -z "\${QL_SCRIPT:-}" ] || eval "\$QL_SCRIPT"
	echo "deployed"
	echo "end \$sha" 1<>"$dir/mark"
	EOF
	chmod +x "$dir/work/deploy.sh"
	echo first >"$dir/work/version.txt"
	g add -A; g commit -q -m first; g remote add origin "$dir/repo.git"; g push -q origin main
	g rev-parse HEAD ;;
commit)
	# version.txt holds a token that ties the run to the push; the commit's sha is not known to the tree itself
	tok=$(date +%s%N)
	echo "$tok" >"$dir/work/version.txt"
	g commit -q -am "change $tok"; g push -q origin main
	echo "$(g rev-parse HEAD) $tok" ;;
*) echo "usage: fixture.sh make|commit DIR" >&2; exit 2 ;;
esac
