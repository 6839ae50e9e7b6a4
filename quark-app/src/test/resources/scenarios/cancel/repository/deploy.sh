#!/bin/sh
sleep 86471 &
setsid sleep 86471 &
setsid sh -c 'setsid sh -c "trap : TERM; while :; do sleep 86471; done" & sleep 86471' &
(setsid sleep 86471 >/dev/null 2>&1 &)
echo begin
wait
