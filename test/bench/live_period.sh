#!/bin/sh
# What one more contact costs a customer of 100,000 contacts, against one of 1,000: medians of time and WAL of
# single inserts, the two customers in turns, in one session; no other statement in between. WAL is what
# pg_current_wal_insert_lsn() grew by, contact and its indexes included. Full-page images are put aside: a
# checkpoint goes before the journeys are made, so that their pages are as new as the WAL, autovacuum keeps off,
# and the pages of the contacts have their images in the first inserts, which do not count.
# Contacts lie ten years wide, 27 a day for the large customer, the new ones in the last month of them.
# Usage: PGHOST=... PGPORT=... PGUSER=... PGDATABASE=... test/bench/live_period.sh [inserts]
# touchpoint must be installed in schema tp; schema bench_period is made anew; PGUSER must be a superuser.
set -eu
inserts=${1:-100}
psql -X -q -v ON_ERROR_STOP=1 > /dev/null <<SQL
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench_period CASCADE;
CREATE SCHEMA bench_period;
CREATE SEQUENCE bench_period.ids START 1000000 CACHE 1000;
CREATE TABLE bench_period.contacts (id bigint PRIMARY KEY, customer int, channel text, label text, at timestamptz, score float8) WITH (autovacuum_enabled = off);
CREATE INDEX ON bench_period.contacts (customer, at);
INSERT INTO bench_period.contacts SELECT g + 200000 * c, c, (ARRAY['web', 'app', 'store'])[1 + g % 3], 'label ' || g % 7, date_trunc('second', timestamptz '2016-01-01Z' + g * (interval '3652 days' / n)), g % 5
FROM (VALUES (1, 1000), (2, 100000)) v(c, n), generate_series(0, n - 1) g;
CREATE FUNCTION bench_period.inserts(n int, OUT customer int, OUT us float8, OUT wal numeric) RETURNS SETOF record LANGUAGE plpgsql AS \$\$
DECLARE
    began timestamptz;
    lsn pg_lsn;
    at timestamptz;
BEGIN
    FOR i IN 1 .. n LOOP
        customer := 1 + i % 2;
        at := date_trunc('second', timestamptz '2025-12-01Z' + random() * interval '30 days');
        lsn := pg_current_wal_insert_lsn();
        began := clock_timestamp();
        INSERT INTO bench_period.contacts VALUES (nextval('bench_period.ids'), customer, 'web', 'label 1', at, 3);
        us := 1e6 * extract(epoch FROM clock_timestamp() - began);
        wal := pg_current_wal_insert_lsn() - lsn;
        RETURN NEXT;
    END LOOP;
END \$\$;
SQL
measure() { # what is kept, limits or none
    psql -X -qAt -v ON_ERROR_STOP=1 <<SQL
SET synchronous_commit = off;
SET client_min_messages = warning;
CHECKPOINT;
SELECT count(*) FROM (SELECT tp.maintain_journeys('bench_period.contacts', 'kept', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id'$2)) m \\g /dev/null
ALTER TABLE bench_period.kept SET (autovacuum_enabled = off, toast.autovacuum_enabled = off);
SELECT count(*) FROM bench_period.inserts(20) \\g /dev/null
WITH median AS (
    SELECT customer, percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS us, percentile_cont(0.5) WITHIN GROUP (ORDER BY wal) AS wal
    FROM bench_period.inserts($inserts) GROUP BY customer
), largest AS (SELECT max(tp.contact_count(journey)) AS contacts FROM bench_period.kept)
SELECT format('%-14s largest journey %6s contacts   1,000: %6s us %8s B   100,000: %6s us %8s B   %5s x %s', '$1', contacts, round(s.us), round(s.wal), round(l.us), round(l.wal), round((l.us / s.us)::numeric, 1),
    CASE WHEN '$3' = '' THEN '' WHEN l.us <= 3 * s.us AND l.wal <= 8000 THEN '(limits 3 x, 8000 B) ok' ELSE '(limits 3 x, 8000 B) MISSED' END) FROM median s, median l, largest WHERE s.customer = 1 AND l.customer = 2;
SELECT 'journeys that differ from a rebuild: ' || v FROM tp.verify_journeys('bench_period.kept') v WHERE v <> 0;
DROP TABLE bench_period.kept CASCADE;
DELETE FROM bench_period.contacts WHERE id >= 1000000;
SQL
}
measure 'whole' '' ''
measure 'by quarter' ", period => 'quarter'" ''
measure 'by month' ", period => 'month'" limit
measure 'by week' ", period => 'week'" limit
measure 'by day' ", period => 'day'" limit
psql -X -q -c 'SET client_min_messages = warning; DROP SCHEMA bench_period CASCADE'
