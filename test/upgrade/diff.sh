#!/bin/sh
# What differs between the extension as ALTER EXTENSION UPDATE leaves it and the same version made fresh: nothing, or
# src/sql/upgrade/ lacks something. "<" stands in the upgraded database only, ">" in the fresh one.
#
#   test/upgrade/diff.sh [FROM]			after make install; FROM is 0.1.0 unless given
#
# It takes the server of PGHOST, PGPORT, PGUSER, makes two databases there and drops them, and puts the old install
# script beside the installed one while it works.
set -eu
cd "$(dirname "$0")"
from=${1:-0.1.0}
script=touchpoint--$from.sql
share=$("${PG_CONFIG:-pg_config}" --sharedir)/extension
work=$(mktemp -d)
upgraded=touchpoint_upgraded_$$
fresh=touchpoint_fresh_$$
put=

sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
clean_up()
{
	sql -d postgres -c 'SET client_min_messages = error' -c "DROP DATABASE IF EXISTS $upgraded" -c "DROP DATABASE IF EXISTS $fresh"
	[ -z "$put" ] || rm -f "$put"
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

if [ ! -e "$share/$script" ]; then
	put=$share/$script
	gzip -dc "$script.gz" > "$put"
fi
sql -d postgres -c "CREATE DATABASE $upgraded TEMPLATE template0" -c "CREATE DATABASE $fresh TEMPLATE template0"
sql -d "$upgraded" -c 'CREATE SCHEMA tp' -c "CREATE EXTENSION touchpoint SCHEMA tp VERSION '$from'" -c 'ALTER EXTENSION touchpoint UPDATE'
sql -d "$fresh" -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp'
for db in "$upgraded" "$fresh"; do
	sql -d "$db" -f catalog.sql > "$work/$db"
done
diff "$work/$upgraded" "$work/$fresh" && echo "nothing differs in $(wc -l < "$work/$fresh") lines"
