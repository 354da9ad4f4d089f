#!/bin/sh
# Coming back, paths step by step, and gaps by part over 1 M stored journeys of 10 M contacts, one process: each against
# sum(get_byte(journey::bytea, 0)), which reads the whole value and does nothing with it.
# Usage: PGHOST=... PGPORT=... PGUSER=... test/bench/back.sh [database, default touchpoint_bench] [runs, default 7] [customers, default 1000000]
# The extension must be installed; the database is made if need be and stays, for the next run.
set -eu
. "$(dirname "$0")/setup.sh"
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
SET search_path = public, tp;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_cast WHERE castsource = 'journey'::regtype AND casttarget = 'bytea'::regtype) THEN CREATE CAST (journey AS bytea) WITHOUT FUNCTION; END IF;
END $$;
SELECT to_regclass('bench_gap') IS NULL AS missing \gset
\if :missing
CREATE TABLE bench_gap AS
SELECT customer_id, journey_agg(touchpoint, occurred_at, score, (10 + abs(hashtext(occurred_at::text)::bigint) % 50)::float8 / 10) AS j FROM bench_contact GROUP BY customer_id;
VACUUM ANALYZE bench_gap;
\endif
SQL

printf '%-46s %13s %13s\n' '' ours reading
ratio() { "$here/ratio.sh" "$1" "$2" "$runs" "$3" "SELECT sum(get_byte(j::bytea, 0)) FROM ${4:-bench_journey}"; }
ratio 'retention by months, all contacts' 3 "SELECT cardinality(retention_agg(j, 'month', 12, '*', '*', 'Europe/Berlin')) FROM bench_journey"
ratio 'retention by weeks, one step then another' 3 "SELECT cardinality(retention_agg(j, 'week', 12, 'web/*', 'app/*', 'Europe/Berlin')) FROM bench_journey"
ratio 'retention by days, or any later' 3 "SELECT cardinality(retention_agg(j, 'day', 30, '*', '*', 'Europe/Berlin', NULL, true)) FROM bench_journey"
ratio 'lifecycle by weeks' 3 "SELECT cardinality(lifecycle_agg(j, 'week', '*', 'Europe/Berlin')) FROM bench_journey"
ratio 'stickiness by days' 3 "SELECT cardinality(stickiness_agg(j, 'day', '*', 'Europe/Berlin', NULL)) FROM bench_journey"
ratio 'paths, 5 levels, by channel' 3 "SELECT cardinality(level_flow_agg(j, 'channel', 5, NULL, 5)) FROM bench_journey"
ratio 'paths, 5 levels, by touchpoint from a step' 3 "SELECT cardinality(level_flow_agg(j, 'touchpoint', 5, 'web/*', 10)) FROM bench_journey"
ratio 'gaps by touchpoint' 2.5 "SELECT cardinality(journey_gap_agg(j, 'touchpoint')) FROM bench_gap" bench_gap
