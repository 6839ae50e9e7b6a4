#!/bin/sh
echo "plain $API_TOKEN"
printf "%s" "$API_TOKEN" | base64
printf "%s\n" "$PRIVATE_KEY"
printf "%s" "$PRIVATE_KEY" | base64 -w0; echo
echo "region $REGION"
printf "in pie"; printf "ces xk29-"; sleep 0.2; printf "Lmw0-vq81\n"
