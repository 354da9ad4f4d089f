#!/bin/sh
# ground.sh [CUSTOMERS]: sizes and speeds of the types and of peak-end scoring, as ratios against the
# server's own functions on the same rows. Needs the extension in schema tp of the database that
# psql connects to, and about 4 GB of disk for the default million customers.
set -e
cd "$(dirname "$0")"
psql -X -q -v customers="${1:-1000000}" -f data.sql > /dev/null
psql -X -q <<'SQL'
SET search_path = public, tp;
\echo Sizes
SELECT round(avg(pg_column_size(j)), 1) AS "bytes a journey (limit 260)",
       round(sum(pg_column_size(j)) / sum(contact_count(j))::numeric, 1) AS "bytes a contact",
       round((SELECT pg_relation_size('bench_contact') / count(DISTINCT customer_id)::numeric FROM bench_contact), 1)
         AS "table bytes a customer"
FROM bench_journey;
-- the same contacts as real columns and microseconds give them, and as decimals and seconds do, with the keys of their rows
SELECT setseed(0.5);
CREATE TABLE IF NOT EXISTS bench_forms AS
SELECT customer_id,
       journey_agg(touchpoint, occurred_at + floor(random() * 1000000) * interval '1 us', (score + random())::real,
                   (3 + 2 * random())::real, NULL, NULL, NULL, NULL, id) AS measured,
       journey_agg(touchpoint, occurred_at, score, round((3 + 2 * random())::numeric, 1)::float8, NULL, NULL, NULL, NULL, id) AS decimal,
       journey_agg(contact_record(touchpoint, occurred_at, score, id => id,
                   properties => jsonb_build_object('campaign', 'campaign ' || floor(random() * 20)))) AS campaign
FROM (SELECT *, row_number() OVER () AS id FROM bench_contact) c WHERE customer_id <= 100000 GROUP BY 1;
SELECT round(avg(pg_column_size(measured)), 1) AS "bytes with float4 and us (limit 370)",
       round(avg(pg_column_size(decimal)), 1) AS "bytes with decimals and s (limit 230)",
       round(avg(pg_column_size(campaign)), 1) AS "bytes with a campaign of twenty"
FROM bench_forms;
CREATE TABLE IF NOT EXISTS bench_long AS
SELECT n, journey_agg(touchpoint(NULL, 'l' || i % 50), to_timestamp(i * 61), (i * 7 % 50)::float8 / 10) AS j
FROM (VALUES (3000), (100000)) v(n), generate_series(1, n) i, generate_series(1, 20) copy GROUP BY n, copy;
SQL
echo Speeds, medians of alternating runs
./ratio.sh "peak_end_score(j, 3) / pg_column_size(j)" 2.5 7 \
    "SELECT sum(peak_end_score(j, 3)) FROM bench_journey" \
    "SELECT sum(pg_column_size(j)) FROM bench_journey"
./ratio.sh "peak_end_score(score, at, 3) / max(score)" 1.2 5 \
    "SELECT count(p) FROM (SELECT peak_end_score(score, occurred_at, 3) p FROM bench_contact GROUP BY customer_id) x" \
    "SELECT count(p) FROM (SELECT max(score) p FROM bench_contact GROUP BY customer_id) x"
BENCH_WORK_MEM=64MB ./ratio.sh "journey_agg / array_agg ORDER BY, 64 MB" 1.3 5 \
    "SELECT count(p) FROM (SELECT journey_agg(touchpoint, occurred_at, score) p FROM bench_contact GROUP BY customer_id) x" \
    "SELECT count(p) FROM (SELECT array_agg(score ORDER BY occurred_at) p FROM bench_contact GROUP BY customer_id) x"
BENCH_WORK_MEM=64MB ./ratio.sh "journey_agg(contact_record(...)) / of columns" 1.1 9 \
    "SELECT contact_count(journey_agg(contact_record(touchpoint, occurred_at, score => score, value => 9.5))) FROM bench_contact WHERE customer_id <= 100000" \
    "SELECT contact_count(journey_agg(touchpoint, occurred_at, score, NULL, NULL, NULL, 9.5, NULL, NULL)) FROM bench_contact WHERE customer_id <= 100000"
a=$(psql -XAt -c "SET search_path = public, tp" -c "SELECT tp FROM bench_touchpoint WHERE k = 0" | tail -1)
./ratio.sh "j ~ step with a condition / without" 1.3 21 \
    "SELECT count(*) FROM bench_forms WHERE campaign ~ '$a[campaign = \"campaign 7\"]'" \
    "SELECT count(*) FROM bench_forms WHERE campaign ~ '$a'"
./ratio.sh "journey of 100,000 contacts / of 3,000" 1.2 11 \
    "SELECT sum(peak_end_score(j, 3)) FROM bench_long, generate_series(1, 500) WHERE n = 100000" \
    "SELECT sum(peak_end_score(j, 3)) FROM bench_long, generate_series(1, 500) WHERE n = 3000"
