#!/bin/sh
echo begin
sleep 86461
