SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;

-- Imports, mergers and what is forgotten where others have been at work on the tables.
CREATE ROLE tp_enemy;
SELECT create_contact_model('moved');
SET search_path = moved, public, tp;
INSERT INTO channels VALUES ('web'), ('shop');
INSERT INTO touchpoints (touchpoint, area) VALUES ('web/look', 'service'), ('shop/till', 'service');

-- A function that somebody left in the schema is not called: its owner is named instead. The owner's own may have any name.
GRANT CREATE, USAGE ON SCHEMA moved TO tp_enemy;
SET ROLE tp_enemy;
CREATE FUNCTION moved.format(text, text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'called as %', current_user; END$$;
RESET ROLE;
REVOKE CREATE, USAGE ON SCHEMA moved FROM tp_enemy;
SELECT * FROM public.failure($$SELECT tp.refresh_contact_model('moved')$$);
DROP FUNCTION moved.format(text, text);
SELECT refresh_contact_model('moved');

-- Nor is a cast of somebody's type.
CREATE SCHEMA enemys AUTHORIZATION tp_enemy;
GRANT USAGE ON SCHEMA enemys TO PUBLIC;
SET ROLE tp_enemy;
CREATE TYPE enemys.rank AS ENUM ('3');
CREATE FUNCTION enemys.text(enemys.rank) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'called as %', current_user; END$$;
CREATE CAST (enemys.rank AS text) WITH FUNCTION enemys.text(enemys.rank);
CREATE DOMAIN enemys.ranks AS enemys.rank[];
RESET ROLE;
CREATE TABLE public.ranked AS SELECT timestamptz '2022-01-01' AS at, 'web/look' AS what, '3'::enemys.rank AS points, '{3}'::enemys.ranks AS many;
SELECT f.* FROM unnest('{points,many}'::text[]) c, LATERAL public.failure(format($$SELECT moved.import_contacts('public.ranked', '{"occurred_at": "at", "touchpoint": "what", "feedback": "%s"}')$$, c)) f;
SELECT * FROM public.failure($$SELECT moved.catalogue_from('public.ranked', 'points')$$);
SELECT outcome, contacts FROM import_contacts('public.ranked', '{"occurred_at": "at", "touchpoint": "what"}');
DROP TABLE public.ranked;
DROP SCHEMA enemys CASCADE;

-- Each row is counted: of children too, whose rows lie in the same places, and those that a trigger keeps out.
CREATE TABLE public.mother (no numeric, who text, at timestamptz, what text);
CREATE TABLE public.daughter () INHERITS (public.mother);
INSERT INTO public.mother VALUES (1, 'A', '2023-01-01', 'web/look'), (2.00, 'A', '2023-01-02', ' web/look'), (3, 'A', '2023-01-03', '"web" / look');
INSERT INTO public.daughter VALUES (10, 'B', '2023-01-01', 'web/look'), (10, 'B', '2023-01-01', 'web/look'), (11, 'B', '2023-01-03', 'web/loook'), (1.4, 'B', '2023-01-04', 'web/look'),
    (1e30, 'B', '2023-01-05', 'web/look'), (12, 'C', '2023-01-01', 'web/look'), (12, 'D', '2023-01-01', 'web/look'), (12, 'D', '2023-01-02', 'web/look'), (13, 'D', '2023-01-03', 'shop/till');
CREATE FUNCTION public.keep_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep_out BEFORE INSERT ON contacts FOR EACH ROW WHEN (NEW.touchpoint = 'shop/till') EXECUTE FUNCTION public.keep_out();
\set map '\'{"id": "no", "external_id": "who", "occurred_at": "at", "touchpoint": "what"}\''
SELECT * FROM import_contacts('public.mother', :map);
SELECT c.id, c.occurred_at, u.external_id, c.touchpoint FROM contacts c JOIN customers u USING (customer_id) ORDER BY 3, 2;
SELECT * FROM import_contacts('public.mother', :map);
-- JSON and values that have no type of their own are read as text is.
CREATE TABLE public.loose AS SELECT '"2024-01-01"'::jsonb AS at, 'web/look' AS what, '4'::jsonb AS points UNION ALL SELECT '5', 'web/look', '"x"';
SELECT * FROM import_contacts('public.loose', '{"occurred_at": "at", "touchpoint": "what", "score": "points"}');
DROP TABLE public.loose;
SET datestyle = 'SQL, DMY';
SELECT outcome, reason, contacts FROM import_contacts('public.daughter', '{"occurred_at": "at", "touchpoint": "what"}');
SET datestyle = 'ISO';
SELECT verify_journeys('journeys');
DROP TRIGGER keep_out ON contacts;
DELETE FROM contacts;

-- Ids that are always generated, and triggers that somebody has turned off: they stay so, and what they would do is not done.
ALTER TABLE contacts ALTER id SET GENERATED ALWAYS;
ALTER TABLE contacts DISABLE TRIGGER ALL;
ALTER TABLE contacts ENABLE TRIGGER contacts_buyers;
ALTER TRIGGER contacts_buyers ON contacts RENAME TO who_buys;
SELECT tgenabled, count(*) FROM pg_trigger WHERE tgrelid = 'contacts'::regclass GROUP BY 1 ORDER BY 1;
CREATE TABLE public.bought AS SELECT 50 AS no, 'E' AS who, timestamptz '2023-05-01' AS at, 'shop/till' AS what, 5 AS money;
SELECT outcome, contacts FROM import_contacts('public.bought', '{"id": "no", "external_id": "who", "occurred_at": "at", "touchpoint": "what", "value": "money"}');
SELECT tgenabled, count(*) FROM pg_trigger WHERE tgrelid = 'contacts'::regclass GROUP BY 1 ORDER BY 1;
SELECT u.relation, c.id, (SELECT count(*) FROM journeys) AS journeys FROM customers u JOIN contacts c USING (customer_id);
ALTER TABLE contacts ENABLE TRIGGER ALL;
DELETE FROM contacts;
UPDATE customers SET relation = 'prospect';
SET session_replication_role = replica;
SELECT outcome, contacts FROM import_contacts('public.bought', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what", "value": "money"}');
RESET session_replication_role;
SELECT u.relation, c.id > 50 AS next, (SELECT count(*) FROM journeys) AS journeys FROM customers u JOIN contacts c USING (customer_id);
DELETE FROM contacts;
-- A transaction that may not see what others did leaves the keys where they are.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT lift_contact_keys();
SELECT outcome, contacts FROM import_contacts('public.bought', :map);
COMMIT;
DELETE FROM contacts;
ALTER TRIGGER who_buys ON contacts RENAME TO contacts_buyers;

-- Ids of contacts that journeys keep are taken: for imports, for those whose customers are one, and for those to come.
DELETE FROM public.mother;
INSERT INTO public.mother VALUES (1, 'A', '2019-01-01', 'web/look'), (2, 'A', '2023-01-02', 'web/look'), (3, 'B', '2019-02-01', 'web/look'), (1, 'B', '2019-02-02', 'web/look'), (4, 'C', '2019-01-01', 'shop/till');
SELECT outcome, contacts FROM import_contacts('public.mother', :map);
SELECT forget_contacts('2020-01-01', keep_journeys => true);
DELETE FROM public.mother;
INSERT INTO public.mother VALUES (1, 'A', '2019-01-01', 'web/look'), (1, 'C', '2023-03-03', 'web/look'), (3, 'B', '2023-02-01', 'web/look'), (1, 'B', '2019-02-02', 'shop/till');
SELECT * FROM import_contacts('public.mother', :map);
SELECT merge_customers(customer_of('A'), customer_of('B'));
SELECT merge_customers(customer_of('A'), customer_of('C'));
SELECT contact_count(w.journey), count(DISTINCT c.id) AS ids FROM whole_journeys w, contacts(w.journey) c GROUP BY w.journey;
ALTER SEQUENCE contacts_id_seq RESTART;
SELECT refresh_contact_model('moved');
SELECT contact_id > (SELECT max(c.id) FROM forgotten_journeys f, contacts(f.journey::journey) c) AS next FROM record_contact(customer_of('A'), 'web/look', initiator => 'customer');
SELECT contact_count(journey) FROM whole_journeys;

-- Complaints are the customer's, whoever typed them in, and customers that came with their ids stand in nobody's way.
ALTER SEQUENCE customers_customer_id_seq RESTART;
INSERT INTO touchpoints (touchpoint, area, complaint) VALUES ('shop/投诉', 'service', true);
CREATE TABLE public.told AS SELECT 'F'::text AS who, timestamptz '2024-01-01' + n * interval '1 day' AS at, (ARRAY['web/look', 'shop/投诉', 'shop/投诉'])[n] AS what, (ARRAY['company', NULL, 'third_party'])[n] AS by FROM generate_series(1, 3) n;
SELECT * FROM import_contacts('public.told', '{"external_id": "who", "occurred_at": "at", "touchpoint": "what", "initiator": "by"}');
SELECT c.touchpoint, c.initiator FROM contacts c WHERE c.customer_id = customer_of('F') ORDER BY c.occurred_at;
DROP TABLE public.told;
-- An opt-out that has an end outlives an erasure too.
INSERT INTO consents (customer_id, channel, granted, during) VALUES (customer_of('F'), 'web', false, '[2024-01-01,2024-02-01)'), (customer_of('F'), 'shop', false, '[2024-01-01,2999-01-01)');
SELECT erase_customer(customer_of('F')) IS NOT NULL AS erased;
INSERT INTO customers (external_id) VALUES ('F');
SELECT channel, granted, upper_inf(during) FROM consents WHERE customer_id = customer_of('F');
-- Two who are one have one birthday.
INSERT INTO follow_up_rules (base, profile_date, wait, channel) VALUES ('anniversary', 'born', '0', 'web');
INSERT INTO follow_ups (customer_id, rule_id, due_at, channel) SELECT u.customer_id, r.rule_id, '2999-05-05', 'web' FROM customers u, follow_up_rules r WHERE u.external_id IN ('A', 'F');
SELECT merge_customers(customer_of('A'), customer_of('F'));
SELECT count(*) FROM follow_ups WHERE due_at = '2999-05-05';

-- Who is or was a customer is no prospect, and what came last holds.
SET client_min_messages = warning;
INSERT INTO customers (customer_id, relation, relation_since) VALUES (1001, 'prospect', '2025-01-01'), (1002, 'former', '2024-01-01'), (1003, 'customer', '2020-01-01'), (1004, 'former', '2024-01-01'),
    (1005, 'former', '2019-01-01'), (1006, 'customer', '2021-01-01'), (1007, 'customer', '2021-01-01'), (1008, 'competitor', '2024-01-01');
SELECT merge_customers(k, k + 1) FROM unnest('{1001,1003,1005,1007}'::bigint[]) k;
SELECT customer_id, relation, relation_since FROM customers WHERE customer_id > 1000 ORDER BY 1;

-- Agreeing to service agrees to no marketing, whatever it says that it is for, nor brings it back; an opt-out from what nobody knows is one.
INSERT INTO touchpoints (touchpoint, area) VALUES ('web/offer', 'marketing');
INSERT INTO products (product) VALUES ('fibre'), ('mobile');
INSERT INTO customers (customer_id) SELECT n FROM generate_series(2001, 2006) n;
INSERT INTO consents (customer_id, purpose, during) VALUES (2001, 'service', '[2020-01-01,)'), (2002, NULL, '[2020-01-01,)'), (2002, 'safety', '[2025-06-01,)'), (2003, NULL, '[2020-01-01,)'), (2004, NULL, '[2020-01-01,)'), (2005, NULL, '[2020-01-01,2026-02-01)'), (2006, NULL, '[2020-01-01,)');
INSERT INTO consents (customer_id, purpose, granted, during) VALUES (2004, '营销', false, '[2020-01-01,)');
INSERT INTO departures (customer_id, product, at, reason) VALUES (2002, NULL, '2025-01-01', 'competition'), (2003, 'fibre', '2025-01-01', 'death');
SELECT c.customer, p.purpose, p.product, m.allowed, m.reason FROM unnest('{2001,2002,2003,2004,2006}'::bigint[]) c(customer), (VALUES (NULL, NULL), ('service', NULL), (NULL, 'mobile')) p(purpose, product),
    may_contact(c.customer, 'web/offer', '2026-01-15 12:00Z', p.purpose, p.product) m ORDER BY 1, 2 NULLS FIRST, 3 NULLS FIRST;
SELECT relation FROM customers WHERE customer_id = 2003;
-- The first time that is allowed is allowed then: quiet hours hold again an hour after what the customer started, and consent has to last.
UPDATE policies SET rule = '{"min_gap": "4 hours", "quiet": {"from": "21:00", "to": "08:00", "timezone": "UTC"}}';
SELECT recorded FROM record_contact(2006, 'web/offer', '2026-01-15 20:00Z');
SELECT recorded FROM record_contact(2006, 'shop/till', '2026-01-15 21:30Z', initiator => 'customer');
SELECT allowed, reason, next_allowed_at FROM may_contact(2006, 'web/offer', '2026-01-15 22:00Z');
SELECT allowed FROM may_contact(2006, 'web/offer', '2026-01-16 08:00Z');
UPDATE policies SET rule = '{"min_gap": "40 days"}';
SELECT recorded FROM record_contact(2005, 'web/offer', '2026-01-15 20:00Z');
SELECT allowed, next_allowed_at FROM may_contact(2005, 'web/offer', '2026-01-20 12:00Z');
UPDATE policies SET rule = '{"min_gap": "1 day"}';
SELECT allowed, next_allowed_at FROM may_contact(2005, 'web/offer', '2026-01-16 12:00Z');
-- A budget is spent to the last cent, and by contacts without a cost of their own.
UPDATE policies SET rule = '{}';
UPDATE channels SET unit_cost = 0.1 WHERE channel = 'web';
INSERT INTO goals VALUES ('sell', 'purchase');
INSERT INTO contact_plans (name, goal, touchpoint, during, budget) VALUES ('p', 'sell', 'web/offer', '[2020-01-01,)', 0.3);
SELECT plan_id FROM contact_plans \gset
SELECT count(*) FILTER (WHERE within_budget) AS within_budget FROM plan_worklist(:plan_id, '2026-02-20Z');
SELECT recorded, reason FROM record_contact(2006, 'web/offer', '2026-03-01Z', plan_id => :plan_id);
SELECT recorded, reason FROM record_contact(2006, 'web/offer', '2026-03-02Z', plan_id => :plan_id);
SELECT recorded, reason FROM record_contact(2006, 'web/offer', '2026-03-03Z', plan_id => :plan_id);
SELECT recorded, reason FROM record_contact(2006, 'web/offer', '2026-03-04Z', plan_id => :plan_id);
UPDATE contacts SET cost = NULL WHERE plan_id IS NOT NULL;
SELECT allowed, reason FROM may_contact(2006, 'web/offer', '2026-03-09Z', plan_id => :plan_id);
SELECT count(*) FILTER (WHERE within_budget) AS within_budget FROM plan_worklist(:plan_id, '2026-03-09Z');
-- What a customer starts is recorded: at no time, at a place that is none.
SELECT recorded, reason FROM record_contact(2006, 'shop/投诉', 'infinity');
SELECT recorded, reason FROM record_contact(2006, E'web/a\x01\nb', initiator => 'customer');
SELECT recorded, reason FROM record_contact(2006, repeat('长', 5000), initiator => 'customer');
SELECT c.touchpoint, c.initiator FROM contacts c WHERE c.customer_id = 2006 AND c.occurred_at > '2026-04-01Z' ORDER BY c.id;
-- Hours and clocks that the gate cannot take are refused where they are written.
SELECT f.state, f.message FROM unnest(ARRAY['timezone = ''CST''', 'timezone = ''Europe/Berlin'', hours_from = ''00:00'', hours_to = ''24:00''', 'timezone = ''Europe/Berlin'', hours_from = ''08:00:30'', hours_to = ''08:00:45''']) q,
    LATERAL public.failure('UPDATE moved.customers SET ' || q || ' WHERE customer_id = 2006') f;
-- A follow-up lies a while before or after its day, across the turn of the year too.
UPDATE customers SET profile = jsonb_build_object('ends', to_char(now() + interval '5 days' + interval '2 months', '"2020"-MM-DD')) WHERE customer_id = 2006;
UPDATE customers SET profile = jsonb_build_object('first', to_char(now() + interval '5 days' - interval '13 months', '"2020"-MM-DD')) WHERE customer_id = 2001;
INSERT INTO follow_up_rules (base, profile_date, wait, channel, purpose) VALUES ('anniversary', 'ends', '-2 months', 'web', 'service'), ('anniversary', 'first', '13 months', 'web', 'service');
SELECT schedule_anniversaries();

-- Triggers, rules and options on a view are named before it goes, and default rights reach no view that was there.
CREATE FUNCTION public.instead() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER mine INSTEAD OF UPDATE ON uncatalogued FOR EACH ROW EXECUTE FUNCTION public.instead();
CREATE RULE mine AS ON INSERT TO consent_status DO INSTEAD NOTHING;
ALTER VIEW case_report SET (security_barrier);
SELECT * FROM public.failure($$SELECT tp.refresh_contact_model('moved')$$);
DROP TRIGGER mine ON uncatalogued;
DROP RULE mine ON consent_status;
ALTER VIEW case_report RESET (security_barrier);
ALTER DEFAULT PRIVILEGES IN SCHEMA moved GRANT SELECT ON TABLES TO tp_enemy;
GRANT SELECT ON case_report TO tp_enemy;
DROP VIEW uncatalogued;
SELECT refresh_contact_model('moved');
SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'moved'::regnamespace AND c.relkind = 'v' AND a.grantee = 'tp_enemy'::regrole ORDER BY 1;
ALTER DEFAULT PRIVILEGES IN SCHEMA moved REVOKE SELECT ON TABLES FROM tp_enemy;

SET search_path = public, tp;
SELECT drop_contact_model('moved', true);
DROP TABLE mother, daughter, bought;
DROP FUNCTION keep_out(), instead();
DROP OWNED BY tp_enemy;
DROP ROLE tp_enemy;
