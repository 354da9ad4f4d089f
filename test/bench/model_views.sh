#!/bin/sh
# model_views.sh SCHEMA [RUNS [NAME]]: what each view of a contact model costs, and the functions that return rows for
# one plan: the least of RUNS (1) by EXPLAIN (ANALYZE, TIMING OFF), slowest first, in ms; what takes longer than two minutes
# is stopped. With a NAME that view alone.
set -eu
schema=$1 runs=${2:-1} only=${3:-}
export PGOPTIONS="${PGOPTIONS:-} -c timezone=UTC -c statement_timeout=120s"
{
    psql -X -qAt -c "SELECT relname || '|TABLE ' || oid::regclass FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v'"
    echo "plan_worklist|SELECT * FROM $schema.plan_worklist(1)"
    echo "customer_card|SELECT $schema.customer_card(17)"
} | while IFS='|' read -r name query; do
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    for run in $(seq "$runs"); do
        psql -X -qAt -c "EXPLAIN (ANALYZE, TIMING OFF) $query" 2>&1 | awk -v name="$name" '
            /^Execution Time:/ { t = $3 } /^Planning Time:/ { p = $3 } /ERROR/ { e = $0 }
            END { printf "%10.0f  %-24s %s\n", e == "" ? t + p : 999999, name, e }'
    done | sort -n | head -1
done | sort -rn
