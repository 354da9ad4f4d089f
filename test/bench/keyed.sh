#!/bin/sh
# From rows: the aggregates by customer beside the two queries one in the other, beside plain SQL, and beside the
# server's own scan of the same columns, one process, jit off; rows in the order they arrived in, and by customer.
# Usage: PGHOST=... PGPORT=... PGUSER=... test/bench/keyed.sh [database] [runs] [customers]
# BENCH_WORK_MEM=64MB and the rows go to temporary files. The extension must be installed; database and data are made
# if need be, and stay.
set -eu
. "$(dirname "$0")/setup.sh"
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
SET search_path = public, tp;
SELECT to_regclass('bench_arrival') IS NULL AS missing \gset
\if :missing
CREATE TABLE bench_arrival AS SELECT * FROM bench_contact ORDER BY occurred_at, customer_id;
VACUUM ANALYZE bench_arrival;
\endif
SQL
contact='contact_record(touchpoint, occurred_at)'
agrees() {
    psql -X -At -c 'SET search_path = public, tp' -c "SET work_mem = '1GB'" -c "SELECT (SELECT flow_agg(customer_id, $contact, 'channel') FROM $1) = (SELECT flow_agg(j, 'channel') FROM (SELECT journey_agg($contact) AS j FROM $1 GROUP BY customer_id) AS x) AND (SELECT sum(count) FROM transitions((SELECT flow_agg(customer_id, $contact, 'touchpoint') FROM $1)) WHERE source <> '(start)' AND target <> '(end)') = (SELECT count(n) FROM (SELECT lead(touchpoint) OVER (PARTITION BY customer_id ORDER BY occurred_at) AS n FROM $1) AS x)" | grep -qx t || { echo "answers differ on $1" >&2; exit 1; }
}
printf '%-46s %13s %13s\n' 'median of alternating runs' 'by customer' 'beside'
for rows in bench_arrival bench_contact; do
    agrees "$rows"
    scan="SELECT count(customer_id), count(touchpoint), count(occurred_at) FROM $rows"
    flow="SELECT sum(count) FROM transitions((SELECT flow_agg(customer_id, $contact, 'touchpoint') FROM $rows))"
    funnel="SELECT funnel_agg(customer_id, $contact, '{web/*,app/*,store/*,chat/*}', '7 days') FROM $rows"
    "$here/ratio.sh" "transitions, two queries, $rows" 0.5 "$runs" "$flow" "SELECT sum(count) FROM transitions((SELECT flow_agg(j, 'touchpoint') FROM (SELECT journey_agg($contact) AS j FROM $rows GROUP BY customer_id) AS x))"
    "$here/ratio.sh" "transitions, LEAD(), $rows" 1 "$runs" "$flow" "SELECT count(*) FROM (SELECT touchpoint, n, count(*), avg(t - occurred_at) FROM (SELECT touchpoint, occurred_at, lead(touchpoint) OVER w AS n, lead(occurred_at) OVER w AS t FROM $rows WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at)) AS x GROUP BY 1, 2) AS y"
    "$here/ratio.sh" "transitions, scan of the columns, $rows" 4 "$runs" "$flow" "$scan"
    "$here/ratio.sh" "funnel, two queries, $rows" 0.5 "$runs" "$funnel" "SELECT funnel_agg(j, '{web/*,app/*,store/*,chat/*}', '7 days') FROM (SELECT journey_agg($contact) AS j FROM $rows GROUP BY customer_id) AS x"
    "$here/ratio.sh" "funnel, scan of the columns, $rows" 4 "$runs" "$funnel" "$scan"
    "$here/ratio.sh" "contact_record(), scan of the columns, $rows" 2 "$runs" "SELECT count(customer_id), count($contact) FROM $rows" "$scan"
done
