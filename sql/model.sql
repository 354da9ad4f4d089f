SET search_path = public, tp;

-- One call makes the model, with the extension's schema off the search_path.
SET search_path = public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
-- PL/pgSQL reads every body with all its warnings as errors.
SET check_function_bodies = on;
SET plpgsql.extra_errors = 'all';
SELECT tp.create_contact_model('crm');
SELECT * FROM failure($$SELECT tp.create_contact_model('crm')$$);
SELECT * FROM failure($$SELECT tp.create_contact_model(NULL)$$);
SELECT * FROM failure($$SELECT tp.create_contact_model('public')$$) WHERE state = '42P06';
SELECT * FROM failure($$SELECT tp.create_contact_model('x', 5, 1, 3)$$);
SELECT * FROM failure($$SELECT tp.create_contact_model('x', 1, 5, 'NaN')$$);
SELECT tp.create_contact_model('x', 0, 10);
SELECT scale_low, scale_high, neutral FROM x.settings;
SELECT tp.drop_contact_model('x');
SELECT * FROM failure($$SELECT tp.create_contact_model('pg_x')$$);
SELECT scale_low, scale_high, neutral, theme_limit, lookback, visit_gap FROM crm.settings;

-- Whatever a name holds, nothing is done but what was asked for.
CREATE TABLE witness (x int);
SELECT tp.create_contact_model(n) FROM unnest(ARRAY['a"b', 'a''; DROP TABLE public.witness; --', '$model$; DROP TABLE public.witness; $model$',
    '@model@', '$model$model1$', '顾客', 'Mixed Case', 'a$model$', 'back\slash', '%I %s']::name[]) n;
SELECT nspname, (SELECT count(*) FROM pg_class WHERE relnamespace = s.oid AND relkind IN ('r', 'v'))
    = (SELECT count(*) FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'v')) AS whole
FROM pg_namespace s WHERE nspname ~ '[^a-z_0-9]' ORDER BY nspname COLLATE "C";
INSERT INTO "$model$; DROP TABLE public.witness; $model$".customers DEFAULT VALUES;
SELECT recorded, reason FROM "$model$; DROP TABLE public.witness; $model$".record_contact(1, '$model$/''; DROP TABLE public.witness; --');
SELECT recorded, reason FROM "$model$; DROP TABLE public.witness; $model$".record_contact(1, '"@model@"/"''; DROP TABLE public.witness; --"', initiator => 'customer');
SELECT * FROM failure($$SELECT tp.drop_contact_model('$model$; DROP TABLE public.witness; $model$')$$);
SELECT tp.drop_contact_model(nspname, true) FROM pg_namespace WHERE nspname ~ '[^a-z_0-9]' ORDER BY nspname COLLATE "C";
SELECT count(*) FROM pg_namespace WHERE nspname ~ '[^a-z_0-9]';
SELECT * FROM failure($$SELECT tp.drop_contact_model('$model$')$$);
SELECT * FROM failure($$SELECT tp.drop_contact_model('tp')$$);
-- nor anybody's tables that only have such names
CREATE SCHEMA alike
    CREATE TABLE contacts (customer int)
    CREATE TABLE customers (customer int)
    CREATE TABLE settings (key text, value text);
CREATE FUNCTION alike.record_contact() RETURNS void LANGUAGE sql AS '';
INSERT INTO alike.customers VALUES (1);
SELECT * FROM failure($$SELECT tp.drop_contact_model('alike', true)$$);
TABLE alike.customers;
SET client_min_messages = warning;
DROP SCHEMA alike CASCADE;
RESET client_min_messages;
SELECT count(*) FROM witness;
DROP TABLE witness;

-- In an empty schema of the caller's too; and all goes again.
CREATE SCHEMA empty;
SELECT tp.create_contact_model('empty');
SELECT tp.drop_contact_model('empty');
SELECT count(*) FROM pg_namespace WHERE nspname = 'empty';

-- Every object that it makes has a comment; nobody but the owner may call it;
-- only the live journeys hold a value of the extension; names do not follow the session.
SELECT c.relname FROM pg_class c WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'v')
    AND obj_description(oid, 'pg_class') IS NULL;
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
    AND col_description(c.oid, attnum) IS NULL ORDER BY 1, 2;
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'crm'::regnamespace
    AND (obj_description(oid, 'pg_proc') IS NULL OR proname <> 'not_one_of' AND has_function_privilege('public', oid, 'EXECUTE')
        OR prosqlbody IS NULL AND NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig));
SELECT a.attrelid::regclass, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    JOIN pg_type t ON t.oid = a.atttypid
WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r' AND t.typnamespace = 'tp'::regnamespace;

-- A touchpoint is its text or its parts.
INSERT INTO crm.channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('sms', 0.1, 0, 0.05, 5, 4, '{awareness,purchase}'), ('shop', 5, 100, 0.4, 2, 2, '{trust,purchase}'),
    ('web', 0.01, 50, 0.1, 4, 5, '{awareness,image}');
INSERT INTO crm.stages VALUES ('buy', 1), ('use', 2);
INSERT INTO crm.goals VALUES ('inform', 'awareness'), ('sell', 'purchase'), ('help', NULL);
INSERT INTO crm.touchpoints (touchpoint, area, direction, goal, content, designed_as, zone, carrier) VALUES
    ('sms/offer', 'marketing', 'one_way', 'inform', 'offer', NULL, NULL, NULL),
    ('sms/receipt', 'service', 'one_way', 'help', 'receipt', NULL, NULL, NULL),
    ('use:shop/repair', 'service', 'two_way', 'help', 'repair', 'end', 'counter', 'employee'),
    ('web/help', 'service', 'one_way', 'help', NULL, NULL, NULL, NULL);
INSERT INTO crm.touchpoints (channel, label, stage, direction, goal, content, designed_as, zone, carrier) VALUES
    ('shop', 'sale', 'buy', 'two_way', 'sell', 'advice', 'peak', 'counter', 'employee'),
    ('shop', 'waiting/queue', NULL, 'one_way', 'help', 'a seat', NULL, 'hall', 'facility');
SELECT touchpoint, channel, label, stage FROM crm.touchpoints ORDER BY touchpoint COLLATE "C";
SELECT * FROM failure($$INSERT INTO crm.touchpoints (touchpoint, channel, label) VALUES ('a/b', 'sms', 'b')$$);
SELECT * FROM failure($$INSERT INTO crm.touchpoints (touchpoint) VALUES ('a/b/c')$$);
SELECT state FROM failure($$INSERT INTO crm.touchpoints (touchpoint, kind) VALUES ('sms/x', 'virtual')$$);
UPDATE crm.touchpoints SET label = 'waiting' WHERE touchpoint = 'shop/"waiting/queue"';
SELECT touchpoint FROM crm.touchpoints WHERE zone = 'hall';

-- Policies are looked at when they are written.
SELECT state, message FROM failure($$UPDATE crm.policies SET rule = '{"cap": []}'$$);
SELECT state, message FROM failure($$UPDATE crm.policies SET rule = '{"caps": [{"max": 0, "within": "1 day"}]}'$$);
SELECT state, message FROM failure($$UPDATE crm.policies SET rule = '{"quiet": {"from": "21:00", "to": "09:00"}}'$$);
UPDATE crm.policies SET rule = '{"caps": [{"max": 2, "within": "7 days", "channel": "sms"}], "min_gap": "4 hours", "exempt": ["sms/receipt"]}';
INSERT INTO crm.policies VALUES ('night', 'sms', '{"quiet": {"from": "21:00", "to": "09:00", "timezone": "UTC"}}');

INSERT INTO crm.products VALUES ('phone', 300), ('plan', 20);
INSERT INTO crm.employees (name, role) VALUES ('Ann', 'shop');
INSERT INTO crm.customers (name, relation, profile) VALUES ('One', 'customer', '{"city": "X"}'), ('Two', 'prospect', '{"city": "X"}'), ('Three', 'customer', '{}');
INSERT INTO crm.customers (name, relation, referred_by, referral_confirmed) VALUES ('Four', 'prospect', 1, true);
INSERT INTO crm.audiences VALUES ('X people', NULL, '{"city": "X"}');
INSERT INTO crm.contact_plans (name, goal, product, audience, touchpoint, during, every, content, theme, budget)
    VALUES ('spring', 'inform', 'plan', 'X people', 'sms/offer', '[2024-03-01Z,2024-04-01Z)', '7 days', 'offer', 'spring', 10);
INSERT INTO crm.contact_plans (name, goal, product, audience, touchpoint, during)
    VALUES ('always', 'inform', 'phone', 'X people', 'sms/offer', '[2024-01-01Z,)');
INSERT INTO crm.follow_up_rules (touchpoint, wait, base, channel, purpose) VALUES
    ('*/sale', '7 days', 'contact', 'sms', 'service'), ('*/repair', '1 day', 'case_end', 'sms', 'service');
INSERT INTO crm.consents (customer_id, channel, purpose, product, during, granted) VALUES
    (1, 'sms', 'marketing', NULL, '[2024-01-01Z,)', true), (2, 'sms', NULL, NULL, '[2024-01-01Z,)', true),
    (2, 'sms', NULL, NULL, '[2024-03-10Z,)', false), (3, 'sms', NULL, 'plan', '[2024-01-01Z,2024-02-01Z)', true);

-- Through the gate.
SELECT recorded, reason, next_allowed_at, contact_id, refusal_id FROM crm.record_contact(1, 'sms/offer', '2024-03-02 10:00Z', plan_id => 1);
SELECT recorded, reason, next_allowed_at, contact_id, refusal_id FROM crm.record_contact(1, 'sms/offer', '2024-03-02 11:00Z', plan_id => 1);
SELECT recorded, reason, next_allowed_at FROM crm.record_contact(1, 'sms/receipt', '2024-03-02 20:00Z');
SELECT recorded, reason, next_allowed_at FROM crm.record_contact(1, 'sms/offer', '2024-03-02 22:00Z');
SELECT recorded, reason, next_allowed_at FROM crm.record_contact(1, 'sms/receipt', '2024-03-02 20:30Z');
-- Put before those that were recorded: it would break their promise.
SELECT recorded, reason, next_allowed_at FROM crm.record_contact(1, 'sms/offer', '2024-03-02 07:00Z');
SELECT recorded, reason, next_allowed_at FROM crm.record_contact(1, 'sms/offer', '2024-03-02 09:00Z');
-- Consent: none, withdrawn, for another product, past.
SELECT recorded, reason FROM crm.record_contact(4, 'sms/offer', '2024-03-05 10:00Z');
SELECT recorded, reason FROM crm.record_contact(2, 'sms/offer', '2024-03-05 10:00Z');
SELECT recorded, reason FROM crm.record_contact(2, 'sms/offer', '2024-03-15 10:00Z');
SELECT recorded, reason FROM crm.record_contact(3, 'sms/offer', '2024-01-05 10:00Z');
SELECT recorded, reason FROM crm.record_contact(3, 'sms/offer', '2024-01-05 10:00Z', product => 'plan');
SELECT recorded, reason FROM crm.record_contact(3, 'sms/offer', '2024-02-15 10:00Z', product => 'plan');
-- A purpose does not make an offer a service; a service needs no consent.
SELECT recorded, reason FROM crm.record_contact(3, 'sms/offer', '2024-02-15 10:00Z', purpose => 'service');
SELECT recorded, reason FROM crm.record_contact(3, 'web/help', '2024-02-15 10:00Z');
SELECT recorded, reason FROM crm.record_contact(3, 'web/help', '2024-02-15 20:00Z', purpose => 'marketing');
-- Plan, catalogue, customer, future.
SELECT recorded, reason FROM crm.record_contact(1, 'sms/offer', '2024-04-02 10:00Z', plan_id => 1);
SELECT recorded, reason FROM crm.record_contact(1, 'sms/offer', '2024-04-02 10:00Z', plan_id => 99);
SELECT recorded, reason FROM crm.record_contact(1, 'sms/nothing', '2024-04-02 10:00Z');
SELECT recorded, reason FROM crm.record_contact(1, 'fax/nothing', '2024-04-02 10:00Z');
SELECT recorded, reason FROM crm.record_contact(99, 'sms/offer', '2024-04-02 10:00Z');
SELECT recorded, reason FROM crm.record_contact(1, 'sms/offer', now() + '1 day');
SELECT * FROM failure($$SELECT crm.record_contact(NULL, 'sms/offer')$$);
SELECT * FROM failure($$SELECT crm.record_contact(1, NULL)$$);
SELECT * FROM failure($$SELECT crm.record_contact(1, 'sms/offer', 'infinity')$$);
SELECT * FROM failure($$SELECT crm.record_contact(1, 'sms/offer', initiator => 'robot')$$);
SELECT state FROM failure($$SELECT crm.record_contact(1, 'a/b/c')$$);
SELECT state FROM failure($$SELECT crm.record_contact(1, 'shop/waiting', '2024-03-01 08:00Z', initiator => 'customer', score => 'NaN', cost => -1, feedback_verdict => 'yes', duration => '-1 day', value => 'Infinity', expected => 99, feedback => 'bad')$$);
SELECT reason, detail, contact_id IS NOT NULL AS kept FROM crm.refusals WHERE detail IS NOT NULL;
SELECT * FROM failure($$SELECT crm.record_contact(1, 'sms/receipt', '2024-02-01Z', score => 99)$$);
-- What customers start, and any complaint, is recorded, wherever and whenever.
SELECT recorded, reason FROM crm.record_contact(1, 'sms/offer', '2024-03-02 23:00Z', initiator => 'customer');
SELECT recorded, reason FROM crm.record_contact(1, 'letter/anger', '2024-03-02 23:30Z', initiator => 'customer', purpose => 'complaint', feedback => 'too many offers');
SELECT recorded, reason, contact_at <= now() + '1 min' AS now FROM crm.record_contact(4, 'web/help', now() + '1 day', initiator => 'third_party');
SELECT touchpoint, initiator, catalogued FROM crm.touchpoints WHERE NOT catalogued;
SELECT recorded, reason FROM crm.record_contact(1, 'letter/anger', '2024-04-02 23:30Z');
-- Refusals are all that the refused left.
SELECT count(*), (SELECT count(*) FROM crm.contacts) AS contacts FROM crm.refusals;
SELECT verify_journeys FROM tp.verify_journeys('crm.journeys');
-- A complaint is what the catalogue calls one, in any language; no cap and no cool-down keeps it out. A purpose makes none.
INSERT INTO crm.touchpoints (touchpoint, complaint) VALUES ('letter/complaint', true), ('web/投诉', true);
SELECT recorded, reason FROM crm.record_contact(4, 'web/投诉', '2024-04-03 22:30Z');
SELECT recorded, reason FROM crm.record_contact(4, 'sms/offer', '2024-04-03 22:40Z', purpose => 'complaint');
SELECT recorded, reason FROM crm.record_contact(4, 'letter/complaint', '2024-04-03 23:30Z');
SELECT touchpoint, initiator, purpose FROM crm.contacts WHERE touchpoint IN ('letter/complaint', 'web/投诉') ORDER BY occurred_at;
-- A wrong word beside it does not lose what a customer says; the company is told to look it up.
SELECT recorded, reason FROM crm.record_contact(4, 'web/help', '2024-04-03 23:40Z', initiator => 'customer', product => 'car',
    plan_id => 99, case_id => 99, employee_id => 99, place => 'moon', goal => 'fly', follow_up_id => 99);
SELECT recorded, reason FROM crm.record_contact(4, 'web/help', '2024-04-03 23:41Z', initiator => 'customer', product => 'phone', plan_id => 2, employee_id => 1, goal => 'help');
SELECT state FROM failure($$SELECT crm.record_contact(4, 'web/help', '2024-04-05 23:40Z', product => 'car')$$);
-- A rule that cannot be read would keep every contact out: it is refused at definition.
SELECT state, message FROM failure($$INSERT INTO crm.follow_up_rules (touchpoint, wait) VALUES ('a//b', '1 day')$$);
-- Asking beforehand is answered as recording is: for the plan's product when none is given.
BEGIN;
UPDATE crm.customers SET profile = '{"city": "X"}' WHERE customer_id = 4;
INSERT INTO crm.consents (customer_id, channel, product, during) VALUES (4, 'sms', 'phone', '[2024-01-01Z,)');
SELECT allowed, reason FROM crm.may_contact(4, 'sms/offer', '2024-03-05 10:00Z', plan_id => 2);
SELECT allowed, reason FROM crm.may_contact(4, 'sms/offer', '2024-03-05 10:00Z', product => 'plan', plan_id => 2);
SELECT recorded, reason FROM crm.record_contact(4, 'sms/offer', '2024-03-05 10:00Z', plan_id => 2);
ROLLBACK;
-- A touchpoint may be part of another, never of itself.
SELECT state FROM failure($$UPDATE crm.touchpoints SET parent = touchpoint WHERE touchpoint = 'shop/waiting'$$);
UPDATE crm.touchpoints SET parent = 'buy:shop/sale' WHERE touchpoint = 'shop/waiting';
-- Asking changes nothing.
SELECT * FROM crm.may_contact(1, 'sms/offer', '2024-03-02 22:00Z');

-- Follow-ups: after the contact, and after the end of the case; done, they do not come back.
SELECT recorded, follow_ups FROM crm.record_contact(1, 'buy:shop/sale', '2024-03-06 10:00Z', duration => '30 min', score => 5, expected => 4,
    value => 300, product => 'phone', goal_reached => true, initiator => 'customer', employee_id => 1);
INSERT INTO crm.cases (customer_id, kind, opened_at) VALUES (1, 'repair', '2024-03-20Z');
SELECT recorded, reason FROM crm.record_contact(2, 'web/help', '2024-03-20 10:00Z', case_id => 1);
SELECT recorded, follow_ups FROM crm.record_contact(1, 'use:shop/repair', '2024-03-20 10:00Z', score => 2, expected => 4, case_id => 1, initiator => 'customer');
UPDATE crm.cases SET ends_at = '2024-03-25Z';
UPDATE crm.cases SET closed_at = '2024-03-24 12:00Z', outcome = 'repaired';
SELECT follow_up_id, due_at AT TIME ZONE 'UTC' AS due_at, channel, case_id, contact_id, after_touchpoint, after_score FROM crm.follow_ups_due;
SELECT recorded, follow_ups FROM crm.record_contact(1, 'sms/receipt', '2024-03-26 10:00Z', purpose => 'service', follow_up_id => 2);
SELECT * FROM failure($$SELECT crm.record_contact(1, 'sms/receipt', '2024-03-26 18:00Z', follow_up_id => 2)$$);
SELECT follow_up_id FROM crm.follow_ups_due;
-- A channel that is renamed takes its touchpoints and contacts along, and the journeys know.
UPDATE crm.channels SET channel = 'text' WHERE channel = 'sms';
SELECT touchpoint, count(*) FROM crm.contacts WHERE touchpoint LIKE 'text/%' GROUP BY 1 ORDER BY 1;
SELECT tp.verify_journeys('crm.journeys');
SELECT tp.drop_contact_model('crm', true);
