#!/bin/sh
set -e
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
# With this, the script becomes the server, so that the signal to stop reaches it.
export RABBITMQ_ALLOW_INPUT=true RABBITMQ_LOGS=-
exec rabbitmq-server -noinput
