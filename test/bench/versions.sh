#!/bin/sh
# versions.sh BEFORE AFTER [RUNS] [PATTERN]: what the same queries cost under two versions of the extension. BEFORE
# and AFTER are connection strings of two databases, each with its version in schema tp and filled by data.sql and
# find.sh (the table bench_find). Each query runs in turns here and there; printed are the medians of the processor
# time that the server took for it, which others at work beside us spoil less than the time that passed, and their ratio.
set -eu
before=$1 after=$2 runs=${3:-9} only=${4:-.}
script=$(mktemp -d)
trap 'rm -rf "$script"' EXIT
name() { psql -XAt "$before" -c "SELECT tp::text FROM bench_touchpoint WHERE k = $1"; }
export PGOPTIONS='-c search_path=public,tp -c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=1GB'
a=$(name 0) b=$(name 1) c=$(name 2) d=$(name 3) e=$(name 25)

queries() {
    cat <<SQL
the floor|SELECT sum(get_byte(journey_send(j), 0)) FROM bench_journey
peak_end_score of journeys|SELECT sum(peak_end_score(j, 3)) FROM bench_journey
score_summary of journeys|SELECT sum((s).peak_end) FROM (SELECT score_summary(j, 3) AS s FROM bench_journey OFFSET 0) x
peak_end_score over rows|SELECT count(p) FROM (SELECT peak_end_score(score, occurred_at, 3) AS p FROM bench_contact GROUP BY customer_id) x
score_summary over rows|SELECT count(p) FROM (SELECT score_summary(score, occurred_at, 3) AS p FROM bench_contact GROUP BY customer_id) x
journey_agg|SELECT count(p) FROM (SELECT journey_agg(touchpoint, occurred_at, score) AS p FROM bench_contact GROUP BY customer_id) x
journey to text|SELECT sum(length(j::text)) FROM bench_journey WHERE customer_id <= 50000
contacts(journey)|SELECT count(*) FROM bench_journey, contacts(j) WHERE customer_id <= 50000
rollup of journeys|SELECT sum(contact_count(r)) FROM (SELECT rollup(j) AS r FROM bench_journey GROUP BY customer_id / 20) x
path by channel|SELECT sum(cardinality(path(j, 'channel'))) FROM bench_journey
gap_agg|SELECT touchpoint, gap_agg(score, 3 + customer_id % 2) FROM bench_contact GROUP BY 1
driver_agg|SELECT driver_agg(score, ARRAY[score + customer_id % 2, customer_id % 7]) FROM bench_contact
nps|SELECT touchpoint, nps(score) FROM bench_contact GROUP BY 1
window_funnel|SELECT sum(window_funnel(j, '{$a,$b,$c,$d}', '7 days')) FROM bench_find
window_funnel, globs|SELECT sum(window_funnel(j, '{web/*,app/*,$c,$d}', '30 days')) FROM bench_find
funnel|SELECT sum((f).reached) FROM (SELECT funnel(j, '{$a,$b,$c,$d}', '7 days') AS f FROM bench_find OFFSET 0) x
funnel_agg|SELECT array_length(funnel_agg(j, '{$a,$b,$c,$d}', '7 days'), 1) FROM bench_find
window_funnel over rows|SELECT sum(w) FROM (SELECT window_funnel('7 days', occurred_at, touchpoint = '$a', touchpoint = '$b', touchpoint = '$c', touchpoint = '$d') AS w FROM bench_contact GROUP BY customer_id) x
three steps|SELECT count(*) FROM bench_find WHERE (j ~ '$a -> $b -[<= 7 days]-> $c') IS TRUE
three steps and an exclusion|SELECT count(*) FROM bench_find WHERE (j ~ 'web/* -[!$d]-> $b => $c') IS TRUE
a pattern through the index|SELECT count(*) FROM bench_find WHERE j ~ 'web/rare -> $e'
flow_agg by channel|SELECT length(flow_agg(j, 'channel')::text) FROM bench_journey
flow_agg by touchpoint|SELECT length(flow_agg(j, 'touchpoint')::text) FROM bench_journey
linear credit|SELECT cardinality(attribution_agg(j, 'linear', 'channel', 1)) FROM bench_journey
Markov, end to end|SELECT sum(m.removal_effect) FROM (SELECT flow_agg(j, 'channel', (customer_id % 5 = 0)::int, (customer_id % 5 <> 0)::int, 1) AS f FROM bench_journey) f, markov_attribution(f) m
shapley_attribution|SELECT cardinality(shapley_attribution(j, 'channel', 1, 1)) FROM bench_journey
path_entropy|SELECT path_entropy(j, 'channel') FROM bench_journey
channel_rank|SELECT sum(r) FROM (SELECT channel_rank(i % 97, i % 89, i % 83) OVER () AS r FROM generate_series(1, 100000) AS i) x
can_contact|SELECT count(*) FROM (SELECT can_contact(j, 'sms/promo', '2026-07-01Z', '{"caps":[{"max":2,"within":"7 days","channel":"sms"}],"min_gap":"4 hours","quiet":{"from":"21:00","to":"09:00","timezone":"UTC"}}') AS g FROM bench_journey OFFSET 0) x WHERE (g).allowed
SQL
}

run() {                         # run DATABASE QUERY: the second of two executions, in milliseconds of the processor
    {
        printf '%s\n' '\o /dev/null' "$2;" 'SET client_min_messages = log;' 'SET log_statement_stats = on;' "$2;"
    } > "$script/q"
    psql -X -q "$1" -v ON_ERROR_STOP=1 -f "$script/q" 2>&1 |
        awk '/ERROR/ { print > "/dev/stderr" } /^!.*s user,.*s system,/ { t = 1000 * ($2 + $5) } END { print t }'
}
median() { sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }

queries | grep -E "^[^|]*($only)" | while IFS='|' read -r what query; do
    : > "$script/before"
    : > "$script/after"
    i=0
    while [ $i -lt "$runs" ]; do
        run "$before" "$query" >> "$script/before"
        run "$after" "$query" >> "$script/after"
        i=$((i + 1))
    done
    awk -v what="$what" -v b="$(median < "$script/before")" -v a="$(median < "$script/after")" \
        'BEGIN { printf "%-32s %9.1f ms before %9.1f ms after  ratio %5.2f\n", what, b, a, b ? a / b : 0 }'
done
