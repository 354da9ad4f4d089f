#!/bin/sh
# Flows and attribution over 1 M stored journeys of 10 M contacts, one process: each against
# sum(pg_column_size(journey)), which does nothing but visit them. Then two journeys of 10,000
# contacts, and chains of 2,000 states.
# Usage: PGHOST=... PGPORT=... PGUSER=... test/bench/flow.sh [database, default touchpoint_bench] [runs, default 7] [customers, default 1000000]
# The extension must be installed; the database is made if need be and stays, for the next run.
set -eu
. "$(dirname "$0")/setup.sh"

visit="SELECT sum(pg_column_size(j)) FROM bench_journey"
ratio() { "$here/ratio.sh" "$1" "$2" "$runs" "$3" "$visit"; }
printf '%-46s %13s %13s\n' '' ours visiting
ratio 'flow_agg by channel' 4 "SELECT length(flow_agg(j, 'channel')::text) FROM bench_journey"
ratio 'flow_agg by touchpoint' 4 "SELECT length(flow_agg(j, 'touchpoint')::text) FROM bench_journey"
ratio 'linear credit by channel' 4 "SELECT cardinality(attribution_agg(j, 'linear', 'channel', 1)) FROM bench_journey"
ratio 'last touch credit by channel' 4 "SELECT cardinality(attribution_agg(j, 'last_touch', 'channel', 1)) FROM bench_journey"
sale=$(psql -X -At -c "SELECT tp FROM bench_touchpoint WHERE k = 12")
ratio 'linear credit for a conversion, 30 days' 4 "SELECT cardinality(attribution_agg(j, 'linear', 'channel', '$sale', '30 days', NULL, false)) FROM bench_journey"
ratio 'Markov to a conversion, end to end' 6 "SELECT sum(m.removal_effect) FROM (SELECT flow_agg(j, 'channel', '$sale', NULL, true) AS f FROM bench_journey) f, markov_attribution(f) m"
ratio 'Markov by channel, end to end' 4 "SELECT sum(m.removal_effect) FROM (SELECT flow_agg(j, 'channel', (customer_id % 5 = 0)::int, (customer_id % 5 <> 0)::int, 1) AS f FROM bench_journey) f, markov_attribution(f) m"
ratio 'Markov by channel, order 2, end to end' 8 "SELECT sum(m.removal_effect) FROM (SELECT flow_agg_k(j, 'channel', 2, (customer_id % 5 = 0)::int, (customer_id % 5 <> 0)::int, 1) AS f FROM bench_journey) f, markov_attribution(f) m"

# Processor time in milliseconds, the median of runs: others may be at work beside us.
clock() {
    name=$1 limit=$2 query=$3
    {
        echo "SET search_path = public, tp; SET jit = off;"
        echo "$4"
        echo "SET client_min_messages = log; SET log_statement_stats = on;"
        i=0
        while [ $i -lt "$runs" ]; do echo "$query;"; i=$((i + 1)); done
    } | psql -X -q -At 2>&1 | awk '/^!.*elapsed/ { print $2 }' | sort -n |
        awk -v name="$name" -v limit="$limit" '{ t[NR] = 1000 * $1 }
            END { m = t[int((NR + 1) / 2)]; printf "%-46s %10.1f ms of processor time (limit %s) %s\n", name, m, limit, (NR > 0 && m <= limit ? "ok" : "MISSED") }'
}
two="CREATE TEMP TABLE two AS SELECT journey(array_agg(touchpoint('c', 'l' || hashint4(i) % 50))) AS a, journey(array_agg(touchpoint('c', 'l' || hashint4(-i) % 50))) AS b FROM generate_series(1, 10000) AS i;"
clock 'edit_distance, 10,000 against 10,000 contacts' 50 'SELECT edit_distance(a, b) FROM two' "$two"
clock 'lcs_length, 10,000 against 10,000 contacts' 50 'SELECT lcs_length(a, b) FROM two' "$two"
chain() { echo "CREATE TEMP TABLE chain AS SELECT flow_agg(journey(p), 'label', 1, 2, 1) AS f FROM (SELECT array_agg(touchpoint(NULL, 'l' || CASE WHEN k <= $1 THEN (hashint4(i * 50 + k) & 2147483647) % 2000 ELSE i % 2000 END)) AS p FROM generate_series(1, $2) i, generate_series(1, 10) k GROUP BY i) AS s;"; }
clock 'Markov, 2,000 states, 10 transitions each' 5000 'SELECT sum(removal_effect) FROM chain, markov_attribution(f)' "$(chain 10 2200)"
clock 'Markov, 2,000 states, 100 transitions each' 5000 'SELECT sum(removal_effect) FROM chain, markov_attribution(f)' "$(chain 10 22000)"
