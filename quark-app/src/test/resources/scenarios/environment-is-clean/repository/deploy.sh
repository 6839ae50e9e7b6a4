#!/bin/sh
env | grep -E "^(PASSWORD|WEBHOOK_SECRET|JWT_SECRET|SECRET_KEY|DATABASE_URL|HOST|PORT|ALLOWED_CLONE_URLS)=" && exit 1
test -n "$PATH" && echo deployed
