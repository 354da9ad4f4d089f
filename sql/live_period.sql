-- Journeys kept by period of UTC. Writers, readers and whoever defines stand in zones of their own.
SET search_path = public;
SET timezone = 'America/New_York';
SET datestyle = 'ISO';
\set VERBOSITY terse

CREATE SCHEMA live;

-- Another route than verify_journeys: the stored rows against a plain query, both ways.
CREATE FUNCTION live.differences(stored text, fresh text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ((TABLE %s EXCEPT ALL (%s)) UNION ALL ((%s) EXCEPT ALL TABLE %s)) d', stored, fresh, fresh, stored) INTO n;
    RETURN n;
END $$;

CREATE TABLE live.contacts (id bigint PRIMARY KEY, customer int, channel text, label text, at timestamptz, score float8, note text);
CREATE INDEX ON live.contacts (customer, at);
CREATE VIEW live.fresh AS
    SELECT customer, date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS period_start,
           tp.journey_agg(tp.touchpoint(channel, label), at, score, NULL, NULL, NULL, NULL, NULL, id) AS journey
    FROM live.contacts WHERE customer IS NOT NULL GROUP BY 1, 2 HAVING count(label) FILTER (WHERE at IS NOT NULL) > 0;
CREATE VIEW live.fresh_whole AS
    SELECT customer, tp.journey_agg(tp.touchpoint(channel, label), at, score, NULL, NULL, NULL, NULL, NULL, id) AS journey
    FROM live.contacts WHERE customer IS NOT NULL GROUP BY 1 HAVING count(label) FILTER (WHERE at IS NOT NULL) > 0;
-- weeks begin on Monday, which the first of a leap year's days was in 2024; without ids, so that nothing hides what is counted twice
CREATE VIEW live.bag AS
    SELECT customer, channel, timestamptz '2024-01-01Z' + floor(extract(epoch FROM CASE WHEN isfinite(at) THEN at END - timestamptz '2024-01-01Z') / 604800) * interval '168 hours' AS period_start,
           tp.journey_agg((channel || '/' || label)::tp.touchpoint, at) AS journey
    FROM live.contacts WHERE customer IS NOT NULL AND channel IS NOT NULL GROUP BY 1, 2, 3 HAVING count(label) FILTER (WHERE at IS NOT NULL) > 0;
CREATE FUNCTION live.check() RETURNS TABLE (journeys bigint, contacts bigint, wrong bigint, wrong_whole bigint, wrong_too bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT (SELECT count(*) FROM live.journeys j), (SELECT sum(tp.contact_count(b.journey)) FROM live.bags b)::bigint,
                        live.differences('live.journeys', 'TABLE live.fresh') + live.differences('live.bags', 'TABLE live.bag'),
                        live.differences('live.journeys_whole', 'TABLE live.fresh_whole'),
                        tp.verify_journeys('live.journeys') + tp.verify_journeys('live.bags');
END $$;

INSERT INTO live.contacts SELECT i, i % 3, 'web', 'step ' || i % 2, '2024-01-20Z'::timestamptz + i * interval '4 days 7 hours', i FROM generate_series(1, 24) i;
-- at the edges: the last moment of a month of UTC, and the first, which is another day in New York
INSERT INTO live.contacts VALUES (100, 1, 'app', 'last', '2024-02-29 23:59:59.999999Z', 1), (101, 1, 'app', 'first', '2024-03-01 00:00Z', 2);
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer,channel}', 'channel || ''/'' || label', 'at', period => 'week');
SET timezone = 'Asia/Shanghai';
SELECT * FROM live.check();
SELECT customer, period_start AT TIME ZONE 'UTC' AS period_start, journey FROM live.journeys WHERE customer = 1 ORDER BY 2;
SELECT customer, tp.variant(journey) FROM live.journeys_whole ORDER BY 1;
SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'live' AND table_name IN ('journeys', 'journeys_whole') ORDER BY table_name, ordinal_position;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'live.journeys'::regclass AND contype IN ('c', 'p') ORDER BY contype;
SELECT obj_description('live.journeys'::regclass), col_description('live.journeys'::regclass, 2), obj_description('live.journeys_whole'::regclass);
SELECT reloptions FROM pg_class WHERE oid = 'live.journeys_whole'::regclass;

---- Statements ----

INSERT INTO live.contacts VALUES (102, 4, 'app', 'one', '2024-05-31 20:00-04', 1), (103, 4, 'app', 'two', '2024-05-31 19:59-04', 1);
SELECT customer, period_start AT TIME ZONE 'UTC', journey FROM live.journeys WHERE customer = 4 ORDER BY 2;
UPDATE live.contacts SET score = 9 WHERE id = 5;
-- of the time across periods, of the key, of both; within a period nothing else is written
UPDATE live.contacts SET at = at + interval '1 month' WHERE id < 12;
UPDATE live.contacts SET customer = 5 WHERE customer = 0;
UPDATE live.contacts SET customer = customer + 1, at = at - interval '10 days', id = id + 1000 WHERE id % 4 = 0;
SELECT * FROM live.check();
CREATE TEMP TABLE versions AS SELECT ctid AS version, customer, period_start FROM live.journeys;
UPDATE live.contacts SET note = 'seen';
SELECT count(*) AS rewritten FROM live.journeys j WHERE NOT EXISTS (SELECT FROM versions v WHERE v.version = j.ctid);
INSERT INTO live.contacts VALUES (104, 1, 'web', 'one row', '2024-03-15Z', 1);
UPDATE live.contacts SET score = 3 WHERE id = 101;
SELECT customer, period_start AT TIME ZONE 'UTC' AS rewritten FROM live.journeys j WHERE NOT EXISTS (SELECT FROM versions v WHERE v.version = j.ctid);
DROP TABLE versions;
SELECT * FROM live.check();
-- no contacts: without key, touchpoint or time
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (110, NULL, 'web', 'x', '2024-01-01Z'), (111, 6, 'web', NULL, '2024-01-01Z'), (112, 6, 'web', 'x', NULL), (113, 7, NULL, 'x', '2024-01-01Z'), (114, 6, 'web', NULL, 'infinity');
SELECT * FROM live.check();
UPDATE live.contacts SET customer = 6 WHERE id = 110;
UPDATE live.contacts SET label = 'known' WHERE id = 111;
UPDATE live.contacts SET at = '2024-02-01Z' WHERE id = 112;
SELECT * FROM live.check();
UPDATE live.contacts SET at = NULL WHERE id = 110;
UPDATE live.contacts SET customer = NULL WHERE id = 111;
UPDATE live.contacts SET at = '-infinity', label = NULL WHERE id = 112;
DELETE FROM live.contacts WHERE id IN (112, 114);
SELECT * FROM live.check();
-- COPY, ON CONFLICT, MERGE, rows that move within one statement
COPY live.contacts (id, customer, channel, label, at) FROM stdin;
120	1	web	copied	2024-03-03 00:00:00+00
121	8	store	copied	2024-09-03 00:00:00+00
\.
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (120, 8, 'web', 'again', '2024-04-04Z'), (122, 8, 'web', 'new', '2024-03-04Z'), (123, 1, 'web', 'new', '2024-03-04Z')
ON CONFLICT (id) DO UPDATE SET customer = EXCLUDED.customer, label = EXCLUDED.label, at = EXCLUDED.at;
SELECT * FROM live.check();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (120, 9, 'web', 'again', '2024-01-04Z'), (124, 9, 'web', 'new', '2024-01-04Z') ON CONFLICT DO NOTHING;
MERGE INTO live.contacts c USING (VALUES (120, 'delete'), (121, 'update'), (123, 'update'), (125, 'insert'), (126, 'insert')) AS v(id, what) ON c.id = v.id
WHEN MATCHED AND what = 'delete' THEN DELETE
WHEN MATCHED THEN UPDATE SET customer = 8, at = at + interval '40 days'
WHEN NOT MATCHED THEN INSERT (id, customer, channel, label, at) VALUES (v.id, 8, 'web', 'merged', '2024-01-05Z');
SELECT * FROM live.check();
WITH gone AS (DELETE FROM live.contacts WHERE customer = 8 RETURNING *) INSERT INTO live.contacts SELECT id, customer, channel, label, at + interval '20 days' FROM gone;
SELECT * FROM live.check();
WITH gone AS (DELETE FROM live.contacts WHERE customer = 8 RETURNING *), more AS (INSERT INTO live.contacts SELECT id + 1000, customer, channel, label, at FROM gone)
UPDATE live.contacts SET customer = 8, at = at - interval '1 year' WHERE customer = 1;
SELECT * FROM live.check();
-- rollback, savepoints; in one transaction, anew and then on
BEGIN;
DELETE FROM live.contacts WHERE customer = 2;
SAVEPOINT s;
UPDATE live.contacts SET customer = 2, at = at + interval '1 month' WHERE customer = 8;
ROLLBACK TO s;
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (130, 2, 'web', 'kept', '2024-01-05Z'), (131, 3, 'web', 'kept', '2024-02-05Z');
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (132, 2, 'web', 'kept', '2024-01-06Z');
SELECT * FROM live.check();
ROLLBACK;
SELECT * FROM live.check();
-- more rows than a kept plan is for
INSERT INTO live.contacts (id, customer, channel, label, at, score) SELECT 10000 + i, i % 70, 'web', 'many ' || i % 5, '2024-02-01Z'::timestamptz + (i * 7919 % 500000) * interval '1 minute', i % 10 FROM generate_series(1, 5000) i;
UPDATE live.contacts SET score = score + 1, customer = customer + 1, at = at + interval '9 days' WHERE id > 10000 AND id % 3 = 0;
DELETE FROM live.contacts WHERE id > 10000 AND id % 4 = 0;
SELECT * FROM live.check();
-- one key of many periods is found by its time, where there is an index
CREATE FUNCTION live.touched(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
BEGIN
    SELECT seq_scan INTO before FROM pg_stat_xact_user_tables WHERE relid = 'live.contacts'::regclass;
    EXECUTE statement;
    RETURN (SELECT seq_scan - before FROM pg_stat_xact_user_tables WHERE relid = 'live.contacts'::regclass);
END $$;
ANALYZE live.contacts;
SELECT live.touched('DELETE FROM live.contacts WHERE id = 10005') AS read_all;

---- Whole journeys ----

-- of one customer, by the key's index alone
CREATE FUNCTION live.plan(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json, COSTS OFF) ' || query INTO plan;
    RETURN substring(plan::text FROM '"Index Cond": "([^"]*)"');
END $$;
SELECT live.plan('SELECT tp.variant(journey) FROM live.journeys_whole WHERE customer = 3') AS by_index;
SELECT tp.contact_count(w.journey) = sum(tp.contact_count(j.journey)) AS all_of_them FROM live.journeys_whole w JOIN live.journeys j USING (customer) WHERE customer = 3 GROUP BY w.journey;

---- Old periods ----

-- contacts that are deleted take their journeys along
DELETE FROM live.contacts WHERE at < '2024-02-01Z';
SELECT count(*) FROM live.journeys WHERE period_start < '2024-02-01Z';
SELECT * FROM live.check();
-- journeys whose contacts stay are missing, until they are made anew
DELETE FROM live.journeys WHERE period_start < '2024-03-01Z';
SELECT count(*) = tp.verify_journeys('live.journeys') AS missing, count(*) > 0 AS some FROM live.fresh WHERE period_start < '2024-03-01Z';
-- a contact more makes only its own journey, and that one is wrong too
SELECT tp.verify_journeys('live.journeys') AS missing \gset
INSERT INTO live.contacts VALUES (140, 3, 'web', 'late', '2024-02-03Z', 1);
SELECT tp.contact_count(journey), tp.verify_journeys('live.journeys') = :missing AS as_many FROM live.journeys WHERE customer = 3 AND period_start = '2024-02-01Z';
-- an update or delete makes the whole of it
DELETE FROM live.contacts WHERE id = 140;
SELECT tp.verify_journeys('live.journeys') - :missing AS one_less;
SELECT tp.rebuild_journeys('live.journeys') = (SELECT count(*) FROM live.fresh) AS all_rows;
SELECT * FROM live.check();
-- contacts that went behind the triggers' back leave journeys that are too many
SET session_replication_role = replica;
DELETE FROM live.contacts WHERE at < '2024-03-01Z';
RESET session_replication_role;
SELECT count(*) = tp.verify_journeys('live.journeys') AS too_many, count(*) > 0 AS some FROM live.journeys WHERE period_start < '2024-03-01Z';
DELETE FROM live.journeys WHERE period_start < '2024-03-01Z';
SELECT tp.verify_journeys('live.journeys'), tp.rebuild_journeys('live.bags') > 0 AS rebuilt;
SELECT * FROM live.check();

---- The view: called again, renamed, stopped, dropped, in the way ----

SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'day');
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id');
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'MONTH');
-- whatever else the owner lets it do, it is his
CREATE OR REPLACE VIEW live.journeys_whole AS SELECT customer, tp.rollup(journey) AS journey FROM live.journeys WHERE period_start > '2024-06-01Z' GROUP BY 1;
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT pg_get_viewdef('live.journeys_whole'::regclass) ~ 'period_start' AS still_his;
DROP VIEW live.journeys_whole;
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT * FROM live.check();
-- a key of another type: in both tables, without the view in between
CREATE TABLE live.typed (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('live.typed', 'typed_journeys', '{customer}', 'label', 'at', period => 'month');
INSERT INTO live.typed VALUES (1, 'a', '2024-07-01Z');
ALTER TABLE live.typed ALTER customer TYPE bigint;
ALTER TABLE live.typed_journeys ALTER customer TYPE bigint;
DROP VIEW live.typed_journeys_whole;
ALTER TABLE live.typed_journeys ALTER customer TYPE bigint;
INSERT INTO live.typed VALUES (10000000000, 'b', '2024-07-01Z');
SELECT tp.maintain_journeys('live.typed', 'typed_journeys', '{customer}', 'label', 'at', period => 'month');
SELECT customer, tp.variant(journey), tp.verify_journeys('live.typed_journeys') AS wrong FROM live.typed_journeys_whole ORDER BY 1;
SET client_min_messages = warning;
DROP TABLE live.typed, live.typed_journeys CASCADE;
RESET client_min_messages;
-- both may be renamed, and moved
ALTER TABLE live.journeys RENAME TO monthly;
ALTER VIEW live.journeys_whole RENAME TO monthly_whole;
ALTER TABLE live.contacts RENAME TO touches;
INSERT INTO live.touches VALUES (150, 1, 'web', 'renamed', '2024-07-01Z', 1);
UPDATE live.touches SET at = '2024-08-02Z' WHERE id = 150;
SELECT tp.maintain_journeys('live.touches', 'monthly', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT tp.verify_journeys('live.monthly'), (SELECT count(*) FROM live.monthly_whole) > 0 AS whole, to_regclass('live.journeys_whole');
ALTER TABLE live.touches RENAME TO contacts;
ALTER VIEW live.monthly_whole RENAME TO journeys_whole;
ALTER TABLE live.monthly RENAME TO journeys;
-- a table of the name, a view that reads something else, somebody's view of all names
CREATE TABLE live.other_whole (a int);
SELECT tp.maintain_journeys('live.contacts', 'other', '{customer}', 'label', 'at', period => 'month');
DROP TABLE live.other_whole;
CREATE VIEW live.other_whole AS SELECT customer, tp.rollup(journey) AS journey FROM live.journeys GROUP BY 1;
SELECT tp.maintain_journeys('live.contacts', 'other', '{customer}', 'label', 'at', period => 'month');
DROP VIEW live.other_whole;
CREATE DOMAIN live.other_whole AS int;
SELECT tp.maintain_journeys('live.contacts', 'other', '{customer}', 'label', 'at', period => 'month');
DROP DOMAIN live.other_whole;
SELECT to_regclass('live.other') AS nothing_made, count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'live.contacts'::regclass;
-- stopped, table and view stay, and are taken up again; the table goes with its view, or not at all
SELECT tp.stop_maintaining_journeys('live.journeys');
INSERT INTO live.contacts VALUES (151, 1, 'web', 'unkept', '2024-07-01Z', 1);
SELECT live.differences('live.journeys_whole', 'TABLE live.fresh_whole');
DROP TABLE live.journeys;
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id');
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT * FROM live.check();
TRUNCATE live.contacts;
SELECT * FROM live.check();
INSERT INTO live.contacts VALUES (1, 1, 'web', 'again', '2024-07-01Z', 1);
SELECT * FROM live.check();
-- a table of journeys that are whole does for none by period
SELECT tp.maintain_journeys('live.contacts', 'plain', '{customer}', 'label', 'at');
SELECT tp.stop_maintaining_journeys('live.plain');
SELECT tp.maintain_journeys('live.contacts', 'plain', '{customer}', 'label', 'at', period => 'month');
SET client_min_messages = warning;
DROP TABLE live.journeys, live.bags, live.plain CASCADE;
DROP FUNCTION live.check;
RESET client_min_messages;
SELECT to_regclass('live.journeys_whole'), to_regclass('live.bags_whole'), count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'live.contacts'::regclass;

---- One id in two periods ----

ALTER TABLE live.contacts DROP CONSTRAINT contacts_pkey, ALTER id DROP NOT NULL;
TRUNCATE live.contacts;
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'label', 'at', id => 'id', period => 'month');
INSERT INTO live.contacts (id, customer, label, at) VALUES (1, 1, 'a', '2024-01-01Z'), (2, 1, 'b', '2024-01-02Z'), (3, 1, 'c', '2024-03-02Z'), (1, 2, 'a', '2024-03-02Z'), (9, 3, 'a', '2024-03-02Z'), (9, 3, 'a', '2024-03-02Z');
SELECT tp.verify_journeys('live.journeys');
-- in one period it is refused where it is written; in another the view refuses to make one journey of it, and verify_journeys counts both
INSERT INTO live.contacts (id, customer, label, at) VALUES (1, 1, 'b', '2024-01-03Z');
INSERT INTO live.contacts (id, customer, label, at) VALUES (1, 1, 'a', '2024-02-01Z');
SELECT tp.verify_journeys('live.journeys');
SELECT customer, tp.variant(journey) FROM live.journeys_whole;
SELECT customer, tp.variant(journey) FROM live.journeys_whole WHERE customer > 1 ORDER BY 1;
SELECT tp.rebuild_journeys('live.journeys');
-- beside others that are wrong, missing and too many
SET session_replication_role = replica;
INSERT INTO live.contacts (id, customer, label, at) VALUES (4, 1, 'd', '2024-03-02Z'), (5, 4, 'd', '2024-03-02Z'), (6, 5, 'd', '2024-03-02Z'), (6, 5, 'e', '2024-03-02Z');
DELETE FROM live.contacts WHERE customer = 2;
RESET session_replication_role;
SELECT tp.verify_journeys('live.journeys');
DELETE FROM live.contacts WHERE id IN (1, 6);
SELECT tp.rebuild_journeys('live.journeys'), tp.verify_journeys('live.journeys');
SELECT customer, tp.variant(journey) FROM live.journeys_whole ORDER BY 1;
SET client_min_messages = warning;
DROP TABLE live.journeys CASCADE;
RESET client_min_messages;

---- Each period, and times at the ends of the calendar ----

TRUNCATE live.contacts;
SELECT period, tp.maintain_journeys('live.contacts', ('by_' || period)::name, '{customer}', 'label', 'at', period => period) FROM unnest('{hour,day,week,month,quarter,year}'::text[]) period;
INSERT INTO live.contacts (customer, label, at) SELECT 1, 'x', t FROM unnest('{2024-02-29 23:30Z,0001-01-01 00:00Z,0044-03-15 12:00Z BC,294276-12-31 23:59:59.999999Z,293999-12-31 23:59Z,1969-12-31 23:59:59.999999Z}'::timestamptz[]) t;
CREATE FUNCTION live.beginnings(period text) RETURNS TABLE (beginnings text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT string_agg(to_char(period_start AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24 BC''), '', '' ORDER BY period_start) FROM live.by_%s', period);
END $$;
SELECT p AS period, b.* FROM unnest('{hour,day,week,month,quarter,year}'::text[]) p, live.beginnings(p) b;
UPDATE live.contacts SET label = 'y' WHERE at > '290000-01-01Z' OR at < '0044-12-31Z BC';
SELECT count(*) AS wrong FROM unnest('{hour,day,week,month,quarter,year}'::text[]) p WHERE tp.verify_journeys(format('live.by_%s', p)::regclass) <> 0;
DELETE FROM live.contacts WHERE at > '290000-01-01Z';
SELECT count(*) AS wrong FROM unnest('{hour,day,week,month,quarter,year}'::text[]) p WHERE tp.verify_journeys(format('live.by_%s', p)::regclass) <> 0;
SELECT tp.variant(journey) FROM live.by_day_whole;
INSERT INTO live.contacts (customer, label, at) VALUES (1, 'x', 'infinity');
INSERT INTO live.contacts (customer, label, at) VALUES (1, 'x', '-infinity');
INSERT INTO live.contacts (customer, label, at) VALUES (1, 'x', '4714-11-24Z BC');
SELECT count(*) FROM live.contacts;

---- What is refused ----

CREATE FUNCTION live.refused(target name, period text, key text[] DEFAULT '{customer}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
    said text;
    hint text;
BEGIN
    PERFORM tp.maintain_journeys('live.contacts', target, key, 'label', 'at', period => period);
    RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(': ', state, said) || CASE WHEN hint <> '' THEN ' | ' || hint ELSE '' END;
END $$;
ALTER TABLE live.contacts ADD period_start int, ADD touchpoint_contact_9 int;
SELECT live.refused('refused', 'fortnight') UNION ALL
SELECT live.refused('refused', '') UNION ALL
SELECT live.refused('refused', 'months') UNION ALL
SELECT live.refused('refused', 'month''); DROP TABLE live.contacts; --') UNION ALL
SELECT live.refused('refused', 'month', '{period_start}') UNION ALL
SELECT live.refused('refused', 'month', '{NULL}') UNION ALL
SELECT live.refused('refused', 'month', '{touchpoint_contact_9}') UNION ALL
SELECT live.refused('refused', 'month', NULL) UNION ALL
SELECT live.refused(repeat('n', 58), 'month') UNION ALL
SELECT live.refused(repeat('客', 20)::name, 'month') UNION ALL
SELECT live.refused('contacts', 'month');
SELECT count(*) AS nothing_made FROM pg_class WHERE relname ~ '^(refused|nnn|客)';
-- at 57 bytes the view has the longest name there is
SELECT tp.maintain_journeys('live.contacts', repeat('n', 57), '{customer}', 'label', 'at', period => 'month');
SELECT relname, relkind FROM pg_class WHERE relname ~ '^nnn' AND relkind <> 'i' ORDER BY relname;
SET client_min_messages = warning;
DROP TABLE live.contacts CASCADE;
RESET client_min_messages;

---- Names, columns and kinds of tables ----

-- columns of the source by every name that the statements use, and one named as the journeys' own
CREATE SCHEMA "li'v""e";
SET search_path = "li'v""e", public;
CREATE TABLE s (a int, c int, p text, t timestamp, s text, period_start timestamptz, touchpoint_at timestamptz, touchpoint_contact text, touchpoint_contact_1 text, period text, "i""d" bigint);
SET timezone = 'Asia/Tokyo';
SELECT tp.maintain_journeys('s', 'j''"', '{a,c}', 'p || s', 'coalesce(period_start, touchpoint_at, t::timestamptz)', id => '"i""d"', period => 'month');
SET timezone = 'Asia/Shanghai';
SET search_path = public;
INSERT INTO "li'v""e".s (a, c, p, t, s, period_start, touchpoint_at, "i""d") VALUES (1, 1, 'p', '2024-02-01 08:59:59', 's', NULL, NULL, 1), (1, 1, 'p', '2024-02-01 09:00', 's', NULL, NULL, 2),
    (1, 2, 'p', NULL, 's', '2024-05-01Z', '2024-01-01Z', 3), (1, 2, 'p', NULL, 's', NULL, '2024-05-02Z', 4), (1, NULL, 'p', NULL, 's', NULL, '2024-05-02Z', 5);
UPDATE "li'v""e".s SET p = 'q' WHERE "i""d" IN (1, 4);
DELETE FROM "li'v""e".s WHERE "i""d" = 3;
SELECT a, c, period_start AT TIME ZONE 'UTC' AS period_start, journey FROM "li'v""e"."j'""" ORDER BY 1, 2, 3;
SELECT a, c, tp.variant(journey) FROM "li'v""e"."j'""_whole" ORDER BY 1, 2;
SELECT tp.verify_journeys('"li''v""e"."j''"""');
SET session_replication_role = replica;
INSERT INTO "li'v""e".s (a, c, p, s, touchpoint_at, "i""d") VALUES (1, 2, 'p', 's', '2024-07-02Z', 4);
RESET session_replication_role;
SELECT tp.verify_journeys('"li''v""e"."j''"""');
SET client_min_messages = warning;
DROP SCHEMA "li'v""e" CASCADE;
RESET client_min_messages;

-- unlogged and temporary; partitioned source, whose rows move; a table of journeys that the owner partitioned himself, of which old periods go as partitions
CREATE UNLOGGED TABLE live.unlogged (customer int, label text, at timestamptz);
CREATE TEMP TABLE temporary (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('live.unlogged', 'unlogged_j', '{customer}', 'label', 'at', period => 'day');
SELECT tp.maintain_journeys('temporary', 'temporary_j', '{customer}', 'label', 'at', period => 'day') IS NOT NULL AS made;
INSERT INTO temporary VALUES (1, 'a', '2024-01-01Z'), (1, 'b', '2024-01-02Z');
SELECT tp.variant(journey) FROM temporary_j_whole;
SELECT relname, relpersistence, relkind FROM pg_class WHERE relname ~ '^(unlogged|temporary)_j' AND relkind <> 'i' ORDER BY relname;
CREATE TABLE live.parted (customer int, label text, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE live.parted_1 PARTITION OF live.parted FOR VALUES FROM ('2024-01-01Z') TO ('2024-02-01Z');
CREATE TABLE live.parted_2 PARTITION OF live.parted FOR VALUES FROM ('2024-02-01Z') TO ('2024-03-15Z');
CREATE TABLE live.parted_j (customer int, period_start timestamptz, journey tp.journey NOT NULL, PRIMARY KEY (customer, period_start)) PARTITION BY RANGE (period_start);
CREATE TABLE live.parted_j_1 PARTITION OF live.parted_j FOR VALUES FROM ('2024-01-01Z') TO ('2024-02-01Z');
CREATE TABLE live.parted_j_2 PARTITION OF live.parted_j FOR VALUES FROM ('2024-02-01Z') TO ('2025-01-01Z');
SELECT tp.maintain_journeys('live.parted', 'parted_j', '{customer}', 'label', 'at', period => 'month');
INSERT INTO live.parted SELECT i % 5, 'at ' || i % 3, '2024-01-01Z'::timestamptz + i * interval '17 hours' FROM generate_series(0, 100) i;
INSERT INTO live.parted_2 VALUES (2, 'leaf', '2024-02-05Z');
UPDATE live.parted SET at = at + interval '20 days' WHERE at < '2024-02-01Z' AND customer = 3;
UPDATE live.parted_1 SET customer = 9 WHERE customer = 1;
DELETE FROM live.parted_2 WHERE customer = 4;
CREATE VIEW live.parted_fresh AS SELECT customer, date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', tp.journey_agg(label::tp.touchpoint, at) FROM live.parted GROUP BY 1, 2;
SELECT count(*), sum(tp.contact_count(journey)), live.differences('live.parted_j', 'TABLE live.parted_fresh'), tp.verify_journeys('live.parted_j') FROM live.parted_j;
-- a partition truncated by itself: every journey is looked at anew
INSERT INTO live.parted_1 VALUES (2, 'leaf', '2024-01-05Z');
TRUNCATE live.parted_1;
SELECT count(*), sum(tp.contact_count(journey)), live.differences('live.parted_j', 'TABLE live.parted_fresh'), tp.verify_journeys('live.parted_j') FROM live.parted_j;
-- a month of contacts and its journeys go as partitions
INSERT INTO live.parted_1 VALUES (2, 'leaf', '2024-01-05Z'), (7, 'leaf', '2024-01-06Z');
ALTER TABLE live.parted DETACH PARTITION live.parted_1;
SELECT tp.verify_journeys('live.parted_j');
DROP TABLE live.parted_1;
DROP TABLE live.parted_j_1;
SELECT tp.verify_journeys('live.parted_j'), live.differences('live.parted_j', 'TABLE live.parted_fresh');
SET client_min_messages = warning;
DROP SCHEMA live CASCADE;
RESET client_min_messages;
