#!/bin/sh
echo "begin $(cat version)"
while [ ! -e "${folder}/go" ]; do sleep 0.05; done
