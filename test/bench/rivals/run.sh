#!/bin/sh
# ClickHouse and DuckDB in process beside touchpoint, on the same rows: medians of alternating rounds and their ratios, each
# rival with the best of its layouts, once the answers agree (counts equal, other numbers to 1e-9).
#   test/bench/rivals/run.sh [customers, default 1000000] [rounds, default 5] [lines, a regular expression: '^(?!rows)', 'funnel']
# Connects as psql does, as a superuser; touchpoint must be installed. Needs node with npm, which fetches the two packages,
# and 6 GB of disk: SCRATCH (default: a new directory, removed at the end) holds the packages and the rivals' data, database
# touchpoint_rivals ours; it is dropped at the end. THREADS=2 gives each two; SETS=measured or decimal does one of the two.
# For rows in memory shared_buffers wants four times the largest table (750 MB a million customers).
set -eu
customers=${1:-1000000} rounds=${2:-5} lines=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
scratch=${SCRATCH:-$(mktemp -d)}
mkdir -p "$scratch"
export PGDATABASE=touchpoint_rivals
clean() {
    dropdb --if-exists "$PGDATABASE" 2>/dev/null || true
    if [ -z "${SCRATCH:-}" ]; then rm -rf "$scratch"; else rm -rf "$scratch/clickhouse" "$scratch/duckdb" "$scratch/rows.csv"; fi
}
trap clean EXIT
trap 'exit 1' INT TERM

cp "$here"/*.mjs "$here"/*.sql "$here/package.json" "$scratch"
[ -d "$scratch/node_modules/chdb" ] && [ -d "$scratch/node_modules/@duckdb" ] ||
    (cd "$scratch" && npm install --silent --no-audit --no-fund --no-package-lock)
dropdb --if-exists "$PGDATABASE" 2>/dev/null
createdb "$PGDATABASE"
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' -c 'CREATE CAST (tp.journey AS bytea) WITHOUT FUNCTION'
node "$scratch/rivals.mjs" "$scratch" "$customers" "$rounds" "${THREADS:-1}" "${SETS:-measured,decimal}" "$lines"
