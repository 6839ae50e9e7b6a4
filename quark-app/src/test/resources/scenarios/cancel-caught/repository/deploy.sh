#!/bin/sh
trap 'echo bye; exit 0' TERM
echo begin
while :; do sleep 0.1; done
