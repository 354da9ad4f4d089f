SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;

-- What a refresh leaves alone, replaces, drops, and gives back.
SELECT create_contact_model('fresh');
CREATE ROLE tp_reader; CREATE ROLE tp_clerk;

-- Each function of a model is known by its name and arguments, and no two have one name.
SELECT p.oid::regprocedure AS "not known" FROM pg_proc p WHERE p.pronamespace = 'fresh'::regnamespace
    AND p.oid <> ALL (contact_model_functions('fresh', 'function', 'kept function'));
SELECT proname FROM pg_proc WHERE pronamespace = 'fresh'::regnamespace GROUP BY 1 HAVING count(*) > 1;
SELECT split_part(f, '(', 1) AS former, p.oid IS NOT NULL AS has_a_successor FROM unnest(contact_model_objects('former function')) f
    LEFT JOIN pg_proc p ON p.pronamespace = 'fresh'::regnamespace AND p.proname = split_part(f, '(', 1) ORDER BY 1;
SET standard_conforming_strings = off;
SELECT cardinality(contact_model_functions('fresh', 'function', 'kept function')) = count(*) AS all FROM pg_proc WHERE pronamespace = 'fresh'::regnamespace;
RESET standard_conforming_strings;

-- Functions stay the ones that they were, and views come anew.
CREATE TABLE ids AS SELECT p.oid, p.proname FROM pg_proc p WHERE p.pronamespace = 'fresh'::regnamespace;
CREATE VIEW kinds AS SELECT fresh.contact_kind('payment', NULL);
SELECT refresh_contact_model('fresh');
SELECT count(*) > 30 AS many FROM ids;
(SELECT p.oid, p.proname FROM pg_proc p WHERE p.pronamespace = 'fresh'::regnamespace EXCEPT TABLE ids) UNION ALL (TABLE ids EXCEPT SELECT p.oid, p.proname FROM pg_proc p);
DROP VIEW kinds;
-- A body that was changed is put right, and what was dropped is there again.
CREATE OR REPLACE FUNCTION fresh.contact_kind(purpose text, area text) RETURNS text LANGUAGE sql AS $$SELECT 'whatever'$$;
DROP FUNCTION fresh.customer_of(text);
SELECT refresh_contact_model('fresh');
SELECT fresh.contact_kind('payment', NULL), fresh.customer_of('nobody');
-- A function of an earlier version that has another result, or other names of arguments, or is known by other arguments, goes; what is built on it stops that.
DROP FUNCTION fresh.customer_of(text), fresh.contact_kind(text, text), fresh.may_contact(bigint, text, timestamptz, text, text, bigint, bigint, float8);
CREATE FUNCTION fresh.customer_of(external_id text) RETURNS text LANGUAGE sql AS $$SELECT 'me'::text$$;
CREATE FUNCTION fresh.contact_kind(a text, b text) RETURNS text LANGUAGE sql AS $$SELECT 'whatever'::text$$;
CREATE FUNCTION fresh.may_contact(customer_id bigint, touchpoint text, at timestamptz DEFAULT clock_timestamp(), purpose text DEFAULT NULL, product text DEFAULT NULL,
    plan_id bigint DEFAULT NULL, OUT allowed boolean, OUT reason text, OUT next_allowed_at timestamptz) LANGUAGE sql AS $$SELECT false, 'no'::text, NULL::timestamptz$$;
REVOKE ALL ON FUNCTION fresh.customer_of, fresh.may_contact FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fresh.customer_of TO tp_clerk WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION fresh.may_contact TO tp_clerk;
CREATE VIEW mine AS SELECT fresh.customer_of('x');
SELECT * FROM failure($$SELECT tp.refresh_contact_model('fresh')$$);
DROP VIEW mine;
CREATE VIEW mine AS SELECT allowed FROM fresh.may_contact(1, 'sms/offer');
SELECT * FROM failure($$SELECT tp.refresh_contact_model('fresh')$$);
SELECT fresh.customer_of('x'), (SELECT count(*) FROM fresh.customer_archive) AS archive;
DROP VIEW mine;
SELECT refresh_contact_model('fresh');
SELECT p.oid::regprocedure, pg_get_function_result(p.oid), 
    (SELECT string_agg(x.grantee::regrole || CASE WHEN x.is_grantable THEN ' and grants' ELSE '' END, ', ') FROM aclexplode(p.proacl) x WHERE x.grantee <> p.proowner) AS "may call"
FROM pg_proc p WHERE pronamespace = 'fresh'::regnamespace AND proname IN ('customer_of', 'contact_kind', 'may_contact') ORDER BY 1;

-- Functions of the user's that have names of the model's are the user's.
CREATE FUNCTION fresh.record_contact(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION fresh.customer_card(text, int) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION fresh.settings_scale(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE TABLE theirs AS SELECT oid, proname, proacl FROM pg_proc WHERE pronamespace = 'fresh'::regnamespace AND oid IN ('fresh.record_contact(text)'::regprocedure, 'fresh.customer_card(text, int)'::regprocedure, 'fresh.settings_scale(int)'::regprocedure);
SELECT grant_contact_model('fresh', 'tp_clerk', 'front_line');
SELECT refresh_contact_model('fresh');
SELECT proname FROM theirs t WHERE EXISTS (SELECT FROM pg_proc p WHERE p.oid = t.oid AND p.proacl IS NOT DISTINCT FROM t.proacl) ORDER BY 1;
SELECT has_function_privilege('tp_clerk', 'fresh.customer_card(bigint)', 'EXECUTE') AS card;

-- Rights on views and columns, with the option to grant them, come back; what they were on may be gone.
CREATE OR REPLACE VIEW fresh.uncatalogued AS SELECT *, 1 AS "an extra", 2 AS another FROM (SELECT touchpoint, channel, stage, NULL::boolean AS new_channel, NULL::boolean AS new_stage,
    initiator, 0::bigint AS contacts, NULL::timestamptz AS first_at, NULL::timestamptz AS last_at FROM fresh.touchpoints) t;
GRANT SELECT ON fresh.customer_archive TO tp_reader WITH GRANT OPTION;
GRANT SELECT ON fresh.channel_mix TO PUBLIC;
GRANT SELECT (touchpoint, "an extra", another) ON fresh.uncatalogued TO tp_reader WITH GRANT OPTION;
GRANT SELECT (touchpoint) ON fresh.uncatalogued TO PUBLIC;
GRANT SELECT (another) ON fresh.uncatalogued TO PUBLIC;
CREATE TABLE acl AS SELECT c.relname, a.attname, x.grantee, x.privilege_type, x.is_grantable FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x WHERE c.relnamespace = 'fresh'::regnamespace
    UNION ALL SELECT c.relname, NULL, x.grantee, x.privilege_type, x.is_grantable FROM pg_class c, aclexplode(c.relacl) x WHERE c.relnamespace = 'fresh'::regnamespace AND c.relkind = 'v';
SELECT refresh_contact_model('fresh');
SELECT relname, attname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS lost, is_grantable FROM (SELECT * FROM acl EXCEPT (SELECT c.relname, a.attname, x.grantee, x.privilege_type, x.is_grantable FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x WHERE c.relnamespace = 'fresh'::regnamespace
    UNION ALL SELECT c.relname, NULL, x.grantee, x.privilege_type, x.is_grantable FROM pg_class c, aclexplode(c.relacl) x WHERE c.relnamespace = 'fresh'::regnamespace AND c.relkind = 'v')) x ORDER BY 2, 3;

SELECT drop_contact_model('fresh');
SELECT p.oid::regprocedure AS "left to the user" FROM pg_proc p WHERE pronamespace = 'fresh'::regnamespace ORDER BY 1;
DROP FUNCTION fresh.record_contact, fresh.customer_card, fresh.settings_scale;
DROP SCHEMA fresh;
DROP TABLE ids, theirs, acl;
DROP OWNED BY tp_reader, tp_clerk;
DROP ROLE tp_reader, tp_clerk;

-- A table that took the place of contacts may have ids of its own: what records, imports and merges goes by its default.
CREATE SEQUENCE public.own_ids START 1000 INCREMENT 10;
CREATE FUNCTION public.own_id() RETURNS bigint LANGUAGE sql AS $$SELECT -nextval('public.own_ids')$$;
CREATE TABLE public.calls AS SELECT 'a' || n % 2 AS who, timestamptz '2024-01-01Z' + n * interval '1 hour' AS at, 'phone/help'::text AS what, n AS no FROM generate_series(1, 4) n;
SELECT create_contact_model('numbered');
INSERT INTO numbered.channels VALUES ('phone'); INSERT INTO numbered.touchpoints (touchpoint, area) VALUES ('phone/help', 'service');
INSERT INTO numbered.customers (external_id) VALUES ('a0'), ('a1');
ALTER TABLE numbered.contacts RENAME TO contacts_old;
CREATE TABLE numbered.contacts (LIKE numbered.contacts_old) PARTITION BY RANGE (occurred_at);
ALTER TABLE numbered.contacts ALTER id SET DEFAULT nextval('public.own_ids');
CREATE TABLE numbered.contacts_all PARTITION OF numbered.contacts DEFAULT;
-- an id that the sequence would come to
INSERT INTO numbered.contacts (id, occurred_at, customer_id, touchpoint, initiator) VALUES (1003, '2023-12-31Z', 1, 'phone/help', 'customer');
SELECT refresh_contact_model('numbered');
DROP TABLE numbered.contacts_old;
SELECT numbered.contact_ids(), (SELECT attidentity FROM pg_attribute WHERE attrelid = 'numbered.contacts'::regclass AND attname = 'id') AS identity;
SELECT contact_id FROM numbered.record_contact(1, 'phone/help', '2024-01-01Z');
SELECT * FROM numbered.import_contacts('public.calls', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what"}');
SELECT * FROM numbered.import_contacts('public.calls', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what", "id": "no"}');
UPDATE public.calls SET no = no + 2000, at = at + interval '1 day';
SELECT * FROM numbered.import_contacts('public.calls', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what", "id": "no"}');
SELECT contact_id > 2004 AS beyond FROM numbered.record_contact(1, 'phone/help', '2024-01-03Z');
-- two with one id, of two customers who become one
INSERT INTO numbered.contacts (id, occurred_at, customer_id, touchpoint) VALUES (7, '2024-01-04Z', 1, 'phone/help'), (7, '2024-01-05Z', 2, 'phone/help');
SELECT numbered.merge_customers(1, 2);
SELECT count(*) AS contacts, count(DISTINCT id) AS ids, tp.verify_journeys('numbered.journeys') FROM numbered.contacts;
-- An id need not come from a sequence that anybody sees.
ALTER TABLE numbered.contacts ALTER id SET DEFAULT public.own_id();
SELECT refresh_contact_model('numbered');
SELECT numbered.contact_ids();
SELECT contact_id < 0 AS own FROM numbered.record_contact(1, 'phone/help', '2024-01-06Z');
UPDATE public.calls SET no = no + 1000, at = at + interval '1 week';
SELECT * FROM numbered.import_contacts('public.calls', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what"}');
SELECT * FROM numbered.import_contacts('public.calls', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what", "id": "no"}');
SELECT count(*) FILTER (WHERE id < 0) AS own, count(*) AS contacts, count(DISTINCT id) AS ids, tp.verify_journeys('numbered.journeys') FROM numbered.contacts;
SELECT drop_contact_model('numbered', true);
DROP TABLE calls;
DROP FUNCTION own_id;
DROP SEQUENCE own_ids;

-- Text that is no number and no time keeps its row out, in a column of whatever type of text; the others are imported.
CREATE DOMAIN public.word AS varchar(40);
CREATE TABLE public.pasted (no text, who varchar(9), at public.word, what text, points character(9), price text, took text, reached text);
INSERT INTO public.pasted VALUES ('1', 'a1', '2024-01-01Z', 'phone/help', ' 4 ', '1e2', '3 minutes', 'yes'), ('2', 'a1', 'soon', 'phone/help', '4', NULL, NULL, NULL),
    ('3', 'a2', '2024-01-32', 'phone/help', '4', NULL, NULL, NULL), ('4', 'a2', '2024-01-04Z', 'phone/help', 'abc', NULL, NULL, NULL), ('5', 'a2', '2024-01-05Z', 'phone/help', '', NULL, NULL, NULL),
    ('x6', 'a2', '2024-01-06Z', 'phone/help', '4', NULL, NULL, NULL), ('7', 'a2', '2024-01-07Z', 'phone/help', '4', '1e999', NULL, NULL), ('8', 'a2', '2024-01-08Z', 'phone/help', '4', '5', 'long', NULL),
    ('9', 'a2', '2024-01-09Z', 'phone/help', '4', '5', NULL, 'perhaps'), ('10', 'a2', '2024-01-10Z', 'phone/hlep', '4', '5', NULL, NULL), ('11', 'a2', '2024-01-11Z', 'phone/help', '9', '5', NULL, NULL),
    ('99999999999999999999', 'a2', '2024-01-12Z', 'phone/help', '4', '5', NULL, NULL), ('13', 'a2', '2024-01-13Z', 'phone/help', NULL, NULL, NULL, NULL), ('13', 'a2', '2024-01-13Z', 'phone/help', NULL, NULL, NULL, NULL),
    ('14', 'a3', 'later', 'phone/help', 'abc', 'dear', NULL, NULL);
CREATE VIEW public.seen AS TABLE public.pasted;
\set map '\'{"id": "no", "external_id": "who", "occurred_at": "at", "touchpoint": "what", "score": "points", "cost": "price", "duration": "took", "goal_reached": "reached"}\''
SELECT create_contact_model('read''me %s"');
SET search_path = "read'me %s""", public, tp;
INSERT INTO channels VALUES ('phone'); INSERT INTO touchpoints (touchpoint, area) VALUES ('phone/help', 'service');
SELECT * FROM import_contacts('public.pasted', :map);
SELECT id, occurred_at, customer_of('a1') = customer_id AS of_a1, score, cost, duration, goal_reached FROM contacts ORDER BY id;
SELECT * FROM import_contacts('public.seen', :map);
DELETE FROM public.pasted WHERE no NOT IN ('1', '13');
UPDATE public.pasted SET at = at::timestamptz + interval '1 year', no = no::int + 100;
SELECT * FROM import_contacts('public.pasted', :map);
-- What can be read goes by the session's settings, as anywhere.
SET datestyle = 'ISO, DMY';
CREATE TABLE public.dmy AS SELECT '13/2/2024'::text AS at, 'phone/help' AS what UNION ALL SELECT '2/13/2024', 'phone/help';
SELECT * FROM import_contacts('public.dmy', '{"occurred_at": "at", "touchpoint": "what"}');
SET datestyle = 'ISO, MDY';
SELECT verify_journeys('journeys'), count(*) FROM contacts;
SET search_path = public, tp;
SELECT drop_contact_model('read''me %s"', true);
DROP VIEW seen;
DROP TABLE pasted, dmy;
DROP DOMAIN word;
