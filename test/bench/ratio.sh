#!/bin/sh
# ratio.sh NAME LIMIT RUNS OURS RIVAL: medians of alternating runs of two queries in one session
# each run, one process, jit off; prints a line of a table. psql connects as its environment says.
name=$1 limit=$2 runs=$3 ours=$4 rival=$5
script=$(mktemp)
trap 'rm -f "$script"' EXIT
{
    printf '%s\n' "SET search_path = public, tp; SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '${BENCH_WORK_MEM:-4GB}';"
    printf '%s\n' "${BENCH_SET:-}" "$ours;" "$rival;" '\timing on'
    i=0
    while [ $i -lt "$runs" ]; do
        printf '%s\n' '\echo ours' "$ours;" '\echo rival' "$rival;"
        i=$((i + 1))
    done
} > "$script"
psql -X -q -At -v ON_ERROR_STOP=1 -f "$script" | awk -v name="$name" -v limit="$limit" -v runs="$runs" '
    $1 == "ours" || $1 == "rival" { who = $1 }
    $1 == "Time:" { t[who, ++n[who]] = $2 }
    function median(who,   i, j, x, k) {
        k = n[who]
        for (i = 1; i <= k; i++) for (j = i + 1; j <= k; j++)
            if (t[who, j] < t[who, i]) { x = t[who, i]; t[who, i] = t[who, j]; t[who, j] = x }
        return k % 2 ? t[who, (k + 1) / 2] : (t[who, k / 2] + t[who, k / 2 + 1]) / 2
    }
    END {
        if (n["ours"] < runs || n["rival"] < runs) { print name ": failed"; exit 1 }
        o = median("ours"); r = median("rival")
        printf "%-46s %10.1f ms %10.1f ms  ratio %5.2f  (limit %s) %s\n", name, o, r, o / r, limit, (r > 0 && o / r <= limit ? "ok" : "MISSED")
    }'
