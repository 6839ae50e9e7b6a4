#!/bin/sh
test -e fails || { echo deployed; exit 0; }
echo "no such host" >&2
exit 7
