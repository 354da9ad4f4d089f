#!/bin/sh
# model_views.sh SCHEMA [RUNS [NAME...]]: what each view of a contact model costs, and the functions that return rows for
# one plan: the least of RUNS (1) by EXPLAIN (ANALYZE, TIMING OFF), slowest first, in ms: the time that went by, and the time of the
# processor of the session without parallel workers, which tells more on a machine that has other things to do.
# What takes longer than two minutes is stopped. With NAMEs those views alone. psql connects as a superuser.
set -eu
schema=$1 runs=${2:-1}
shift; [ $# -eq 0 ] || shift
export PGOPTIONS="${PGOPTIONS:-} -c timezone=UTC -c statement_timeout=120s"
cpu="SELECT split_part(s, ' ', 14)::int + split_part(s, ' ', 15)::int AS ticks FROM pg_read_file('/proc/self/stat') s"
{
    psql -X -qAt -c "SELECT relname || '|TABLE ' || oid::regclass FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v'"
    echo "plan_worklist|SELECT * FROM $schema.plan_worklist(1)"
    echo "customer_card|SELECT $schema.customer_card(17)"
} | while IFS='|' read -r name query; do
    case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
    for run in $(seq "$runs"); do
        psql -X -qAt 2>&1 <<SQL | awk -v name="$name" '
            /^Execution Time:/ { t = $3 } /^Planning Time:/ { p = $3 } /^cpu/ { c = $2 * 10 } /ERROR/ { e = $0 }
            END { printf "%8.0f %8.0f  %-24s %s\n", e == "" ? t + p : 999999, c, name, e }'
EXPLAIN (ANALYZE, TIMING OFF) $query;
SET max_parallel_workers_per_gather = 0;
$cpu \gset
EXPLAIN (ANALYZE, TIMING OFF) $query \g /dev/null
SELECT 'cpu ' || ticks - :ticks FROM ($cpu) x;
SQL
    done | sort -n | head -1
done | sort -rn
