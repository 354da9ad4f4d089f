#!/bin/sh
# rate_agg and mean_agg against avg(float8) over the same rows, whole and by group. Connects as psql does.
#   test/bench/difference.sh [rows, default 10000000] [runs, default 7] [groups, default 40]
set -eu
rows=${1:-10000000} runs=${2:-7} groups=${3:-40}
here=$(dirname "$0")

PGDATABASE=touchpoint_bench_difference
dropdb --if-exists "$PGDATABASE" 2>/dev/null
createdb "$PGDATABASE"
export PGDATABASE
trap 'dropdb --if-exists "$PGDATABASE"' EXIT

psql -XAtq -v ON_ERROR_STOP=1 <<SQL
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
CREATE UNLOGGED TABLE answer AS
    SELECT i % $groups AS channel, (1 + (hashint8(i) & 65535) % 50 / 10.0)::float8 AS score, (hashint8(-i) & 7) < 3 AS bought
    FROM generate_series(1, $rows) i;
VACUUM (ANALYZE, FREEZE) answer;
SQL

ratio() { sh "$here/ratio.sh" "$1" 1.3 "$runs" "$2" "$3"; }
ratio "rate_agg" "SELECT rate_agg(bought) FROM answer" "SELECT avg(score) FROM answer"
ratio "mean_agg" "SELECT mean_agg(score) FROM answer" "SELECT avg(score) FROM answer"
ratio "rate_agg, grouped" "SELECT channel, rate_agg(bought) FROM answer GROUP BY 1" "SELECT channel, avg(score) FROM answer GROUP BY 1"
ratio "mean_agg, grouped" "SELECT channel, mean_agg(score) FROM answer GROUP BY 1" "SELECT channel, avg(score) FROM answer GROUP BY 1"
