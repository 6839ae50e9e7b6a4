#!/bin/sh
echo "$REPO_NAME $BRANCH $COMMIT_SHA"
echo "on stderr" >&2
test "$(pwd)" = "$RELEASE_DIR"
