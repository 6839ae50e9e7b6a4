#!/bin/sh
test "$(pwd)" = "$RELEASE_DIR/app/web" && test -f "$RELEASE_DIR/.env" && echo deployed
