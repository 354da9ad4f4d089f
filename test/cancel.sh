#!/bin/bash
# How long does a cancelled query go on? Each query of test/cancel/calls.txt is run under statement_timeout
# on journeys of 2,000,000 contacts, rows as many, lists of 20,000 elements; again with a longer timeout
# as long as it is cancelled, so that what it does first and what it does last are both met. Prints, slowest
# first, the milliseconds past the timeout, the timeout, the peak of the backend's own memory in MB and how
# the query ended: 57014 is cancelled, 00000 is done, others are errors of its own.
#   PGHOST=... test/cancel.sh [-t "timeouts in ms"] [-c contacts] [-g pattern of queries]
# The database is one of its own, touchpoint_cancel, made where it is missing and left for the next run.
set -e
cd "$(dirname "$0")/cancel"
timeouts='100 300 1000' contacts=2000000 only=.
while getopts t:c:g: option; do
	case $option in
		t) timeouts=$OPTARG ;;
		c) contacts=$OPTARG ;;
		g) only=$OPTARG ;;
		*) exit 2 ;;
	esac
done
export PGDATABASE=touchpoint_cancel PGOPTIONS='-c search_path=public,tp -c client_min_messages=error'
if ! psql -qAtXc 'SELECT 1' >/dev/null 2>&1; then
	psql -qXd template1 -c 'CREATE DATABASE touchpoint_cancel'
	psql -qX -v ON_ERROR_STOP=1 -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp'
	psql -qX -v ON_ERROR_STOP=1 -v contacts="$contacts" -v elements=20000 -v side=120 -f data.sql
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -v '^#' calls.txt | grep -e "$only" | while IFS= read -r line; do
	case $line in
		"each "*)
			table=${line#each }
			table=${table%%:*}
			psql -qAtXc "SELECT quote_literal(name) FROM $table ORDER BY name" | while IFS= read -r name; do
				query=${line#each *: }
				printf '%s\n' "${query//\$name/$name}"
			done ;;
		*) printf '%s\n' "$line" ;;
	esac
done > "$work/queries"

# A session a query, so that the peak is its own; one that has met the extension before the clock runs.
while IFS= read -r query; do
	{
		printf '%s\n' "SELECT 'a/b'::touchpoint;" 'SELECT pg_backend_pid() AS pid \gset' '\setenv PID :pid' '\set more true'
		for timeout in $timeouts; do
			cat <<X
\if :more
SET statement_timeout = $timeout;
\o /dev/null
\timing on
$query;
\timing off
\set state :SQLSTATE
\o
\echo state $timeout :state
\! sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/peak \1/p; s/^RssShmem:[^0-9]*\([0-9]*\).*/shared \1/p' /proc/\$PID/status
SELECT :'state' = '57014' AS more \gset
\endif
X
		done
	} | psql -qAtX -v VERBOSITY=sqlstate 2>&1 | QUERY=$query awk '
		/^Time:/ { took = $2 }
		/^state/ { timeout = $2; state = $3 }
		/^peak/ { peak = $2 }
		/^shared/ { printf "%8.0f %5d %6d %s %s\n", took - timeout, timeout, (peak - $2) / 1024, state, ENVIRON["QUERY"] }'
done < "$work/queries" | sort -rn
