#!/bin/sh
# find.sh [CUSTOMERS]: funnels, patterns and their index, as ratios against reading the same rows in one
# process. Needs the extension in schema tp of the database that psql connects to, and about 4 GB of
# disk for the default million customers.
set -e
cd "$(dirname "$0")"
psql -X -q -v customers="${1:-1000000}" -f data.sql > /dev/null
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning; SET search_path = public, tp;
-- A touchpoint that one journey in a thousand passes through, before a visit to a common one.
CREATE TABLE IF NOT EXISTS bench_find AS
SELECT customer_id, CASE WHEN customer_id % 1000 = 7
    THEN j || journey('{web/rare}', first_at(j) - interval '1 hour') ELSE j END AS j
FROM bench_journey;
CREATE INDEX IF NOT EXISTS bench_find_j ON bench_find USING gin (j);
VACUUM ANALYZE bench_find;
SQL
name() { psql -XAt -c "SET search_path = public, tp" -c "SELECT tp FROM bench_touchpoint WHERE k = $1" | tail -1; }
a=$(name 0) b=$(name 1) c=$(name 2) d=$(name 3)

# reading LABEL LIMIT RUNS QUERY: against reading the journeys
reading() { ./ratio.sh "$1" "$2" "$3" "$4" "SELECT sum(pg_column_size(j)) FROM bench_find"; }

echo Over 1 M stored journeys, against reading them
reading "window_funnel, 4 steps, 7 days" 3 7 "SELECT sum(window_funnel(j, '{$a,$b,$c,$d}', '7 days')) FROM bench_find"
reading "window_funnel, 4 steps, globs, 30 days" 3 7 "SELECT sum(window_funnel(j, '{web/*,app/*,$c,$d}', '30 days')) FROM bench_find"
reading "funnel with its reasons, 4 steps" 10 5 "SELECT sum((f).reached) FROM (SELECT funnel(j, '{$a,$b,$c,$d}', '7 days') AS f FROM bench_find OFFSET 0) x"
reading "funnel_agg, 4 steps" 8 5 "SELECT array_length(funnel_agg(j, '{$a,$b,$c,$d}', '7 days'), 1) FROM bench_find"
export BENCH_SET="SET enable_bitmapscan = off;"
reading "j ~ three steps" 4 7 "SELECT count(*) FROM bench_find WHERE j ~ '$a -> $b -[<= 7 days]-> $c'"
reading "j ~ three steps with an exclusion" 4 7 "SELECT count(*) FROM bench_find WHERE j ~ 'web/* -[!$d]-> $b => $c'"
export BENCH_SET="SET enable_bitmapscan = on;"

echo "Over the 10 M rows behind them, against four count(*) FILTER"
export BENCH_SET="SET enable_hashagg = off; SET enable_bitmapscan = off;"
./ratio.sh "window_funnel(within, at, 4 conditions)" 2.5 5 \
    "SELECT sum(w) FROM (SELECT window_funnel('7 days', occurred_at, touchpoint = '$a', touchpoint = '$b', touchpoint = '$c', touchpoint = '$d') AS w FROM bench_contact GROUP BY customer_id) x" \
    "SELECT sum(a), sum(b), sum(c), sum(d) FROM (SELECT count(*) FILTER (WHERE touchpoint = '$a') a, count(*) FILTER (WHERE touchpoint = '$b') b, count(*) FILTER (WHERE touchpoint = '$c') c, count(*) FILTER (WHERE touchpoint = '$d') d FROM bench_contact GROUP BY customer_id) x"
unset BENCH_SET

echo "Selective: with the index, and without it"
e=$(name 25)
for pattern in "web/rare" "web/rare -> $e" "web/rare -> $a"; do
    {
        echo "SET search_path = public, tp; SET max_parallel_workers_per_gather = 0; SET jit = off;"
        for scan in on off; do
            echo "SET enable_bitmapscan = $scan; SELECT count(*) FROM bench_find WHERE j ~ '$pattern';"
            printf '%s\n' '\timing on'
            for i in 1 2 3 4 5 6 7 8 9; do echo "SELECT count(*) FROM bench_find WHERE j ~ '$pattern';"; done
            printf '%s\n' '\timing off'
        done
    } | psql -X -q -At | awk -v name="j ~ $pattern" '$1 == "Time:" { t[++n] = $2 }
        $1 != "Time:" { rows = $1 }
        function median(from,   i, j, x) {
            for (i = from; i < from + 9; i++) for (j = i + 1; j < from + 9; j++)
                if (t[j] < t[i]) { x = t[i]; t[i] = t[j]; t[j] = x }
            return t[from + 4]
        }
        END { w = median(1); o = median(10); printf "%-46s %10.1f ms %10.1f ms  %d rows, %.0f times faster (limit 50)\n", name, w, o, rows, o / w }'
done
