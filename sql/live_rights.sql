-- Live journeys: with whose rights, under whose settings, and what a session keeps of them.
SET search_path = public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY terse

CREATE ROLE regress_touchpoint_owner;
CREATE ROLE regress_touchpoint_writer;
CREATE ROLE regress_touchpoint_mallory;
GRANT USAGE ON SCHEMA tp TO regress_touchpoint_owner, regress_touchpoint_writer, regress_touchpoint_mallory;
CREATE SCHEMA owned AUTHORIZATION regress_touchpoint_owner;
CREATE SCHEMA mallory AUTHORIZATION regress_touchpoint_mallory;
GRANT USAGE ON SCHEMA mallory TO PUBLIC;

-- Tells, whatever is rolled back after, with whose rights a function of Mallory's ran.
CREATE SCHEMA told;
CREATE SEQUENCE told.by_mallory;
CREATE SEQUENCE told.by_others;
GRANT USAGE ON SCHEMA told TO PUBLIC;
GRANT ALL ON SEQUENCE told.by_mallory, told.by_others TO PUBLIC;
CREATE VIEW told.all AS SELECT (SELECT is_called FROM told.by_mallory) AS as_mallory, (SELECT is_called FROM told.by_others) AS as_another;
SET ROLE regress_touchpoint_mallory;
CREATE FUNCTION mallory.pwn(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM nextval(CASE current_user WHEN 'regress_touchpoint_mallory' THEN 'told.by_mallory' ELSE 'told.by_others' END);
    RETURN $1;
END $$;
RESET ROLE;

---- The owner needs no others, a writer needs no right on the journeys, nobody gets more ----

SET ROLE regress_touchpoint_owner;
CREATE TABLE owned.contacts (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('owned.contacts', 'journeys', '{customer}', 'label', 'at');
INSERT INTO owned.contacts VALUES (1, 'a', '2026-01-01Z'), (4, 'x', '2026-01-01Z');
UPDATE owned.contacts SET label = 'b' WHERE customer = 1;
SELECT tp.verify_journeys('owned.journeys'), tp.rebuild_journeys('owned.journeys');
GRANT USAGE ON SCHEMA owned TO regress_touchpoint_writer, regress_touchpoint_mallory;
GRANT INSERT, TRUNCATE ON owned.contacts TO regress_touchpoint_writer;
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.contacts VALUES (2, 'a', '2026-01-01Z');
TABLE owned.journeys ORDER BY customer;
TRUNCATE owned.contacts;
SELECT tp.verify_journeys('owned.journeys');
SELECT tp.rebuild_journeys('owned.journeys');
SELECT tp.stop_maintaining_journeys('owned.journeys');
SELECT tp.maintain_journeys('owned.contacts', 'mine', '{customer}', 'label', 'at');
SET ROLE regress_touchpoint_owner;
GRANT SELECT, UPDATE, DELETE ON owned.contacts TO regress_touchpoint_writer;
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.contacts VALUES (1, 'a', '2026-01-01Z'), (2, 'b', '2026-01-01Z'), (3, 'c', '2026-01-01Z');
UPDATE owned.contacts SET customer = 2 WHERE customer = 1;
DELETE FROM owned.contacts WHERE customer = 3;
SET ROLE regress_touchpoint_owner;
TABLE owned.journeys ORDER BY customer;
-- who may read both tables may compare them; nobody else, and no more
GRANT SELECT ON owned.journeys TO regress_touchpoint_writer;
SET ROLE regress_touchpoint_writer;
SELECT tp.verify_journeys('owned.journeys');
SELECT tp.rebuild_journeys('owned.journeys');

---- Row security: on either table, forced or not ----

SET ROLE regress_touchpoint_owner;
ALTER TABLE owned.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY most ON owned.contacts TO regress_touchpoint_writer USING (label <> 'b') WITH CHECK (true);
ALTER TABLE owned.journeys ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON owned.journeys FOR SELECT TO regress_touchpoint_writer USING (customer > 2);
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.contacts VALUES (2, 'c', '2026-01-02Z'), (3, 'c', '2026-01-02Z');
UPDATE owned.contacts SET label = 'd' WHERE customer = 2;
DELETE FROM owned.contacts WHERE at > '2026-01-01Z' AND customer = 2;
TABLE owned.contacts ORDER BY customer, at;
TABLE owned.journeys ORDER BY customer;
SELECT tp.verify_journeys('owned.journeys');
SET ROLE regress_touchpoint_owner;
TABLE owned.journeys ORDER BY customer;
ALTER TABLE owned.contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE owned.journeys FORCE ROW LEVEL SECURITY;
TABLE owned.journeys ORDER BY customer;
SELECT tp.verify_journeys('owned.journeys'), tp.rebuild_journeys('owned.journeys');
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.contacts VALUES (3, 'e', '2026-01-03Z');
DELETE FROM owned.contacts WHERE label = 'c';
TRUNCATE owned.contacts;
INSERT INTO owned.contacts VALUES (3, 'e', '2026-01-03Z'), (5, 'b', '2026-01-03Z');
UPDATE owned.contacts SET customer = 4 WHERE customer = 3;
RESET ROLE;
TABLE owned.journeys ORDER BY customer;
SELECT tp.verify_journeys('owned.journeys');

---- Another's triggers ----

ALTER TABLE owned.contacts DISABLE ROW LEVEL SECURITY;
ALTER TABLE owned.journeys DISABLE ROW LEVEL SECURITY;

-- Mallory names the owner's table in triggers of his own, in the words of today and of 0.1.0, after the real
-- ones and, once those moved, before them
SET ROLE regress_touchpoint_mallory;
CREATE TABLE mallory.contacts (customer int, label text, at timestamptz);
INSERT INTO mallory.contacts VALUES (666, 'forged', '2026-01-01Z');
CREATE TRIGGER forged AFTER INSERT ON mallory.contacts REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT
    WHEN ('owned.journeys'::regclass IS NOT NULL) EXECUTE FUNCTION tp.keep_journeys('source');
CREATE TRIGGER forged_part AFTER DELETE ON mallory.contacts REFERENCING OLD TABLE AS touchpoint_old FOR EACH STATEMENT
    WHEN ('owned.journeys'::regclass IS NOT NULL) EXECUTE FUNCTION tp.keep_journeys('part');
CREATE TRIGGER forged_0_1_0 AFTER UPDATE ON mallory.contacts REFERENCING OLD TABLE AS touchpoint_old NEW TABLE AS touchpoint_new FOR EACH STATEMENT
    EXECUTE FUNCTION tp.keep_journeys('source', 'owned', 'journeys', 'mallory.pwn(label)', 'at', '', '', '', '', '', '', '', 'customer');
-- and makes some that say nothing at all
CREATE TABLE mallory.brick (a int);
CREATE TRIGGER nothing AFTER INSERT ON mallory.brick EXECUTE FUNCTION tp.keep_journeys();
CREATE TRIGGER nonsense AFTER INSERT ON mallory.brick REFERENCING NEW TABLE AS touchpoint_new EXECUTE FUNCTION tp.keep_journeys('x');
CREATE TRIGGER nowhere AFTER INSERT ON mallory.brick REFERENCING NEW TABLE AS touchpoint_new WHEN (1 = 1) EXECUTE FUNCTION tp.keep_journeys('source');
RESET ROLE;
SELECT tp.verify_journeys('owned.journeys'), tp.rebuild_journeys('owned.journeys');
ALTER TABLE owned.contacts DISABLE TRIGGER ALL;
ALTER TABLE owned.contacts ENABLE TRIGGER ALL;
SELECT tp.verify_journeys('owned.journeys'), tp.rebuild_journeys('owned.journeys');
SELECT tp.maintain_journeys('owned.contacts', 'journeys', '{customer}', 'label', 'at');
SELECT tp.create_contact_model('unbricked');
SELECT tp.drop_contact_model('unbricked');
TABLE owned.journeys ORDER BY customer;
SELECT * FROM told.all;
-- only his own statements fail
SET ROLE regress_touchpoint_mallory;
INSERT INTO mallory.contacts VALUES (1, 'x', '2026-01-01Z');
UPDATE mallory.contacts SET customer = 1;
DELETE FROM mallory.contacts;
INSERT INTO mallory.brick VALUES (1);
DROP TRIGGER nothing ON mallory.brick;
INSERT INTO mallory.brick VALUES (1);
DROP TRIGGER nonsense ON mallory.brick;
INSERT INTO mallory.brick VALUES (1);
RESET ROLE;
SELECT tp.stop_maintaining_journeys('owned.journeys');
SELECT count(*) AS left_to_owner FROM pg_trigger WHERE tgrelid = 'owned.contacts'::regclass;
SELECT count(*) AS left_to_mallory FROM pg_trigger WHERE tgrelid = 'mallory.contacts'::regclass;
SELECT tp.verify_journeys('owned.journeys');
SELECT tp.maintain_journeys('owned.contacts', 'journeys', '{customer}', 'label', 'at');
SELECT tp.verify_journeys('owned.journeys');
-- his own malformed trigger does not stop an owner either, nor one on the source
SET ROLE regress_touchpoint_owner;
CREATE TABLE owned.brick (a int);
CREATE TRIGGER nothing AFTER INSERT ON owned.brick EXECUTE FUNCTION tp.keep_journeys();
CREATE TRIGGER z_nothing AFTER TRUNCATE ON owned.contacts EXECUTE FUNCTION tp.keep_journeys();
SELECT tp.verify_journeys('owned.journeys'), tp.rebuild_journeys('owned.journeys');
TRUNCATE owned.contacts;
DROP TRIGGER z_nothing ON owned.contacts;
DROP TABLE owned.brick;

-- who may make triggers on the owner's table may not make the owner's code by it
GRANT TRIGGER, INSERT ON owned.contacts TO regress_touchpoint_mallory;
SET ROLE regress_touchpoint_mallory;
CREATE TRIGGER a_0_1_0 AFTER INSERT ON owned.contacts REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT
    EXECUTE FUNCTION tp.keep_journeys('source', 'owned', 'journeys', 'mallory.pwn(label)', 'at', '', '', '', '', '', '', '', 'customer');
INSERT INTO owned.contacts VALUES (1, 'x', '2026-01-01Z');
CREATE TABLE mallory.journeys (customer int PRIMARY KEY, journey tp.journey,
    CONSTRAINT kept_journeys CHECK ('{"key": ["customer"], "touchpoint": "mallory.pwn(label)", "occurred_at": "at", "timezone": "UTC", "datestyle": "ISO, MDY"}'::jsonb IS NOT NULL));
GRANT ALL ON mallory.journeys TO PUBLIC;
CREATE TRIGGER b_named AFTER INSERT ON owned.contacts REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT
    WHEN ('mallory.journeys'::regclass IS NOT NULL) EXECUTE FUNCTION tp.keep_journeys('source');
RESET ROLE;
DROP TRIGGER a_0_1_0 ON owned.contacts;
SET ROLE regress_touchpoint_mallory;
INSERT INTO owned.contacts VALUES (1, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.journeys');
RESET ROLE;
DROP TRIGGER b_named ON owned.contacts;
SELECT as_another FROM told.all;

-- a superuser's call runs the owner's expressions as the owner, and nothing gets out
SET ROLE regress_touchpoint_mallory;
DROP TABLE mallory.contacts, mallory.journeys, mallory.brick;
CREATE FUNCTION mallory.escape_by(command text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    PERFORM nextval('told.by_others');
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;
CREATE FUNCTION mallory.escape(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM mallory.escape_by('RESET ROLE');
    PERFORM mallory.escape_by('SET SESSION AUTHORIZATION DEFAULT');
    PERFORM mallory.escape_by('CREATE TEMP TABLE pg_class ()');
    PERFORM mallory.escape_by('INSERT INTO mallory.late VALUES (1)');
    PERFORM mallory.escape_by('PREPARE s AS SELECT 1');
    RETURN mallory.pwn($1);
END $$;
CREATE TABLE mallory.late (a int);
CREATE FUNCTION mallory.late() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM mallory.pwn('late'); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON mallory.late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mallory.late();
CREATE TABLE mallory.contacts (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('mallory.contacts', 'journeys', '{customer}', 'mallory.escape(label)', 'at');
GRANT ALL ON mallory.contacts TO PUBLIC;
RESET ROLE;
INSERT INTO mallory.contacts VALUES (1, 'x', '2026-01-01Z');
UPDATE mallory.contacts SET label = 'y';
DELETE FROM mallory.contacts;
INSERT INTO mallory.contacts VALUES (1, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.journeys'), tp.rebuild_journeys('mallory.journeys');
SELECT tp.maintain_journeys('mallory.contacts', 'more', '{customer}', 'mallory.escape(label)', 'at');
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'mallory'::regnamespace AND relkind = 'r' ORDER BY 1;
SELECT tp.verify_journeys('mallory.more');
TABLE mallory.more ORDER BY customer;
SELECT * FROM told.all;
-- a table of journeys that went to somebody else
ALTER TABLE mallory.more OWNER TO regress_touchpoint_owner;
INSERT INTO mallory.contacts VALUES (2, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.more');
SELECT tp.maintain_journeys('mallory.contacts', 'more', '{customer}', 'label', 'at');
ALTER TABLE mallory.more OWNER TO regress_touchpoint_mallory;
INSERT INTO mallory.contacts VALUES (2, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.more');
-- a table that lost its word
ALTER TABLE mallory.more DROP CONSTRAINT kept_journeys;
INSERT INTO mallory.contacts VALUES (3, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.more');
SELECT tp.maintain_journeys('mallory.contacts', 'more', '{customer}', 'mallory.escape(label)', 'at');
INSERT INTO mallory.contacts VALUES (3, 'x', '2026-01-01Z');
SELECT tp.verify_journeys('mallory.more');

---- Settings: a definition means the same whoever writes it, writes and asks ----

SET ROLE regress_touchpoint_owner;
CREATE TABLE owned.odd (customer int, label text, "select" text, day text, local timestamp, x float8, score float8);
SET datestyle = 'SQL, DMY';
SET timezone = 'Asia/Shanghai';
SET intervalstyle = 'sql_standard';
SET extra_float_digits = -5;
SET quote_all_identifiers = on;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET bytea_output = 'escape';
SELECT tp.maintain_journeys('owned.odd', 'odd_journeys', '{customer}', 'tp.touchpoint(''c'', label || x::text || ''\\\\'')',
    'greatest(local::timestamptz, ''04/03/2020 01:00''::timestamptz, day::date)', '0.123456789012345::float8', duration => 'interval ''-1 2:03:04'' + interval ''3 days''', value => 'x');
INSERT INTO owned.odd VALUES (1, 'a', NULL, '02/01/2020', '2020-01-01 08:00', 0.1234567890123456, 1);
-- stored and repeated under any others
RESET ALL;
SET ROLE regress_touchpoint_owner;
SET timezone = 'America/New_York';
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'owned.odd_journeys'::regclass AND contype = 'c';
SELECT tp.maintain_journeys('owned.odd', 'odd_journeys', '{customer}', $$tp.touchpoint('c', label || x::text || '\')$$,
    $$greatest(local::timestamptz, '2020-03-04 01:00+08'::timestamptz, day::date)$$, '0.123456789012345::float8', duration => $$interval '-1 days -2:03:04' + interval '3 days'$$, value => 'x');
SELECT tp.verify_journeys('owned.odd_journeys');
SET datestyle = 'SQL, MDY';
SET extra_float_digits = 3;
SET transform_null_equals = on;
INSERT INTO owned.odd VALUES (1, 'b', NULL, '05/03/2020', '2020-04-01 08:00', 0.1234567890123456, 1);
UPDATE owned.odd SET score = 2, label = 'c', day = '06/05/2020' WHERE label = 'b';
SELECT tp.verify_journeys('owned.odd_journeys');
SET timezone = 'UTC';
SET datestyle = 'ISO';
RESET transform_null_equals;
RESET extra_float_digits;
TABLE owned.odd_journeys;
SELECT tp.rebuild_journeys('owned.odd_journeys'), tp.verify_journeys('owned.odd_journeys');

-- defined by a superuser whose own tables everybody may read, it is as if its owner had: his default privileges hold
RESET ROLE;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_touchpoint_owner IN SCHEMA owned GRANT SELECT ON TABLES TO regress_touchpoint_writer;
SELECT tp.maintain_journeys('owned.odd', 'private', '{customer}', 'label', 'local');
SELECT relowner::regrole, (SELECT array_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END ORDER BY 1) FROM aclexplode(relacl) WHERE privilege_type = 'SELECT') AS readers
FROM pg_class WHERE oid = 'owned.private'::regclass;
DROP TABLE owned.private CASCADE;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_touchpoint_owner IN SCHEMA owned REVOKE SELECT ON TABLES FROM regress_touchpoint_writer;
SET ROLE regress_touchpoint_owner;

-- comparisons by an operator of another schema: where it has a name it stays what it was, where SQL has no place for one it is refused
CREATE TABLE owned.compared (customer int, label text, at timestamptz);
INSERT INTO owned.compared VALUES (1, 'a', '2026-01-01Z'), (1, 'b', '2026-01-02Z');
CREATE FUNCTION owned.alike(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lower($1) OPERATOR(pg_catalog.=) lower($2)';
CREATE OPERATOR owned.= (LEFTARG = text, RIGHTARG = text, FUNCTION = owned.alike);
SET search_path = owned, pg_catalog, public;
SELECT * FROM unnest('{CASE label WHEN ''A'' THEN ''x'' ELSE label END,"coalesce(NULLIF(label, ''A''), ''x'')",CASE WHEN label IS NOT DISTINCT FROM ''A'' THEN ''x'' ELSE label END,"CASE WHEN (label, 1) IS DISTINCT FROM (''A'', 1) THEN label ELSE ''x'' END"}'::text[]) e,
    failure(format($$SELECT tp.maintain_journeys('owned.compared', 'likened', '{customer}', %L, 'at')$$, e));
SELECT tp.maintain_journeys('owned.compared', 'likened', '{customer}', $$CASE WHEN label = 'A' THEN 'x' WHEN label IN ('B') THEN 'y' END$$, 'at', value => $$CASE customer WHEN 1 THEN NULLIF(customer, 2) END$$);
TABLE owned.likened;
DROP OPERATOR owned.= (text, text);
SET search_path = public;
DROP TABLE owned.compared, owned.likened CASCADE;

---- What a session keeps ----

-- of a column that changes its type, of columns dropped and added, of renamed schemas and columns
CREATE TABLE owned.changing (gone int, customer int, label text, at timestamptz);
CREATE INDEX ON owned.changing (customer);
SELECT tp.maintain_journeys('owned.changing', 'changed', '{customer}', 'label', 'at');
INSERT INTO owned.changing VALUES (0, 1, 'a', '2026-01-01Z'), (0, 2, 'b', '2026-01-01Z');
UPDATE owned.changing SET label = 'c' WHERE customer = 1;
DELETE FROM owned.changing WHERE customer = 2;
ALTER TABLE owned.changing ALTER customer TYPE bigint;
UPDATE owned.changing SET label = 'd' WHERE customer = 1;
INSERT INTO owned.changing VALUES (0, 3, 'a', '2026-01-01Z');
DELETE FROM owned.changing WHERE customer = 1;
SELECT tp.verify_journeys('owned.changed');
ALTER TABLE owned.changed ALTER customer TYPE bigint;
ALTER TABLE owned.changing DROP gone, ALTER label TYPE varchar(20), ADD more text DEFAULT 'x';
INSERT INTO owned.changing VALUES (10000000000, 'a', '2026-01-01Z');
UPDATE owned.changing SET label = 'e';
RESET ROLE;
ALTER SCHEMA owned RENAME TO "Owned";
SET ROLE regress_touchpoint_owner;
UPDATE "Owned".changing SET label = 'f';
INSERT INTO "Owned".changing VALUES (4, 'a', '2026-01-01Z');
DELETE FROM "Owned".changing WHERE customer = 3;
SELECT tp.verify_journeys('"Owned".changed');
TABLE "Owned".changed ORDER BY 1;
RESET ROLE;
ALTER SCHEMA "Owned" RENAME TO owned;
UPDATE owned.changing SET label = 'g';
SELECT tp.verify_journeys('owned.changed');

CREATE TABLE owned.both (customer int PRIMARY KEY, journey tp.journey, label text, at timestamptz);
SELECT * FROM failure($$SELECT tp.maintain_journeys('owned.both', 'both', '{customer}', 'label', 'at')$$);
-- whatever fails on the way tells which journeys it was about, by their names of today
CREATE FUNCTION owned.context(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    words text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS words = PG_EXCEPTION_CONTEXT;
    RETURN substring(words FROM 'journeys of [^\n]*');
END $$;
SELECT owned.context($$UPDATE owned.changing SET label = ''$$);
ALTER TABLE owned.changing RENAME label TO named;
SELECT owned.context($$INSERT INTO owned.changing VALUES (5, 'a', '2026-01-01Z')$$);
ALTER TABLE owned.changing RENAME named TO label;
ALTER TABLE owned.changing RENAME TO "Changing";
ALTER TABLE owned.changed RENAME customer TO who;
SELECT owned.context($$DELETE FROM owned."Changing"$$);
ALTER TABLE owned.changed RENAME who TO customer;
ALTER TABLE owned."Changing" RENAME TO changing;
ALTER TABLE owned.changing RENAME customer TO who;
SELECT owned.context($$DELETE FROM owned.changing$$), message, hint FROM failure($$DELETE FROM owned.changing$$);
ALTER TABLE owned.changing RENAME who TO customer;
UPDATE owned.changing SET label = 'h';
SELECT tp.verify_journeys('owned.changed');

-- of triggers that are gone: nothing
CREATE PROCEDURE owned.cycle() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tp.maintain_journeys('owned.changing', 'again', '{customer}', 'label', 'at');
    INSERT INTO owned.changing VALUES (9, 'a', '2026-01-01Z');
    UPDATE owned.changing SET label = 'z' WHERE customer = 9;
    DELETE FROM owned.changing WHERE customer = 9;
    PERFORM tp.stop_maintaining_journeys('owned.again');
    COMMIT;
END $$;
CREATE FUNCTION owned.kept() RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts WHERE name ~ '^(CachedPlan|SPI Plan|touchpoint)' $$;
CALL owned.cycle();
CREATE TEMP TABLE memory AS SELECT owned.kept() AS before;
DO $$BEGIN FOR i IN 1 .. 20 LOOP CALL owned.cycle(); END LOOP; END$$;
SELECT owned.kept() - before < 200000 AS keeps_no_more FROM memory;

---- By period: whose view it is, who reads what by it, and what runs ----

SET ROLE regress_touchpoint_owner;
CREATE TABLE owned.monthly_contacts (customer int, label text, at timestamptz);
SELECT tp.maintain_journeys('owned.monthly_contacts', 'monthly', '{customer}', 'label', 'at', period => 'month');
GRANT INSERT, UPDATE, DELETE ON owned.monthly_contacts TO regress_touchpoint_writer;
GRANT SELECT ON owned.monthly_whole TO regress_touchpoint_writer;
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.monthly_contacts VALUES (1, 'a', '2026-01-01Z'), (1, 'b', '2026-02-01Z'), (2, 'c', '2026-01-01Z');
-- the view alone gives nothing, and with the table what row security lets its reader see
SELECT * FROM failure('TABLE owned.monthly_whole');
SET ROLE regress_touchpoint_owner;
GRANT SELECT ON owned.monthly TO regress_touchpoint_writer;
ALTER TABLE owned.monthly ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_late ON owned.monthly TO regress_touchpoint_writer USING (period_start >= '2026-02-01Z');
SELECT customer, tp.variant(journey) FROM owned.monthly_whole ORDER BY 1;
SET ROLE regress_touchpoint_writer;
SELECT customer, tp.variant(journey) FROM owned.monthly_whole ORDER BY 1;
UPDATE owned.monthly_contacts SET label = 'd', at = '2026-02-03Z';
RESET ROLE;
SELECT tp.verify_journeys('owned.monthly');
-- made by a superuser it is the owner's, with the owner's default privileges, be the schema his or not
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE SCHEMA closed;
GRANT USAGE ON SCHEMA closed TO regress_touchpoint_owner;
CREATE TABLE closed.contacts (customer int, label text, at timestamptz);
ALTER TABLE closed.contacts OWNER TO regress_touchpoint_owner;
SELECT tp.maintain_journeys('owned.monthly_contacts', 'yearly', '{customer}', 'label', 'at', period => 'year'), tp.maintain_journeys('closed.contacts', 'yearly', '{customer}', 'label', 'at', period => 'year');
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
SELECT oid::regclass, relkind, relowner::regrole, reloptions FROM pg_class WHERE relname IN ('yearly', 'yearly_whole') ORDER BY oid::regclass::text COLLATE "C";
SELECT relacl FROM pg_class WHERE oid IN ('owned.yearly'::regclass, 'owned.yearly_whole'::regclass);
-- who made a view of the name before is in the way, also where it reads the table
SET ROLE regress_touchpoint_owner;
DROP VIEW owned.yearly_whole;
GRANT CREATE, USAGE ON SCHEMA owned TO regress_touchpoint_mallory;
SET ROLE regress_touchpoint_mallory;
CREATE VIEW owned.yearly_whole AS SELECT customer, journey, mallory.pwn('x') FROM owned.yearly;
RESET ROLE;
SELECT tp.maintain_journeys('owned.monthly_contacts', 'yearly', '{customer}', 'label', 'at', period => 'year');
SET ROLE regress_touchpoint_owner;
SELECT tp.maintain_journeys('owned.monthly_contacts', 'yearly', '{customer}', 'label', 'at', period => 'year');
SELECT * FROM failure($$SELECT tp.maintain_journeys('owned.monthly_contacts', 'yearly', '{customer}', 'label', 'at', period => 'year')$$);
-- whatever stands on the path, and in the schema, by the names that the statements use
SET ROLE regress_touchpoint_mallory;
CREATE FUNCTION mallory.date_trunc(text, timestamptz, text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mallory.pwn('x'); RETURN $2; END$$;
CREATE FUNCTION mallory.rollup(tp.journey) RETURNS tp.journey LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mallory.pwn('x'); RETURN $1; END$$;
CREATE FUNCTION mallory.alike(timestamptz, timestamptz) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mallory.pwn('x'); RETURN true; END$$;
CREATE OPERATOR mallory.= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = mallory.alike);
CREATE OPERATOR mallory.>= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = mallory.alike);
CREATE OPERATOR mallory.< (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = mallory.alike);
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA mallory TO PUBLIC;
SET ROLE regress_touchpoint_owner;
SET search_path = mallory, pg_catalog, tp, public;
SELECT tp.maintain_journeys('owned.monthly_contacts', 'daily', '{customer}', 'label', 'at', period => 'day');
INSERT INTO owned.monthly_contacts VALUES (3, 'a', '2026-01-01Z'), (3, 'b', '2026-02-01Z');
UPDATE owned.monthly_contacts SET at = '2026-01-02Z' WHERE label = 'b';
DELETE FROM owned.monthly_contacts WHERE label = 'a';
SELECT tp.verify_journeys('owned.daily'), tp.rebuild_journeys('owned.daily');
SELECT count(*) FROM owned.daily_whole;
SET search_path = public;
RESET ROLE;
SELECT as_another FROM told.all;
-- an owner whose time, key and policy do what they can: as himself, whoever calls, writes and asks
SET ROLE regress_touchpoint_mallory;
CREATE FUNCTION mallory.when_it_was(timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mallory.escape('x'); RETURN $1; END$$;
CREATE TABLE mallory.dated (customer int, label text, at timestamptz);
GRANT ALL ON mallory.dated TO PUBLIC;
RESET ROLE;
SELECT tp.maintain_journeys('mallory.dated', 'by_day', '{customer}', 'label', 'mallory.when_it_was(at)', period => 'day', id => 'customer');
INSERT INTO mallory.dated VALUES (1, 'x', '2026-01-01Z'), (2, 'x', '2026-01-02Z');
UPDATE mallory.dated SET at = at + interval '1 day';
DELETE FROM mallory.dated WHERE customer = 2;
INSERT INTO mallory.dated VALUES (1, 'x', '2026-01-03Z');
SELECT tp.verify_journeys('mallory.by_day');
DELETE FROM mallory.dated WHERE at = '2026-01-03Z';
SELECT tp.verify_journeys('mallory.by_day'), tp.rebuild_journeys('mallory.by_day'), (SELECT count(*) FROM mallory.by_day_whole) AS whole;
SELECT * FROM told.all;
SELECT tp.stop_maintaining_journeys('mallory.by_day');
SET client_min_messages = warning;
DROP SCHEMA closed CASCADE;
RESET client_min_messages;

---- Triggers of 0.1.0 ----

SET ROLE regress_touchpoint_owner;
CREATE TABLE owned.old (customer int, label text, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE owned.old_1 PARTITION OF owned.old DEFAULT;
CREATE TABLE owned.old_journeys (customer int NOT NULL PRIMARY KEY, journey tp.journey NOT NULL);
DO $$
DECLARE
    t text;
    e text[];
BEGIN
    FOREACH t IN ARRAY '{old,old_1}'::text[] LOOP
        FOREACH e SLICE 1 IN ARRAY '{{insert,"REFERENCING NEW TABLE AS touchpoint_new"},{update,"REFERENCING OLD TABLE AS touchpoint_old NEW TABLE AS touchpoint_new"},{delete,"REFERENCING OLD TABLE AS touchpoint_old"},{truncate,""}}'::text[] LOOP
            EXECUTE format($f$CREATE TRIGGER %I AFTER %s ON owned.%I %s FOR EACH STATEMENT EXECUTE FUNCTION tp.keep_journeys(%L, 'owned', 'old_journeys', 'label', 'at', '', '', '', '', '', '', '', 'customer')$f$,
                'keep_old_' || e[1], e[1], t, e[2], CASE t WHEN 'old' THEN 'source' ELSE 'part' END);
        END LOOP;
    END LOOP;
END $$;
INSERT INTO owned.old VALUES (1, 'a', '2026-01-01Z'), (2, 'b', '2026-01-01Z');
INSERT INTO owned.old_1 VALUES (1, 'c', '2026-01-01Z');
UPDATE owned.old SET label = 'd' WHERE customer = 2;
DELETE FROM owned.old_1 WHERE label = 'a';
TABLE owned.old_journeys ORDER BY customer;
-- they go on with the writer's rights, and are brought up to date by another call
GRANT SELECT, INSERT ON owned.old TO regress_touchpoint_writer;
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.old VALUES (3, 'a', '2026-01-01Z');
SET ROLE regress_touchpoint_owner;
\set VERBOSITY default
SELECT tp.verify_journeys('owned.old_journeys');
\set VERBOSITY terse
SELECT tp.maintain_journeys('owned.old', 'old_journeys', '{customer}', 'at::text', 'at');
-- by period there is nothing to take up, and another table beside it
SELECT tp.maintain_journeys('owned.old', 'old_journeys', '{customer}', 'label', 'at', period => 'month');
SELECT tp.maintain_journeys('owned.old', 'old_by_day', '{customer}', 'label', 'at', period => 'day');
UPDATE owned.old_1 SET at = '2026-01-02Z', customer = 1 WHERE label = 'd';
SELECT tp.verify_journeys('owned.old_by_day'), count(*) FROM owned.old_by_day;
TABLE owned.old_journeys ORDER BY customer;
SELECT tp.stop_maintaining_journeys('owned.old_by_day');
SELECT tp.maintain_journeys('owned.old', 'old_journeys', '{customer}', 'label', 'at');
SELECT tgrelid::regclass, count(*), bool_and(tgqual IS NOT NULL) AS named FROM pg_trigger WHERE tgrelid IN ('owned.old'::regclass, 'owned.old_1'::regclass) GROUP BY 1 ORDER BY 1;
SET ROLE regress_touchpoint_writer;
INSERT INTO owned.old VALUES (3, 'a', '2026-01-01Z');
SET ROLE regress_touchpoint_owner;
SELECT tp.verify_journeys('owned.old_journeys'), tp.rebuild_journeys('owned.old_journeys');

RESET ROLE;
SELECT count(*) AS with_other_rights FROM pg_proc WHERE proname IN ('maintain_journeys', 'rebuild_journeys', 'verify_journeys', 'stop_maintaining_journeys', 'keep_journeys') AND prosecdef;
SET client_min_messages = warning;
DROP SCHEMA owned, mallory, told CASCADE;
DROP OWNED BY regress_touchpoint_owner, regress_touchpoint_writer, regress_touchpoint_mallory;
DROP ROLE regress_touchpoint_owner, regress_touchpoint_writer, regress_touchpoint_mallory;
RESET client_min_messages;
