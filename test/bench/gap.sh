#!/bin/sh
# gap_agg against regr_slope, the server's own two-column aggregate, over the same rows in one
# process: the median time of alternating runs, and their ratio. Connects as psql does.
#   test/bench/gap.sh [rows, default 10000000] [runs, default 7] [groups, default 40]
set -eu
rows=${1:-10000000} runs=${2:-7} groups=${3:-40}

db=touchpoint_bench_gap
dropdb --if-exists "$db" 2>/dev/null
createdb "$db"
trap 'dropdb --if-exists "$db"' EXIT

q() { psql -XAtq -v ON_ERROR_STOP=1 -d "$db" "$@"; }

q <<SQL
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
CREATE UNLOGGED TABLE answer AS
    SELECT 'touchpoint ' || i % $groups AS touchpoint,
           (1 + (hashint8(i) & 65535) % 5)::float8 AS expected,
           (1 + (hashint8(-i) & 65535) % 50 / 10.0)::float8 AS perceived
    FROM generate_series(1, $rows) i;
VACUUM (ANALYZE, FREEZE) answer;
SQL

# One session: each run times both, one after the other.
{
    echo "SET jit = off; SET max_parallel_workers_per_gather = 0; SET search_path = public, tp;"
    echo "SET work_mem = '64MB';"
    echo "CREATE TEMP TABLE run (what text, ms float8);"
    cat <<'SQL'
CREATE FUNCTION pg_temp.timed(what text, query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    EXECUTE query;
    INSERT INTO run VALUES (what, 1000 * extract(epoch FROM clock_timestamp() - began));
END $$;
SQL
    i=0
    while [ "$i" -le "$runs" ]; do
        echo "SELECT pg_temp.timed('regr_slope', 'SELECT touchpoint, regr_slope(perceived, expected) FROM answer GROUP BY touchpoint');"
        echo "SELECT pg_temp.timed('gap_agg', 'SELECT touchpoint, gap_agg(expected, perceived) FROM answer GROUP BY touchpoint');"
        [ "$i" -gt 0 ] || echo "TRUNCATE run;"
        i=$((i + 1))
    done
    cat <<'SQL'
SELECT format('%s: median %s ms of %s runs', what,
              round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)), count(*))
FROM run GROUP BY what ORDER BY what DESC;
SELECT format('ratio %s (at most 1.3)', round((
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'gap_agg') /
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'regr_slope'))::numeric, 3))
FROM run;
SQL
} | q | grep .
