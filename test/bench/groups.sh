#!/bin/sh
# How every aggregate of the extension grows with the number of groups: a hash aggregate of one row a
# group over more and more groups, one process. A doubling of the groups takes twice the time, and a
# little more for the memory's sake; where the square of the groups is at work, the last ones take
# four times. So the mean of the last two doublings may be 3.
# Usage: PGHOST=... PGPORT=... PGUSER=... test/bench/groups.sh [groups to begin with, default 10000] [doublings, default 5] [runs, default 3]
# The extension must be installed; a database touchpoint_groups is made and dropped again.
set -eu
first=${1:-10000} doublings=${2:-5} runs=${3:-3} limit=3
export PGDATABASE=touchpoint_groups
psql -X -q -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
trap 'psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)"' EXIT
psql -X -q <<SQL
CREATE EXTENSION touchpoint;
CREATE TABLE grouped AS
SELECT g, t, at, x, journey(ARRAY[t, 'app/b', 'shop/c'], at) AS j, (ARRAY['like', 'expect', 'neutral', 'accept', 'dislike'])[x::int] AS s
FROM (SELECT g, touchpoint('web', 'l' || g % 20) AS t, '2026-01-01 00:00+00'::timestamptz + g * interval '1 s' AS at, (g % 5 + 1)::float8 AS x FROM generate_series(1, $first << $doublings) g) c;
ALTER TABLE grouped ADD d driver_summary, ADD f journey_flow;
UPDATE grouped SET d = (SELECT driver_agg(i.x, ARRAY[i.x, 1]) FROM (SELECT grouped.x OFFSET 0) i), f = (SELECT flow_agg(i.j, 'channel') FROM (SELECT grouped.j OFFSET 0) i);
CREATE INDEX ON grouped (g);
VACUUM (ANALYZE) grouped;
SQL
calls() {
    cat <<'E2'
journey_agg(contact_record(t, at, x, id => g))
journey_agg(t, at)
journey_agg(t, at, x)
journey_agg(t, at, x, 5)
journey_agg(t, at, x, 5, 1, '1 minute', x, 'customer', g)
rollup(j)
min(t)
max(t)
peak_end_score(x, at, 3)
peak_end_score(x, at, 3, 0.25)
score_summary(x, at, 3)
score_summary(x, at, 3, 0.25)
gap_agg(5, x)
rollup(journey_gap(j))
driver_agg(x, ARRAY[x, 1])
rollup(d)
service_gap_agg(x, 5, 4, 3, 2, x)
servqual_index(x - 5, x)
nps(2 * x)
csat(x, 4)
kano_agg(s, 'dislike')
channel_consistency('web', x)
media_fit_agg(g % 2 = 0, x > 2)
funnel_agg(j, '{web/*,app/*}', '1 day')
funnel_agg(j, '{web/*,app/*}', '1 day', '{}', '{shop/*}')
funnel_agg(j, '{web/*,app/*}', '1 day', '{}', '{}', '2026-03-01Z')
funnel_agg(j, '{web/*,app/*}', '1 day', '{}', '{}', NULL, '{shop/*}', '{order}')
window_funnel('9 days', at, ARRAY['any_order'], x > 2, x > 3)
window_funnel('9 days', at, x > 2, x > 3)
flow_agg(j, 'channel')
flow_agg(j, 'channel', 1, 1, x)
flow_agg_k(j, 'touchpoint', 2)
flow_agg_k(j, 'touchpoint', 2, 1, 1, x)
rollup(f)
attribution_agg(j, 'linear', 'channel', 1)
attribution_agg(j, 'linear', 'channel', 'web/*', '30 days', NULL, false)
shapley_attribution(j, 'channel', 1, 1)
shapley_attribution(j, 'channel', 'web/*', NULL, true)
flow_agg(j, 'channel', 'web/*', NULL, false)
flow_agg_k(j, 'touchpoint', 2, 'web/*', NULL, false)
path_entropy(j, 'channel')
conversion_effect_agg(j, 'channel', g % 2 = 0)
rate_agg(g % 2 = 0)
rollup('{count=2, successes=1}'::rate_summary)
mean_agg(x)
rollup('{count=1, sum=1, squares=1}'::mean_summary)
nps_agg(2 * x)
nps_agg(x, 2, 4)
rollup('{count=1, detractors=1, promoters=0, detractor_to=6, promoter_from=9}'::nps_summary)
group_difference_agg('web', x)
response_curve(x, x)
E2
}
# every aggregate is called, so that a new one is measured too
called=$(calls | wc -l)
made=$(psql -X -At -c "SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass WHERE extname = 'touchpoint' AND prokind = 'a'")
[ "$called" -eq "$made" ] || { echo "$made aggregates, but $called calls of them: give each one" >&2; exit 1; }

printf '%-60s' 'processor time in ms, and its ratio over the last doublings'
n=$first i=0
while [ $i -le "$doublings" ]; do printf ' %8d' "$n"; n=$((2 * n)) i=$((i + 1)); done
echo
calls | while IFS= read -r call; do
    {
        echo "SET max_parallel_workers_per_gather = 0; SET jit = off; SET work_mem = '2GB'; SET hash_mem_multiplier = 1; SET enable_sort = off; SET enable_indexscan = off; SET enable_bitmapscan = off;"
        # once before it counts
        echo "SELECT count(v) FROM (SELECT $call AS v FROM grouped WHERE g <= 10 GROUP BY g) AS s;"
        echo "SET client_min_messages = log; SET log_statement_stats = on;"
        n=$first i=0
        while [ $i -le "$doublings" ]; do
            r=0
            while [ $r -lt "$runs" ]; do echo "SELECT count(v) FROM (SELECT $call AS v FROM grouped WHERE g <= $n GROUP BY g) AS s;"; r=$((r + 1)); done
            n=$((2 * n)) i=$((i + 1))
        done
    } | psql -X -q -At 2>&1 | awk '/ERROR/ { print } /^!.*elapsed/ { print 1000 * $2 }' |
        awk -v call="$call" -v runs="$runs" -v limit="$limit" '/ERROR/ { print; failed = 1; exit 1 }
            { if ((NR - 1) % runs == 0 || $1 < t[int((NR - 1) / runs)]) t[int((NR - 1) / runs)] = $1 }
            END {
                if (failed) exit 1
                printf "%-60s", call
                n = int(NR / runs)
                for (i = 0; i < n; i++) printf " %8.1f", t[i]
                from = n > 2 ? n - 3 : 0
                ratio = (t[n - 1] / t[from]) ^ (1 / (n - 1 - from))
                printf "  x %.2f %s\n", ratio, ratio <= limit ? "ok" : "MISSED"
            }'
done
