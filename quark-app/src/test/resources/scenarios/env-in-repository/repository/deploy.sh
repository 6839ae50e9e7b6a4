#!/bin/sh
cat .env | grep -c FROM_REPOSITORY
. ./.env
test "$(stat -c %a .env)" = 600
echo "$REGION"
