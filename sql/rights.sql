-- Whatever a superuser calls on another's objects, nothing of the other's runs with the superuser's rights.
SET search_path = public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY terse

CREATE ROLE regress_touchpoint_mallory;
GRANT USAGE ON SCHEMA tp TO regress_touchpoint_mallory;
CREATE SCHEMA trap AUTHORIZATION regress_touchpoint_mallory;
CREATE SCHEMA empty_trap AUTHORIZATION regress_touchpoint_mallory;

-- Sequences remember what is rolled back.
CREATE SCHEMA told;
CREATE SEQUENCE told.as_mallory;
CREATE SEQUENCE told.as_superuser;
GRANT USAGE ON SCHEMA told TO PUBLIC;
GRANT ALL ON SEQUENCE told.as_mallory, told.as_superuser TO PUBLIC;

---- A schema full of traps ----

SET ROLE regress_touchpoint_mallory;
CREATE FUNCTION trap.escape_by(command text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    PERFORM nextval('told.as_superuser');
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;
-- springs when it is run by anybody but Mallory and, once armed, when he can get out of what he is in
CREATE FUNCTION trap.spring() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM nextval(CASE current_user WHEN 'regress_touchpoint_mallory' THEN 'told.as_mallory' ELSE 'told.as_superuser' END);
    IF current_setting('told.armed', true) = 'yes' THEN
        PERFORM trap.escape_by('RESET ROLE');
        PERFORM trap.escape_by('SET SESSION AUTHORIZATION DEFAULT');
        PERFORM trap.escape_by('CREATE TEMP TABLE bait ()');
    END IF;
    RETURN true;
END $$;
CREATE FUNCTION trap.text(x anyelement) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM trap.spring(); RETURN 'x'; END$$;
CREATE FUNCTION trap.bool(a anyelement, b anyelement) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT trap.spring()$$;
CREATE FUNCTION trap.fire() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring(); RETURN coalesce(NEW, OLD); END$$;
CREATE OPERATOR trap.= (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = trap.bool);
CREATE OPERATOR trap.<> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = trap.bool);
CREATE DOMAIN trap.number AS int CHECK (trap.spring());
CREATE TYPE trap.pair AS (a int, b int);
CREATE FUNCTION trap.pair_text(trap.pair) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM trap.spring(); RETURN 'pair'; END$$;
CREATE CAST (trap.pair AS text) WITH FUNCTION trap.pair_text(trap.pair) AS IMPLICIT;
CREATE FUNCTION trap.count() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring(); RETURN 0; END$$;
CREATE FUNCTION trap.record_contact() RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring(); END$$;
CREATE FUNCTION trap.keep_journeys() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring(); RETURN NULL; END$$;
-- a source of journeys whose every part is one
CREATE TABLE trap.source (customer trap.number, label text, at timestamptz, p trap.pair, CHECK (trap.spring()), g text GENERATED ALWAYS AS (trap.text(label)) STORED);
CREATE INDEX ON trap.source (trap.text(label)) WHERE trap.spring();
CREATE STATISTICS trap.statistics ON (trap.text(label)), customer FROM trap.source;
CREATE FUNCTION trap.contact(text, trap.pair) RETURNS tp.touchpoint LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM trap.spring(); RETURN $1; END$$;
INSERT INTO trap.source SELECT i % 3, 'x', '2026-01-01Z'::timestamptz + i * interval '1 hour', (1, 1)::trap.pair FROM generate_series(1, 10) i;
SELECT tp.maintain_journeys('trap.source', 'journeys', '{customer}', 'trap.contact(label, p)', 'CASE WHEN trap.spring() THEN at END', 'length(p::text)');
SELECT tp.maintain_journeys('trap.source', 'monthly', '{customer}', 'trap.contact(label, p)', 'CASE WHEN trap.spring() THEN at END', id => 'length(trap.text(label)) * extract(epoch FROM at)::bigint', period => 'month');
CREATE OR REPLACE VIEW trap.monthly_whole AS SELECT customer, tp.rollup(journey) AS journey FROM trap.monthly WHERE trap.spring() GROUP BY customer;
DO $$
DECLARE
    t text;
    e text;
BEGIN
    FOREACH t IN ARRAY '{source,journeys,monthly}'::text[] LOOP
        FOREACH e IN ARRAY '{INSERT,UPDATE,DELETE,TRUNCATE}'::text[] LOOP
            EXECUTE format('CREATE TRIGGER a_%s AFTER %s ON trap.%I FOR EACH STATEMENT WHEN (trap.spring()) EXECUTE FUNCTION trap.fire()', e, e, t);
            EXECUTE format('CREATE TRIGGER b_%s BEFORE %s ON trap.%I FOR EACH STATEMENT EXECUTE FUNCTION trap.fire()', e, e, t);
            IF e <> 'TRUNCATE' THEN
                EXECUTE format('CREATE TRIGGER r_%s BEFORE %s ON trap.%I FOR EACH ROW WHEN (trap.spring()) EXECUTE FUNCTION trap.fire()', e, e, t);
            END IF;
        END LOOP;
        EXECUTE format('ALTER TABLE trap.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY p ON trap.%I USING (trap.spring()) WITH CHECK (trap.spring())', t);
    END LOOP;
END $$;
ALTER TABLE trap.journeys ADD CHECK (trap.spring()), ADD more text DEFAULT trap.text(1);
CREATE INDEX ON trap.journeys (trap.text(customer)) WHERE trap.spring();
-- whose types have constants that run something when they are read
CREATE TABLE trap.typed (customer int, label text, at timestamptz, numbers trap.number[], pairs trap.pair[]);
INSERT INTO trap.typed VALUES (1, 'x', '2026-01-01Z', '{1}');
-- journeys whose definition asks for more than maintain_journeys() lets through
CREATE TABLE trap.forged_source (customer int, label text, at timestamptz);
INSERT INTO trap.forged_source VALUES (1, 'x', '2026-01-01Z');
CREATE TABLE trap.forged (customer int PRIMARY KEY, journey tp.journey,
    CONSTRAINT kept_journeys CHECK ($${"key": ["customer"], "timezone": "UTC", "datestyle": "ISO, MDY", "occurred_at": "at",
        "touchpoint": "label) , (SELECT trap.escape_by('SELECT nextval(''told.as_superuser'') WHERE current_user <> ''regress_touchpoint_mallory''')::text"}$$::jsonb IS NOT NULL));
CREATE TRIGGER forged AFTER INSERT ON trap.forged_source REFERENCING NEW TABLE AS touchpoint_new FOR EACH STATEMENT WHEN ('trap.forged'::regclass IS NOT NULL) EXECUTE FUNCTION tp.keep_journeys('source');
-- what goes by the names of a contact model
CREATE FUNCTION trap.rows() RETURNS SETOF trap.forged_source LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring(); RETURN QUERY TABLE trap.forged_source; END$$;
CREATE VIEW trap.contacts AS SELECT * FROM trap.rows();
CREATE VIEW trap.customers AS SELECT * FROM trap.rows();
CREATE VIEW trap.settings AS SELECT * FROM trap.rows();
CREATE MATERIALIZED VIEW trap.kept AS SELECT * FROM trap.rows();
CREATE TABLE trap.parted (customer int, label text, at timestamptz) PARTITION BY LIST (customer);
CREATE TABLE trap.parted_1 PARTITION OF trap.parted (CHECK (trap.spring())) DEFAULT;
INSERT INTO trap.parted VALUES (1, 'x', '2026-01-01Z');
RESET ROLE;
SELECT is_called AS the_traps_are_set FROM told.as_mallory;
SELECT is_called AS already_sprung FROM told.as_superuser;
SELECT relname FROM pg_class WHERE relnamespace = 'trap'::regnamespace AND pg_get_userbyid(relowner) <> 'regress_touchpoint_mallory';
SELECT setval('told.as_mallory', 1, false);
SET told.armed = 'yes';

---- A model of the superuser's own takes nothing over from a table of another's ----
SELECT tp.create_contact_model('crm');
SELECT f.state, f.message FROM (VALUES ('source'), ('parted'), ('contacts'), ('kept'), ('typed')) o(name), failure(format($$SELECT crm.import_contacts('trap.%s', '{"occurred_at": "at", "touchpoint": "label"}')$$, o.name)) f;
SELECT f.state FROM unnest('{source,parted,contacts,kept,typed}'::text[]) o, failure(format($$SELECT crm.catalogue_from('trap.%s', 'label')$$, o)) f;
SELECT is_called AS as_superuser FROM told.as_superuser;
SET client_min_messages = warning;
SELECT tp.drop_contact_model('crm');
RESET client_min_messages;

---- Every function that takes a table or a schema, on each of them ----

-- Undone each time, so that every trap is met by every call; a definition whose every text is a trap.
CREATE FUNCTION told.call(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION 'done' USING ERRCODE = 'TP000';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE VIEW told.called AS
SELECT p.oid::regprocedure AS function, o.object, (SELECT string_agg(CASE
        WHEN t.type = 'regclass'::regtype OR t.type = 'name'::regtype AND t.place = 1 THEN quote_literal(o.object)
        WHEN t.name = 'target' THEN quote_literal(g.target) WHEN t.type = 'text[]'::regtype THEN '''{customer}'''
        WHEN t.name = 'touchpoint' THEN '''trap.text(label)''' WHEN t.name = 'occurred_at' THEN '''CASE WHEN trap.spring() THEN at END'''
        WHEN t.name = 'period' AND g.target = 'by_month' THEN '''month''' WHEN t.name = 'initiator' THEN '''CASE WHEN trap.text(customer) = ''''x'''' THEN ''''customer'''' END''' WHEN t.type = 'boolean'::regtype THEN 'true'
        WHEN t.type = 'float8'::regtype THEN (2 * t.place)::text ELSE 'NULL' END, ', ' ORDER BY t.place) FROM unnest(p.proargtypes::oid[], p.proargnames) WITH ORDINALITY AS t(type, name, place)) AS arguments
FROM pg_proc p CROSS JOIN LATERAL (
    SELECT c.oid::regclass::text AS object, true AS is_table FROM pg_class c WHERE c.relnamespace = 'trap'::regnamespace
    UNION ALL SELECT nspname, false FROM pg_namespace WHERE nspname IN ('trap', 'empty_trap')) o
    CROSS JOIN unnest('{fresh,journeys,forged,by_month}'::name[]) AS g(target)
WHERE p.pronamespace = 'tp'::regnamespace AND ('regclass'::regtype = ANY (p.proargtypes) AND o.is_table OR 'name'::regtype = ANY (p.proargtypes) AND NOT 'regclass'::regtype = ANY (p.proargtypes) AND NOT o.is_table)
    AND ('target' = ANY (p.proargnames) AND p.pronargs > 1 OR g.target = 'fresh');
CREATE TEMP TABLE outcome AS SELECT c.function, c.object, told.call(format('SELECT tp.%s(%s)', split_part(split_part(c.function::text, '.', 2), '(', 1), c.arguments)) AS state
FROM (SELECT * FROM told.called ORDER BY function::text, object, arguments) c;
SELECT function, count(*) > 0 AS called, count(*) FILTER (WHERE state = 'TP000') AS done FROM outcome GROUP BY function ORDER BY function::text COLLATE "C";
SELECT told.call(format($$SELECT tp.maintain_journeys('trap.typed', %L, '{customer}', %L, 'at', %L)$$, target, 'CASE WHEN ' || test || ' THEN label END', 'CASE WHEN ' || test || ' THEN 1 END'))
FROM unnest('{fresh,journeys}'::name[]) target, (VALUES ($$numbers = '{1}'$$), ($$numbers IS DISTINCT FROM '{2}'$$), ($$NULLIF(numbers, '{}') IS NULL$$), ($$1::trap.number = 1$$), ($$'{2}'::trap.number[] = numbers$$)) AS t(test);
-- by Mallory some of them ran; by the superuser none, and nobody got out
SELECT (SELECT is_called FROM told.as_mallory) AS as_mallory, (SELECT is_called FROM told.as_superuser) AS as_superuser;

-- a model of Mallory's own, trapped after it was made
RESET told.armed;
SET ROLE regress_touchpoint_mallory;
SELECT tp.create_contact_model('empty_trap');
CREATE TRIGGER a AFTER DELETE ON empty_trap.contacts FOR EACH STATEMENT EXECUTE FUNCTION trap.fire();
ALTER TABLE empty_trap.contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON empty_trap.contacts USING (trap.spring());
INSERT INTO empty_trap.customers DEFAULT VALUES;
RESET ROLE;
SET told.armed = 'yes';
SELECT told.call($$SELECT tp.drop_contact_model('empty_trap')$$), told.call($$SELECT tp.drop_contact_model('empty_trap', true)$$),
    told.call($$SELECT tp.verify_journeys('empty_trap.journeys')$$), told.call($$SELECT tp.rebuild_journeys('empty_trap.journeys')$$);
SELECT message, hint FROM failure($$SELECT tp.refresh_contact_model('empty_trap')$$);
SET ROLE regress_touchpoint_mallory;
ALTER TABLE empty_trap.contacts RENAME TO real_contacts;
CREATE VIEW empty_trap.contacts AS SELECT * FROM trap.rows();
RESET ROLE;
SELECT * FROM failure($$SELECT tp.drop_contact_model('empty_trap', true)$$);
SELECT (SELECT is_called FROM told.as_superuser) AS as_superuser;

RESET told.armed;

-- what is no table is told by name
SELECT f.* FROM unnest('{pg_catalog.pg_views,0}'::text[]) o, failure(format($$SELECT tp.contact_model_filled(%L)$$, o)) f;

-- nobody looks through another's table, nor builds where another may slip something in
SELECT tp.create_contact_model('victim');
CREATE SCHEMA shared;
GRANT CREATE, USAGE ON SCHEMA shared, victim TO regress_touchpoint_mallory;
SET ROLE regress_touchpoint_mallory;
SELECT * FROM failure($$SELECT tp.contact_model_filled('victim.contacts')$$);
SELECT state, message FROM failure($$SELECT tp.drop_contact_model('victim')$$);
RESET ROLE;
SELECT * FROM failure($$SELECT tp.create_contact_model('shared')$$);
REVOKE CREATE ON SCHEMA shared FROM regress_touchpoint_mallory;
SELECT tp.create_contact_model('shared');

SET client_min_messages = warning;
SELECT tp.drop_contact_model('shared'), tp.drop_contact_model('victim');
DROP SCHEMA trap, empty_trap, told CASCADE;
DROP OWNED BY regress_touchpoint_mallory;
DROP ROLE regress_touchpoint_mallory;
RESET client_min_messages;

-- Nothing of the extension runs with the rights of whoever installed it
SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace = 'tp'::regnamespace AND prosecdef;
