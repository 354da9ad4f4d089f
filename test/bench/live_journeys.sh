#!/bin/sh
# What keeping journeys costs the writer, as ratios: medians of alternating runs of one session. At the end,
# of one row into the journey of a customer of 1,000 contacts and of one of 100,000, without and with a period.
# Usage: PGHOST=... PGPORT=... PGUSER=... PGDATABASE=... test/bench/live_journeys.sh [runs]
# touchpoint must be installed in schema tp; schema bench_live is made anew. With fsync on, put
# synchronous_commit off: the disk is not what is measured.
set -eu
here=$(dirname "$0")
runs=${1:-9}
rows() { # table, customers, first customer
    echo "INSERT INTO bench_live.$1 SELECT nextval('bench_live.ids'), $3 + i % $2, (ARRAY['web', 'app', 'store'])[1 + i % 3], 'label ' || i % 7, timestamptz '2026-01-01Z' + (currval('bench_live.ids') * 3607 % 40000000) * interval '1 second', i % 5, i % 9 FROM generate_series(1, 10000) AS i"
}
psql -X -q -v ON_ERROR_STOP=1 > /dev/null <<SQL
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench_live CASCADE;
CREATE SCHEMA bench_live;
CREATE SEQUENCE bench_live.ids CACHE 1000;
CREATE TABLE bench_live.bare (id bigint PRIMARY KEY, customer int, channel text, label text, at timestamptz, score float8, cost float8);
CREATE TABLE bench_live.live (LIKE bench_live.bare INCLUDING ALL);
CREATE TABLE bench_live.blob (customer int PRIMARY KEY, b bytea);
SELECT tp.maintain_journeys('bench_live.live', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', cost => 'cost', id => 'id');
-- sets of a hundred customers with 400 contacts each, one for each statement to come
CREATE SEQUENCE bench_live.sets;
CREATE SEQUENCE bench_live.first START 1000000;
INSERT INTO bench_live.live SELECT nextval('bench_live.ids'), 100 * (s + 100) + i % 100, (ARRAY['web', 'app', 'store'])[1 + i % 3], 'label ' || i % 7, timestamptz '2026-01-01Z' + i * interval '11 minutes', i % 5, i % 9
FROM generate_series(1, $runs + 1) AS s, generate_series(1, 40000) AS i;
INSERT INTO bench_live.bare TABLE bench_live.live;
VACUUM ANALYZE bench_live.live, bench_live.bare, bench_live.journeys;
SQL
fresh="(SELECT setval('bench_live.first', nextval('bench_live.first') + 99))"
known="(SELECT 100 * (nextval('bench_live.sets') + 100))"
"$here/ratio.sh" '10,000 rows, 100 new customers' 1.6 "$runs" "$(rows live 100 "$fresh")" "$(rows bare 100 0)"
"$here/ratio.sh" '10,000 rows, 100 customers with 400 contacts' 1.6 "$runs" "$(rows live 100 "$known")" "$(rows bare 100 0)"
"$here/ratio.sh" '10,000 rows, 10,000 customers, and an upsert' 1.5 "$runs" "$(rows live 10000 2000000)" \
    "WITH i AS ($(rows bare 10000 2000000) RETURNING customer) INSERT INTO bench_live.blob SELECT customer, convert_to(repeat('x', 300), 'UTF8') FROM i ON CONFLICT (customer) DO UPDATE SET b = EXCLUDED.b"

# single rows into journeys of 1,000 contacts
psql -X -q -v ON_ERROR_STOP=1 > /dev/null <<SQL
TRUNCATE bench_live.live;
$(for i in 1 2 3 4 5 6 7 8 9 10; do rows live 100 0; echo ';'; done)
VACUUM ANALYZE bench_live.live;
SQL
script=$(mktemp)
trap 'rm -f "$script"' EXIT
echo '\set customer random(0, 99)
INSERT INTO bench_live.live VALUES (nextval('"'bench_live.ids'"'), :customer, '"'web', 'label 1'"', now(), 3, 1);' > "$script"
pgbench -n -M prepared -t 2000 -f "$script" | sed -n 's/latency average = \(.*\)/a single row into a journey of 1,000 contacts: \1 (limit 1 ms)/p'
echo "journeys that differ from a rebuild: $(psql -X -qAt -c "SELECT tp.verify_journeys('bench_live.journeys')")"
"$here/live_period.sh"
