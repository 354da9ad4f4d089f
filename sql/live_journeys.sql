-- Journeys kept current. The extension's schema stays off the search_path all through.
SET search_path = public;
SET timezone = 'UTC';
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

CREATE TABLE live.contacts (
    id bigint PRIMARY KEY, customer int, channel text, label text, at timestamptz, score numeric, expected real, cost int,
    minutes int, value float8, who varchar
);
CREATE INDEX ON live.contacts (customer);
CREATE VIEW live.fresh AS
    SELECT customer, tp.journey_agg(tp.touchpoint(channel, label), at, score, expected, cost, minutes * interval '1 minute', value, who, id) AS journey
    FROM live.contacts WHERE customer IS NOT NULL GROUP BY customer HAVING count(label) FILTER (WHERE at IS NOT NULL) > 0;
CREATE VIEW live.bag AS
    SELECT customer, channel, tp.journey_agg((channel || '/' || label)::tp.touchpoint, at) AS journey
    FROM live.contacts WHERE customer IS NOT NULL AND channel IS NOT NULL GROUP BY customer, channel HAVING count(label) FILTER (WHERE at IS NOT NULL) > 0;
CREATE FUNCTION live.check() RETURNS TABLE (journeys bigint, contacts bigint, wrong bigint, wrong_too bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT (SELECT count(*) FROM live.journeys j), (SELECT sum(tp.contact_count(b.journey)) FROM live.bags b)::bigint,
                        live.differences('live.journeys', 'TABLE live.fresh') + live.differences('live.bags', 'TABLE live.bag'),
                        tp.verify_journeys('live.journeys') + tp.verify_journeys('live.bags');
END $$;

-- what is there already counts; two tables of journeys of one source; one without ids, where nothing hides what is counted twice
INSERT INTO live.contacts SELECT i, i % 3, 'web', 'step ' || i % 2, '2026-01-01Z'::timestamptz + i * interval '1 hour', i FROM generate_series(1, 6) i;
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', 'expected',
                            'cost', 'minutes * interval ''1 minute''', 'value', 'who', 'id');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer,channel}', 'channel || ''/'' || label', 'at');
TABLE live.journeys ORDER BY customer;
SELECT * FROM live.check();
SELECT column_name, udt_schema, udt_name, is_nullable FROM information_schema.columns WHERE table_schema = 'live' AND table_name = 'bags' ORDER BY ordinal_position;
SELECT obj_description('live.journeys'::regclass);
SELECT tgname, tgtype, tgnargs, tgoldtable, tgnewtable FROM pg_trigger WHERE tgrelid = 'live.contacts'::regclass ORDER BY tgname;

---- Statements ----

INSERT INTO live.contacts VALUES (7, 4, 'app', 'one', '2026-01-02Z', 1, 2, 3, 4, 5, 'customer'), (8, 4, 'app', 'two', '2026-01-01Z', NULL, NULL, NULL, NULL, NULL, 'company');
SELECT * FROM live.check();
TABLE live.journeys ORDER BY customer;
UPDATE live.contacts SET score = 9 WHERE id = 7;
UPDATE live.contacts SET customer = 5 WHERE customer = 0;
UPDATE live.contacts SET id = id + 100 WHERE customer = 1;
SELECT * FROM live.check();
DELETE FROM live.contacts WHERE id = 8;
DELETE FROM live.contacts WHERE customer = 5;
SELECT * FROM live.check();
-- nothing written for rows that are no contacts, or for what a journey does not hold
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (20, NULL, 'web', 'x', '2026-01-01Z'), (21, 6, 'web', NULL, '2026-01-01Z'), (22, 6, 'web', 'x', NULL), (23, 7, NULL, 'x', '2026-01-01Z');
SELECT * FROM live.check();
CREATE TEMP TABLE versions AS SELECT ctid AS version, customer FROM live.journeys;
ALTER TABLE live.contacts ADD note text;
UPDATE live.contacts SET note = 'seen';
INSERT INTO live.contacts SELECT * FROM live.contacts WHERE false;
DELETE FROM live.contacts WHERE false;
SELECT count(*) AS rewritten FROM live.journeys j WHERE NOT EXISTS (SELECT FROM versions v WHERE v.version = j.ctid);
UPDATE live.contacts SET customer = 6 WHERE id = 20;
UPDATE live.contacts SET label = 'known' WHERE id = 21;
UPDATE live.contacts SET at = NULL WHERE id = 20;
UPDATE live.contacts SET customer = NULL WHERE id = 21;
SELECT * FROM live.check();
-- COPY, ON CONFLICT, MERGE, rows that move within one statement
COPY live.contacts (id, customer, channel, label, at) FROM stdin;
30	1	web	copied	2026-01-03 00:00:00+00
31	8	store	copied	2026-01-03 00:00:00+00
\.
SELECT * FROM live.check();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (30, 8, 'web', 'again', '2026-01-04Z'), (40, 8, 'web', 'new', '2026-01-04Z'), (41, 1, 'web', 'new', '2026-01-04Z')
ON CONFLICT (id) DO UPDATE SET customer = EXCLUDED.customer, label = EXCLUDED.label;
SELECT * FROM live.check();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (30, 9, 'web', 'again', '2026-01-04Z'), (42, 9, 'web', 'new', '2026-01-04Z') ON CONFLICT DO NOTHING;
SELECT * FROM live.check();
MERGE INTO live.contacts c USING (VALUES (30, 'delete'), (31, 'update'), (41, 'update'), (50, 'insert'), (51, 'insert')) AS v(id, what) ON c.id = v.id
WHEN MATCHED AND what = 'delete' THEN DELETE
WHEN MATCHED THEN UPDATE SET customer = 8
WHEN NOT MATCHED THEN INSERT (id, customer, channel, label, at) VALUES (v.id, 8, 'web', 'merged', '2026-01-05Z');
SELECT * FROM live.check();
WITH gone AS (DELETE FROM live.contacts WHERE customer = 8 RETURNING *) INSERT INTO live.contacts SELECT * FROM gone;
SELECT * FROM live.check();
WITH gone AS (DELETE FROM live.contacts WHERE customer = 8 RETURNING *), more AS (INSERT INTO live.contacts SELECT id + 1000, customer, channel, label, at FROM gone)
UPDATE live.contacts SET customer = 8 WHERE customer = 1;
SELECT * FROM live.check();

-- rollback, savepoints; in one transaction, anew and then on
BEGIN;
DELETE FROM live.contacts WHERE customer = 2;
SAVEPOINT s;
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (60, 2, 'web', 'gone', '2026-01-05Z');
UPDATE live.contacts SET customer = 2 WHERE customer = 8;
ROLLBACK TO s;
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (61, 2, 'web', 'kept', '2026-01-05Z'), (62, 3, 'web', 'kept', '2026-01-05Z');
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (63, 2, 'web', 'kept', '2026-01-06Z');
SELECT * FROM live.check();
ROLLBACK;
SELECT * FROM live.check();

-- triggers of the user's that write to the source from within a statement
CREATE FUNCTION live.meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.label = 'meddle' THEN
        UPDATE live.contacts SET score = 5 WHERE id = new.id;
        INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (new.id + 500, new.customer, 'web', 'echo', new.at);
        DELETE FROM live.contacts WHERE customer = 4;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER meddle AFTER INSERT ON live.contacts FOR EACH ROW EXECUTE FUNCTION live.meddle();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (70, 2, 'web', 'meddle', '2026-01-07Z'), (71, 4, 'web', 'plain', '2026-01-07Z'), (72, 2, 'web', 'meddle', '2026-01-07Z');
SELECT * FROM live.check();
DROP TRIGGER meddle ON live.contacts;
CREATE TRIGGER a_meddle AFTER INSERT ON live.contacts FOR EACH ROW WHEN (new.label = 'meddle') EXECUTE FUNCTION live.meddle();
CREATE CONSTRAINT TRIGGER meddle_late AFTER INSERT ON live.contacts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live.meddle();
BEGIN;
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (80, 2, 'web', 'plain', '2026-01-07Z'), (81, 4, 'web', 'plain', '2026-01-07Z');
COMMIT;
SELECT * FROM live.check();
DROP FUNCTION live.meddle CASCADE;

-- one id twice: while the rows agree it counts once, and is still there when one of them goes
ALTER TABLE live.contacts DROP CONSTRAINT contacts_pkey;
INSERT INTO live.contacts SELECT * FROM live.contacts WHERE id IN (1051, 70);
SELECT * FROM live.check();
DELETE FROM live.contacts WHERE ctid = (SELECT ctid FROM live.contacts WHERE id = 1051 LIMIT 1);
SELECT * FROM live.check();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (1051, 8, 'web', 'another', '2026-01-05Z');
SELECT * FROM live.check();

-- more rows than a kept plan is for
INSERT INTO live.contacts (id, customer, channel, label, at, score) SELECT 10000 + i, i % 700, 'web', 'many ' || i % 5, '2026-02-01Z'::timestamptz + (i * 7919 % 5000) * interval '1 minute', i % 10 FROM generate_series(1, 5000) i;
SELECT * FROM live.check();
UPDATE live.contacts SET score = score + 1, customer = customer + 1 WHERE id > 10000 AND id % 3 = 0;
DELETE FROM live.contacts WHERE id > 10000 AND id % 4 = 0;
SELECT * FROM live.check();

-- found and mended: what was written while triggers did not fire
SET session_replication_role = replica;
DELETE FROM live.contacts WHERE customer = 8;
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (90, 901, 'web', 'unseen', '2026-01-05Z'), (91, 2, 'web', 'unseen', '2026-01-05Z');
RESET session_replication_role;
SELECT tp.verify_journeys('live.journeys'), tp.verify_journeys('live.bags');
SELECT tp.rebuild_journeys('live.journeys') = (SELECT count(*) FROM live.fresh) AS all_rows, tp.rebuild_journeys('live.bags') = (SELECT count(*) FROM live.bag) AS all_rows_too;
SELECT wrong, wrong_too FROM live.check();

-- a second call changes nothing; another definition is refused
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer,channel}', 'channel || ''/'' || label', 'at');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer}', 'channel || ''/'' || label', 'at');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer,channel}', 'label', 'at');

TRUNCATE live.contacts;
SELECT * FROM live.check();
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (1, 1, 'web', 'first', '2026-01-05Z');
SELECT * FROM live.check();

-- stop: the table stays, and can be taken up again
SELECT tp.stop_maintaining_journeys('live.bags');
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (2, 2, 'web', 'unkept', '2026-01-05Z');
DELETE FROM live.contacts WHERE id = 1;
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'live.contacts'::regclass;
TABLE live.bags;
SELECT tp.verify_journeys('live.bags');
SELECT tp.stop_maintaining_journeys('live.bags');
SELECT tp.rebuild_journeys('live.contacts');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{customer,channel}', 'channel || ''/'' || label', 'at');
SELECT * FROM live.check();

-- the table of journeys cannot be dropped from under its triggers
\set VERBOSITY default
DROP TABLE live.bags;
\set VERBOSITY terse
-- it may be renamed and moved: triggers know it by more than its name; the old name is free for another
CREATE SCHEMA elsewhere;
ALTER TABLE live.bags SET SCHEMA elsewhere;
ALTER TABLE elsewhere.bags RENAME TO "re;named";
INSERT INTO live.contacts (id, customer, channel, label, at) VALUES (4, 2, 'web', 'under another name', '2026-01-05Z');
SELECT tp.maintain_journeys('live.contacts', 'bags', '{channel}', 'label', 'at');
UPDATE live.contacts SET label = 'under two names' WHERE id = 4;
SELECT tp.verify_journeys('elsewhere."re;named"'), tp.verify_journeys('live.bags'), tp.rebuild_journeys('elsewhere."re;named"') > 0 AS rebuilt;
TABLE live.bags;
SELECT tp.stop_maintaining_journeys('live.bags');
DROP TABLE live.bags;
ALTER TABLE elsewhere."re;named" RENAME TO bags;
ALTER TABLE elsewhere.bags SET SCHEMA live;
DROP SCHEMA elsewhere;
-- the source may be renamed
ALTER TABLE live.contacts RENAME TO touches;
UPDATE live.touches SET score = 3;
INSERT INTO live.touches (id, customer, channel, label, at) VALUES (3, 2, 'web', 'fine', '2026-01-05Z');
SELECT * FROM live.check();
SET client_min_messages = warning;
DROP TABLE live.bags CASCADE;
DROP TABLE live.touches CASCADE;
DROP TABLE live.journeys;
DROP FUNCTION live.check;
RESET client_min_messages;

---- Partitions: the root, levels between, leaves ----

CREATE TABLE live.parted (customer int, label text, at timestamptz, score float8) PARTITION BY RANGE (at);
CREATE TABLE live.parted_1 PARTITION OF live.parted FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z') PARTITION BY LIST (customer);
CREATE TABLE live.parted_1a PARTITION OF live.parted_1 FOR VALUES IN (1, 2);
CREATE TABLE live.parted_1b PARTITION OF live.parted_1 DEFAULT;
-- a leaf whose columns stand in another order
CREATE TABLE live.parted_2 (score float8, gone int, at timestamptz, label text, customer int);
ALTER TABLE live.parted_2 DROP gone;
ALTER TABLE live.parted ATTACH PARTITION live.parted_2 FOR VALUES FROM ('2026-02-01Z') TO ('2026-03-01Z');
CREATE VIEW live.parted_fresh AS SELECT customer, tp.journey_agg(label::tp.touchpoint, at, score) AS journey FROM live.parted GROUP BY customer;
CREATE FUNCTION live.check() RETURNS TABLE (journeys bigint, contacts bigint, wrong bigint, wrong_too bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT (SELECT count(*) FROM live.parted_journeys), (SELECT sum(tp.contact_count(p.journey)) FROM live.parted_journeys p)::bigint,
                        live.differences('live.parted_journeys', 'TABLE live.parted_fresh'), tp.verify_journeys('live.parted_journeys');
END $$;
SELECT tp.maintain_journeys('live.parted', 'parted_journeys', '{customer}', 'parted.label', 'parted.at', 'score');
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'live.parted%' GROUP BY 1 ORDER BY tgrelid::regclass::text COLLATE "C";
INSERT INTO live.parted SELECT i % 4, 'at ' || i % 2, '2026-01-01Z'::timestamptz + i * interval '6 hours', i FROM generate_series(0, 200) i;
SELECT * FROM live.check();
UPDATE live.parted SET at = at + interval '20 days' WHERE score < 100;
UPDATE live.parted SET customer = customer + 1 WHERE score::int % 5 = 0;
SELECT * FROM live.check();
INSERT INTO live.parted_1 VALUES (2, 'middle', '2026-01-05Z', 300), (3, 'middle', '2026-01-05Z', 301);
INSERT INTO live.parted_1a VALUES (2, 'leaf', '2026-01-05Z', 302);
INSERT INTO live.parted_2 (customer, label, at, score) VALUES (2, 'leaf', '2026-02-05Z', 303);
SELECT * FROM live.check();
UPDATE live.parted_2 SET customer = 9 WHERE customer = 3;
UPDATE live.parted_1 SET customer = 1 WHERE customer = 3 AND score < 120;
DELETE FROM live.parted_1b;
DELETE FROM live.parted_1 WHERE score > 300;
SELECT * FROM live.check();
COPY live.parted_2 (customer, label, at) FROM stdin;
11	copied	2026-02-03 00:00:00+00
\.
SELECT * FROM live.check();
TRUNCATE live.parted_1;
SELECT * FROM live.check();
-- a leaf added later: through the root at once, by itself after another call
CREATE TABLE live.parted_3 PARTITION OF live.parted DEFAULT;
INSERT INTO live.parted VALUES (1, 'through the root', '2027-01-05Z', 1);
SELECT * FROM live.check();
INSERT INTO live.parted_3 VALUES (1, 'by itself', '2027-01-06Z', 1);
SELECT * FROM live.check();
SELECT tp.maintain_journeys('live.parted', 'parted_journeys', '{customer}', 'parted.label', 'parted.at', 'score');
INSERT INTO live.parted_3 VALUES (1, 'by itself', '2027-01-07Z', 1);
SELECT * FROM live.check();
-- a leaf that left: its rows are found missing, and what it does alone is nobody's journey
ALTER TABLE live.parted DETACH PARTITION live.parted_3;
SELECT wrong, wrong_too FROM live.check();
SELECT tp.rebuild_journeys('live.parted_journeys');
INSERT INTO live.parted_3 VALUES (1, 'alone', '2027-01-08Z', 1);
DELETE FROM live.parted_3;
TRUNCATE live.parted_3;
SELECT * FROM live.check();
TRUNCATE live.parted;
SELECT * FROM live.check();
SELECT tp.stop_maintaining_journeys('live.parted_journeys');
SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'live.parted%';
DROP FUNCTION live.check;
DROP TABLE live.parted, live.parted_3, live.parted_journeys CASCADE;

-- inheritance, of the old kind
CREATE TABLE live.parent (customer int, label text, at timestamptz);
CREATE TABLE live.child (extra int) INHERITS (live.parent);
SELECT tp.maintain_journeys('live.parent', 'family', '{customer}', 'label', 'at');
INSERT INTO live.parent VALUES (1, 'a', '2026-01-01Z');
INSERT INTO live.child VALUES (1, 'b', '2026-01-02Z', 7), (2, 'c', '2026-01-02Z', 8);
UPDATE live.parent SET at = at + interval '1 day' WHERE customer = 1;
DELETE FROM live.parent WHERE label = 'c';
TABLE live.family;
SELECT tp.verify_journeys('live.family');
INSERT INTO live.child VALUES (3, 'd', '2026-01-05Z', 7);
TRUNCATE ONLY live.parent;
TABLE live.family ORDER BY customer;
SELECT tp.verify_journeys('live.family');
TRUNCATE live.parent;
TABLE live.family;
SELECT tp.stop_maintaining_journeys('live.family');
DROP TABLE live.family, live.parent, live.child;

---- Names, types, kinds of tables ----

CREATE SCHEMA "live ""2""; DROP TABLE x; --";
SET search_path = "live ""2""; DROP TABLE x; --", public;
CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE COLLATION nobody_cares (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE "con""tacts'; --" ("cus'tomer" text COLLATE nobody_cares, "Ca""se" small, "select" numeric(6,2), "la'bel" text, "t$$" text, "AT" timestamptz);
INSERT INTO "con""tacts'; --" VALUES ('Ann', 1, 1.0, 'x', 'y', '2026-01-01Z'), ('ANN', 1, 1.00, 'x', 'y', '2026-01-02Z');
SELECT tp.maintain_journeys('"con""tacts''; --"', 'jour"neys''; DROP TABLE x; --', ARRAY['cus''tomer', 'Ca"se', 'select'], '"la''bel"', '"AT"');
INSERT INTO "con""tacts'; --" VALUES ('ann', 1, 1, 'x', 'y', '2026-01-03Z'), ('bob', 2, 1, 'x', 'y', '2026-01-03Z');
SET search_path = public;
SELECT "Ca""se", "select", journey FROM "live ""2""; DROP TABLE x; --"."jour""neys'; DROP TABLE x; --" ORDER BY 1;
UPDATE "live ""2""; DROP TABLE x; --"."con""tacts'; --" SET "cus'tomer" = 'BOB' WHERE "AT" = '2026-01-02Z';
DELETE FROM "live ""2""; DROP TABLE x; --"."con""tacts'; --" WHERE "AT" = '2026-01-03Z' AND "Ca""se" = 2;
SELECT "Ca""se", "select", journey FROM "live ""2""; DROP TABLE x; --"."jour""neys'; DROP TABLE x; --" ORDER BY 2, 1;
SELECT tp.verify_journeys('"live ""2""; DROP TABLE x; --"."jour""neys''; DROP TABLE x; --"'), tp.rebuild_journeys('"live ""2""; DROP TABLE x; --"."jour""neys''; DROP TABLE x; --"');
SELECT tp.stop_maintaining_journeys('"live ""2""; DROP TABLE x; --"."jour""neys''; DROP TABLE x; --"');
SET client_min_messages = warning;
DROP SCHEMA "live ""2""; DROP TABLE x; --" CASCADE;
RESET client_min_messages;

-- an expression means what it meant where it was written: names are found on the path of that moment
CREATE SCHEMA path;
CREATE FUNCTION path.place(text) RETURNS tp.touchpoint LANGUAGE sql IMMUTABLE AS $$SELECT tp.touchpoint('path', $1)$$;
CREATE TABLE live.contacts (customer int, label text, at timestamptz, score float8);
SET search_path = path, live;
SELECT tp.maintain_journeys('contacts', 'journeys', '{customer}', 'place(label) -- a comment', 'at /* and another */');
SET search_path = public;
INSERT INTO live.contacts VALUES (1, 'a', '2026-01-01Z');
SELECT * FROM live.journeys;
SET client_min_messages = warning;
DROP TABLE live.contacts, live.journeys CASCADE;
DROP SCHEMA path CASCADE;
RESET client_min_messages;

-- unlogged and temporary sources have journeys of their kind
CREATE UNLOGGED TABLE live.unlogged (customer int, label text, at timestamptz);
CREATE TEMP TABLE temporary (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('live.unlogged', 'unlogged_journeys', '{customer}', 'label', 'at');
SELECT tp.maintain_journeys('temporary', 'temporary_journeys', '{customer}', 'label', 'at') IS NOT NULL AS made;
INSERT INTO temporary VALUES (1, 'a', '2026-01-01Z');
SELECT * FROM temporary_journeys;
SELECT relpersistence FROM pg_class WHERE relname IN ('unlogged_journeys', 'temporary_journeys') ORDER BY relname;
SET client_min_messages = warning;
DROP TABLE live.unlogged, live.unlogged_journeys, temporary, temporary_journeys CASCADE;
RESET client_min_messages;

---- What is refused ----

CREATE TABLE live.contacts (customer int, label text, at timestamptz, score float8, journey int, point point, extra jsonb);
CREATE TABLE live.victim (a int);
CREATE VIEW live.contact_view AS TABLE live.contacts;
CREATE FUNCTION live.refused(source regclass DEFAULT 'live.contacts', target name DEFAULT 'journeys', key text[] DEFAULT '{customer}',
                             touchpoint text DEFAULT 'label', occurred_at text DEFAULT 'at', score text DEFAULT NULL, cost text DEFAULT NULL, duration text DEFAULT NULL, id text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
    said text;
    hint text;
BEGIN
    PERFORM tp.maintain_journeys(source, target, key, touchpoint, occurred_at, score, cost => cost, duration => duration, id => id);
    RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(': ', state, said) || CASE WHEN hint <> '' THEN ' | ' || hint ELSE '' END;
END $$;
SELECT live.refused(source => NULL) UNION ALL
SELECT live.refused(target => NULL) UNION ALL
SELECT live.refused(key => NULL) UNION ALL
SELECT live.refused(touchpoint => NULL) UNION ALL
SELECT live.refused(occurred_at => NULL);
SELECT live.refused(source => 'live.contact_view') UNION ALL
SELECT live.refused(source => 'pg_class') UNION ALL
SELECT live.refused(target => '') UNION ALL
SELECT live.refused(target => 'contacts') UNION ALL
SELECT live.refused(target => 'contact_view') UNION ALL
SELECT live.refused(target => 'victim');
SELECT live.refused(key => '{}') UNION ALL
SELECT live.refused(key => '{NULL}') UNION ALL
SELECT live.refused(key => '{{customer},{label}}') UNION ALL
SELECT live.refused(key => '{nobody}') UNION ALL
SELECT live.refused(key => '{ctid}') UNION ALL
SELECT live.refused(key => '{customer,customer}') UNION ALL
SELECT live.refused(key => '{journey}') UNION ALL
SELECT live.refused(key => '{point}') UNION ALL
SELECT live.refused(key => ARRAY['customer, label']) UNION ALL
SELECT live.refused(key => ARRAY['customer"; DROP TABLE live.victim; --']);
-- each text is one expression, whatever it tries
SELECT t, live.refused(touchpoint => t) FROM unnest(ARRAY[
    'label); DROP TABLE live.victim; --',
    'label; DROP TABLE live.victim',
    'label) FROM live.victim --',
    'label), (SELECT 1',
    'label) FROM live.victim WHERE (true',
    'label) UNION SELECT (''x''',
    'label) INTO live.stolen FROM live.contacts WHERE (true',
    '(SELECT label FROM live.contacts LIMIT 1)',
    'max(label)',
    'row_number() OVER ()',
    'unnest(ARRAY[label])',
    'random()::text',
    'current_setting(''app.channel'', true)',
    'coalesce(label, current_setting(''app.channel''))',
    'CASE pg_backend_pid() WHEN 1 THEN label END',
    'current_database()::text',
    'inet_client_addr()::text',
    'label || current_schema()',
    'version()',
    '$1',
    'DEFAULT',
    'nobody',
    'contacts::text',
    'ctid::text',
    'point',
    '',
    '--',
    'label''']) AS t;
SELECT live.refused(occurred_at => 'at); DROP TABLE live.victim; --') UNION ALL
SELECT live.refused(occurred_at => 'now()') UNION ALL
SELECT live.refused(occurred_at => 'CURRENT_TIMESTAMP') UNION ALL
SELECT live.refused(touchpoint => 'current_user') UNION ALL
SELECT live.refused(touchpoint => 'journeys.label') UNION ALL
SELECT live.refused(duration => 'age(at)') UNION ALL
SELECT live.refused(occurred_at => 'customer') UNION ALL
SELECT live.refused(occurred_at => 'clock_timestamp()') UNION ALL
SELECT live.refused(score => 'score); DROP TABLE live.victim; --') UNION ALL
SELECT live.refused(score => 'at') UNION ALL
SELECT live.refused(cost => '1); DROP TABLE live.victim; --') UNION ALL
SELECT live.refused(duration => 'score') UNION ALL
SELECT live.refused(duration => '''1 day''); DROP TABLE live.victim; --') UNION ALL
SELECT live.refused(id => 'label) FROM live.victim --');
SELECT count(*) AS untouched FROM live.victim;
SELECT to_regclass('live.journeys') IS NULL AS nothing_made, to_regclass('live.stolen') IS NULL AS nothing_stolen, count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'live.contacts'::regclass;

-- a contact that cannot be: refused where it is written, nothing is lost
SELECT tp.maintain_journeys('live.contacts', 'journeys', '{customer}', 'label', 'at', 'score', id => 'journey');
INSERT INTO live.contacts VALUES (1, 'a', '2026-01-01Z', 1, 1);
INSERT INTO live.contacts VALUES (1, 'a', '2026-01-01Z', 'NaN', 2);
INSERT INTO live.contacts VALUES (1, 'a/b/c', '2026-01-01Z', 1, 2);
INSERT INTO live.contacts VALUES (1, 'b', '2026-01-01Z', 1, 1);
INSERT INTO live.contacts VALUES (1, 'a', 'infinity', 1, 2);
UPDATE live.contacts SET label = '';
TABLE live.journeys;
SELECT tp.verify_journeys('live.journeys');
-- behind the triggers' back: keys whose rows conflict on an id count, as others do; a rebuild says which
SET session_replication_role = replica;
INSERT INTO live.contacts VALUES (1, 'b', '2026-01-01Z', 1, 1), (2, 'c', '2026-01-01Z', 1, 7), (2, 'c', '2026-01-02Z', 1, 7), (3, 'd', '2026-01-01Z', 1, 8), (4, 'e', '2026-01-01Z', 1, 9), (4, 'e', '2026-01-01Z', 2, 9);
RESET session_replication_role;
SELECT tp.verify_journeys('live.journeys');
SELECT tp.rebuild_journeys('live.journeys');
DELETE FROM live.contacts WHERE customer <> 1 OR label = 'b';
SELECT tp.verify_journeys('live.journeys');

-- properties: kept by every kind of statement, alone and beside an id, and what is no properties says so
CREATE TABLE live.orders (id bigint PRIMARY KEY, customer int, label text, at timestamptz, campaign text, amount numeric, more json);
INSERT INTO live.orders VALUES (1, 1, 'order', '2026-01-01Z', 'spring', 10.50, '{"vip":true}'), (2, 1, 'order', '2026-01-02Z', NULL, NULL, NULL), (3, 2, 'order', '2026-01-01Z', 'autumn', 7, NULL);
CREATE VIEW live.fresh_orders AS
    SELECT customer, tp.journey_agg(tp.contact_record(('shop/' || label)::tp.touchpoint, at, id => id,
        properties => (SELECT jsonb_object_agg(k, v) FROM (VALUES ('campaign', to_jsonb(campaign)), ('amount', to_jsonb(amount))) p (k, v) WHERE v IS NOT NULL))) AS journey
    FROM live.orders GROUP BY customer;
CREATE VIEW live.fresh_more AS
    SELECT customer, tp.journey_agg(tp.contact_record(('shop/' || label)::tp.touchpoint, at, properties => more::jsonb)) AS journey FROM live.orders GROUP BY customer;
SELECT tp.maintain_journeys('live.orders', 'by_order', '{customer}', '''shop/'' || label', 'at', id => 'id',
                            properties => 'jsonb_build_object(''campaign'', campaign, ''amount'', amount)'),
       tp.maintain_journeys('live.orders', 'by_more', '{customer}', '''shop/'' || label', 'at', properties => 'more');
TABLE live.by_order ORDER BY customer;
TABLE live.by_more ORDER BY customer;
CREATE FUNCTION live.orders_wrong() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT live.differences('live.by_order', 'TABLE live.fresh_orders') + live.differences('live.by_more', 'TABLE live.fresh_more')
         + tp.verify_journeys('live.by_order') + tp.verify_journeys('live.by_more')$$;
INSERT INTO live.orders VALUES (4, 2, 'order', '2026-01-03Z', 'spring', 1, '{"vip":false}'), (5, 3, 'order', '2026-01-03Z', 'spring', 1, '{"agent":"a"}');
SELECT live.orders_wrong();
UPDATE live.orders SET campaign = 'summer' WHERE id = 1;
UPDATE live.orders SET amount = 10.5 WHERE id = 1;
UPDATE live.orders SET more = '{"vip": true, "agent": 7}' WHERE customer = 2;
SELECT live.orders_wrong();
UPDATE live.orders SET campaign = NULL, amount = NULL, more = NULL WHERE id = 3;
DELETE FROM live.orders WHERE id = 5;
SELECT live.orders_wrong();
TABLE live.by_order ORDER BY customer;
TABLE live.by_more ORDER BY customer;
SELECT customer FROM live.by_order WHERE journey OPERATOR(tp.~) '*[campaign = "summer", amount = 10.5]';
-- one statement, one journey: what it may not hold leaves everything as it was
INSERT INTO live.orders VALUES (6, 1, 'order', '2026-01-04Z', NULL, NULL, '{"nested": {"a": 1}}');
INSERT INTO live.orders VALUES (6, 1, 'order', '2026-01-04Z', NULL, NULL, '[1]');
SELECT live.orders_wrong(), count(*) FROM live.orders;
-- called again: the same, and another
SELECT tp.maintain_journeys('live.orders', 'by_more', '{customer}', '''shop/'' || label', 'at', properties => 'more');
SELECT tp.maintain_journeys('live.orders', 'by_more', '{customer}', '''shop/'' || label', 'at');
SELECT tp.maintain_journeys('live.orders', 'none', '{customer}', 'label', 'at', properties => 'amount');
SELECT tp.maintain_journeys('live.orders', 'none', '{customer}', 'label', 'at', properties => 'nowhere');
SELECT tp.maintain_journeys('live.orders', 'none', '{customer}', 'label', 'at', properties => 'jsonb_build_object(''at'', now())');
-- a definition that stood before properties did is the same as one without
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'kept_journeys' AND conrelid IN ('live.by_more'::regclass, 'live.journeys'::regclass) ORDER BY conrelid;

-- the trigger function by itself
CREATE TRIGGER row_trigger AFTER INSERT ON live.victim FOR EACH ROW EXECUTE FUNCTION tp.keep_journeys();
INSERT INTO live.victim VALUES (1);
DROP TRIGGER row_trigger ON live.victim;
CREATE TRIGGER no_tables AFTER INSERT ON live.victim FOR EACH STATEMENT EXECUTE FUNCTION tp.keep_journeys();
INSERT INTO live.victim VALUES (1);
DROP TRIGGER no_tables ON live.victim;
CREATE TRIGGER no_arguments AFTER INSERT ON live.victim REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT EXECUTE FUNCTION tp.keep_journeys('source', 'live');
INSERT INTO live.victim VALUES (1);
DROP TRIGGER no_arguments ON live.victim;
CREATE TRIGGER bad_arguments AFTER INSERT ON live.victim REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT
    EXECUTE FUNCTION tp.keep_journeys('source', 'live', 'journeys', 'x); DELETE FROM live.contacts; --', 'y', '', '', '', '', '', '', '', 'a');
INSERT INTO live.victim VALUES (1);
DROP TRIGGER bad_arguments ON live.victim;
SELECT count(*) FROM live.contacts;

SET client_min_messages = warning;
DROP SCHEMA live CASCADE;
RESET client_min_messages;
