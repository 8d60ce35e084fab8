#!/bin/sh
set -e
data=/var/lib/postgresql/data
chown postgres:postgres "$data"
as_postgres='setpriv --reuid=postgres --regid=postgres --init-groups'
if [ ! -s "$data/global/pg_control" ]; then
  echo "$POSTGRES_PASSWORD" > /run/password
  chmod 644 /run/password
  $as_postgres initdb -D "$data" -U postgres --auth-local=trust --auth-host=scram-sha-256 --pwfile=/run/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
fi
exec $as_postgres postgres -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
