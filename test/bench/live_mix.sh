#!/bin/sh
# Eight clients insert, update, move and delete the contacts of 1,000 customers, at every isolation
# level, in a partitioned table whose journeys are kept by customer and by case, whole and by period; then
# all four tables must be what a rebuild makes them.
# Usage: PGHOST=... PGPORT=... PGUSER=... PGDATABASE=... test/bench/live_mix.sh [seconds]
# touchpoint must be installed in schema tp; schema live is made anew.
set -eu
here=$(dirname "$0")/live
psql -X -q -v ON_ERROR_STOP=1 -f "$here/setup.sql" > /dev/null
pgbench -n -c 8 -j 2 -T "${1:-60}" --max-tries=100 -f "$here/mix.sql" 2>&1 |
    grep -E 'number of (transactions actually|failed|transactions retried)|tps|rror' || true
wrong=$(psql -X -qAt -c "SELECT tp.verify_journeys('live.by_customer') || ' ' || tp.verify_journeys('live.by_case')
    || ' of ' || (SELECT count(*) FROM live.by_customer) || ', by period ' || tp.verify_journeys('live.monthly') || ' ' || tp.verify_journeys('live.weekly_by_case') || ' of ' || (SELECT count(*) FROM live.monthly)")
echo "journeys that differ from a rebuild, by customer and by case: $wrong"
case $wrong in '0 0 of '*', by period 0 0 of '*) ;; *) exit 1 ;; esac
