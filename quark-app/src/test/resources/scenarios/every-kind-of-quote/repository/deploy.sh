#!/bin/sh
printf "%s\n" "$QUOTES" > from-process
(unset QUOTES; set -a; . ./.env; printf "%s\n" "$QUOTES" > from-file)
cmp from-process "${folder}/expected" && cmp from-file "${folder}/expected" && echo deployed
