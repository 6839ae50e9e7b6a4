#!/bin/sh
echo "$BRANCH"
