SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;

-- What a company runs on: who may what, one record a request, leave, imports, erasure, merging, forgetting, upgrades.
SET plpgsql.extra_errors = 'all';
SELECT create_contact_model('life', 1, 5);
RESET plpgsql.extra_errors;
SET search_path = life;
INSERT INTO channels (channel, unit_cost, efficiency, strengths) VALUES ('sms', 0.05, 0.1, '{awareness}'), ('phone', 2, 0.2, '{trust}'), ('mail', 0.01, 0.1, '{}');
INSERT INTO goals VALUES ('inform', 'awareness');
INSERT INTO touchpoints (touchpoint, area, goal, content, complaint) VALUES ('sms/offer', 'marketing', 'inform', 'x', false),
    ('phone/投诉', 'service', NULL, NULL, true), ('phone/help', 'service', NULL, NULL, false), ('mail/bill', 'service', NULL, NULL, false);
INSERT INTO products VALUES ('fibre', 30);
INSERT INTO customers (name, external_id) SELECT 'c' || n, 'ext' || n FROM generate_series(1, 9) n;
INSERT INTO consents (customer_id, channel, during) SELECT customer_id, 'sms', '[2024-01-01,)' FROM customers WHERE customer_id < 9;

-- An opt-out beats everything of its purpose and channel, exempt or not; one that names no purpose is from marketing.
UPDATE policies SET rule = '{"exempt": ["*/offer", "*/bill"]}';
SELECT allowed, reason FROM may_contact(9, 'sms/offer', '2024-03-01 10:00');
INSERT INTO consents (customer_id, channel, purpose, during, granted) VALUES (8, NULL, NULL, '[2024-01-01,)', false), (7, 'mail', 'payment', '[2024-01-01,)', false),
    (6, NULL, 'service', '[2024-01-01,)', false);
SELECT c AS customer, t AS touchpoint, p AS purpose, m.allowed, m.reason
FROM (VALUES (8, 'sms/offer', NULL), (8, 'phone/help', NULL), (8, 'mail/bill', 'payment'), (7, 'mail/bill', 'payment'), (7, 'mail/bill', 'service'),
    (7, 'sms/offer', NULL), (6, 'phone/help', NULL), (6, 'mail/bill', 'payment'), (6, 'sms/offer', NULL), (5, 'sms/offer', 'payment')) v(c, t, p),
    LATERAL may_contact(c, t, '2024-03-01 10:00', p) m;
-- Gone, left, and back.
INSERT INTO departures (customer_id, at, reason) VALUES (1, '2024-02-01', 'death'), (2, '2024-02-01', 'competition'), (3, '2024-02-01', 'product');
INSERT INTO departures (customer_id, at, reason, product) VALUES (4, '2024-02-01', 'product', 'fibre');
INSERT INTO consents (customer_id, channel, during) VALUES (1, 'sms', '[2024-02-10,)'), (3, 'sms', '[2024-02-10,)');
SELECT c AS customer, p AS product, m.allowed, m.reason, u.relation
FROM (VALUES (1, NULL), (2, NULL), (3, NULL), (4, NULL), (4, 'fibre')) v(c, p) JOIN customers u ON u.customer_id = c, LATERAL may_contact(c, 'sms/offer', '2024-03-01 10:00', product => p) m;
SELECT allowed FROM may_contact(2, 'phone/help', '2024-03-01 10:00');
SELECT recorded FROM record_contact(2, 'phone/help', '2024-02-20', value => 30, initiator => 'customer');
SELECT m.allowed, m.reason, u.relation, u.relation_since FROM customers u, LATERAL may_contact(2, 'sms/offer', '2024-03-01 10:00') m WHERE u.customer_id = 2;
-- Audience, dates and budget of a plan: 0.05 a message, 0.12 for all.
INSERT INTO audiences VALUES ('prospects', 'prospect');
INSERT INTO contact_plans (name, goal, audience, touchpoint, during, budget) VALUES ('plan', 'inform', 'prospects', 'sms/offer', '[2024-03-01,2024-04-01)', 0.12);
SELECT recorded, reason FROM record_contact(4, 'sms/offer', '2024-03-01 10:00', plan_id => 1);
SELECT recorded, reason FROM record_contact(5, 'sms/offer', '2024-03-01 10:00', plan_id => 1);
SELECT recorded, reason FROM record_contact(6, 'sms/offer', '2024-03-01 10:00', plan_id => 1);
SELECT recorded, reason FROM record_contact(2, 'sms/offer', '2024-05-01 10:00', plan_id => 1);
SELECT allowed, reason FROM may_contact(5, 'phone/help', '2024-03-01 10:00', plan_id => 99);
SELECT customer_id, allowed, reason, round(cost::numeric, 2) AS cost, priority, within_budget FROM plan_worklist(1, '2024-03-02 10:00');
SELECT * FROM public.failure($$SELECT plan_worklist(99)$$);
-- Quiet hours go by the customer's clock, and by the hours that they like; what they just asked for is answered, a bill goes out.
INSERT INTO policies (policy, rule) VALUES ('night', '{"quiet": {"from": "21:00", "to": "09:00", "timezone": "UTC"}}');
UPDATE customers SET timezone = 'Asia/Shanghai' WHERE customer_id = 4;
UPDATE customers SET timezone = 'Asia/Shanghai', hours_from = '18:00', hours_to = '20:00' WHERE customer_id = 5;
SELECT * FROM public.failure($$UPDATE life.customers SET timezone = 'Moon/Base' WHERE customer_id = 4$$);
SELECT state FROM public.failure($$UPDATE life.customers SET hours_from = '18:00', hours_to = '20:00' WHERE customer_id = 3$$);
SELECT f.* FROM unnest(ARRAY['UPDATE life.customers SET hours_to = hours_from WHERE customer_id = 5', 'UPDATE life.customers SET timezone = NULL WHERE customer_id = 5',
    'UPDATE life.customers SET relation = ''fan'' WHERE customer_id = 3', 'INSERT INTO life.customers (profile) VALUES (''[]'')']) q, LATERAL public.failure(q) f;
SELECT c AS customer, t AS touchpoint, m.* FROM (VALUES (4, 'phone/help', NULL), (5, 'phone/help', NULL), (3, 'phone/help', NULL), (3, 'mail/bill', 'payment')) v(c, t, p),
    LATERAL may_contact(c, t, '2024-03-05 22:30', p) m;
SELECT allowed FROM may_contact(4, 'phone/help', '2024-03-05 02:00');
SELECT recorded FROM record_contact(3, 'phone/help', '2024-03-05 22:00', initiator => 'customer');
SELECT at, allowed, reason FROM (VALUES (timestamptz '2024-03-05 22:30'), ('2024-03-05 23:00')) v(at), LATERAL may_contact(3, 'phone/help', at) m;
-- A follow-up that is due passes the cool-down of what it follows, no other.
UPDATE policies SET rule = '{"cooldown": [{"after": "*/投诉", "wait": "30 days"}]}' WHERE policy = 'default';
INSERT INTO follow_up_rules (touchpoint, wait, channel, purpose) VALUES ('*/投诉', '2 days', 'phone', 'service');
SELECT recorded, follow_ups FROM record_contact(4, 'phone/投诉', '2024-03-10 10:00', feedback => '太慢');
SELECT recorded, reason FROM record_contact(4, 'phone/help', '2024-03-11 04:00', follow_up_id => 1);
SELECT recorded, reason FROM record_contact(4, 'phone/help', '2024-03-12 11:00');
SELECT follow_up_id, owner_id, escalated FROM follow_ups_due;
SELECT recorded, reason FROM record_contact(4, 'phone/help', '2024-03-12 11:00', follow_up_id => 1);
SELECT status, done_at FROM follow_ups;
-- What they start is recorded whatever is wrong with it, who they are included; a typing error waits to be looked at.
SELECT recorded, reason FROM record_contact(999, 'phne/hlep', '2024-03-12 12:00', initiator => 'customer', score => 4);
SELECT recorded, reason FROM record_contact(NULL, 'a/b/c/d', '2024-03-12 12:00', initiator => 'customer');
SELECT recorded, reason FROM record_contact(NULL, 'phone/help', '2024-03-12 12:00');
SELECT touchpoint, customer_id, detail FROM refusals WHERE detail IS NOT NULL ORDER BY refusal_id;
SELECT touchpoint, new_channel, contacts FROM uncatalogued ORDER BY touchpoint;
SELECT touchpoint, contacts FROM touchpoint_gaps WHERE touchpoint = 'phne/hlep';
SELECT public.failure($$UPDATE life.touchpoints SET kind = 'virtual'$$), public.failure($$INSERT INTO life.purposes VALUES ('x', 'advert')$$), public.failure($$INSERT INTO life.channels (channel, strengths) VALUES ('x', '{trsut}')$$),
    public.failure($$INSERT INTO life.evaluations (measure, score) VALUES ('percieved', 1)$$), public.failure($$INSERT INTO life.evaluations (measure, score) VALUES ('perceived', 99)$$);
-- So of a standard, which may be of what contacts have too; a measure that gets another name takes its evaluations along.
SELECT f.message, f.hint FROM unnest(ARRAY[$$INSERT INTO life.service_standards (touchpoint, measure, target) VALUES ('sms/offer', 'scroe', 3)$$, $$INSERT INTO life.contacts (occurred_at, touchpoint, cost) VALUES (now(), 'sms/offer', -1)$$,
    $$INSERT INTO life.contacts (occurred_at, touchpoint, cost) VALUES (now(), 'sms/offer', 'NaN')$$, $$INSERT INTO life.contacts (occurred_at, touchpoint, score) VALUES (now(), 'sms/offer', 'NaN')$$, $$INSERT INTO life.contacts (occurred_at, touchpoint, value) VALUES (now(), 'sms/offer', '-Infinity')$$,
    $$INSERT INTO life.contacts (occurred_at, touchpoint, duration) VALUES (now(), 'sms/offer', '1 month')$$, $$INSERT INTO life.contacts (occurred_at, touchpoint) VALUES ('infinity', 'sms/offer')$$]) q, LATERAL public.failure(q) f;
BEGIN;
INSERT INTO service_standards (touchpoint, measure, target) VALUES ('sms/offer', 'score', 3), ('sms/offer', 'promised', 3);
INSERT INTO evaluations (measure, score) VALUES ('promised', 3);
UPDATE measures SET measure = 'pledged' WHERE measure = 'promised';
SELECT measure, score FROM evaluations;
-- So do its standards, without which nobody takes it away; what contacts have goes by no table.
SELECT measure FROM service_standards ORDER BY measure;
INSERT INTO measures VALUES ('score'), ('smile');
INSERT INTO service_standards (standard_id, touchpoint, measure, target) VALUES (99, 'phone/help', 'smile', 4);
UPDATE measures SET measure = 'points' WHERE measure = 'score';
SELECT * FROM public.failure($$DELETE FROM life.measures WHERE measure IN ('smile', 'points')$$);
UPDATE service_standards SET measure = 'points' WHERE measure = 'smile';
DELETE FROM measures WHERE measure = 'smile';
SELECT measure FROM service_standards ORDER BY measure;
ROLLBACK;

-- The same request again is answered as the first time.
SELECT recorded, contact_id AS id FROM record_contact(5, 'mail/bill', '2024-03-13 11:00', purpose => 'payment', request_id => 'r1') \gset
SELECT recorded, contact_id = :id AS same, contact_at, follow_ups FROM record_contact(5, 'mail/bill', '2024-03-14 11:00', purpose => 'payment', request_id => 'r1');
SELECT recorded, reason, refusal_id AS id FROM record_contact(8, 'sms/offer', '2024-03-13 11:00', request_id => 'r2') \gset
SELECT recorded, reason, refusal_id = :id AS same FROM record_contact(8, 'sms/offer', '2024-03-13 11:00', request_id => 'r2');
SELECT * FROM public.failure($$SELECT life.record_contact(4, 'mail/bill', '2024-03-14 11:00', request_id => 'r1')$$);

-- Who may what.
CREATE ROLE tp_app; CREATE ROLE tp_analyst; CREATE ROLE tp_front;
SELECT tp.grant_contact_model('life', 'tp_app', 'application'), tp.grant_contact_model('life', 'tp_analyst', 'analyst'), tp.grant_contact_model('life', 'tp_front', "as" => 'front_line');
SELECT * FROM public.failure($$SELECT tp.grant_contact_model('life', 'tp_app', 'boss')$$);
SELECT * FROM public.failure($$SELECT tp.grant_contact_model('life', 'tp_nobody', 'analyst')$$);
SELECT * FROM public.failure($$SELECT tp.grant_contact_model('tp', 'tp_app', 'analyst')$$);
SET ROLE tp_app;
SELECT recorded FROM life.record_contact(4, 'phone/help', '2024-04-20 04:00');
SELECT customer_card(4) -> 'customer' ->> 'name' AS name;
SELECT state, message FROM unnest(ARRAY['INSERT INTO life.contacts (occurred_at, customer_id, touchpoint) VALUES (now(), 1, ''sms/offer'')', 'TABLE life.contacts',
    'UPDATE life.customers SET name = name', 'SELECT life.erase_customer(1)', 'SELECT life.import_contacts(''pg_class'', ''{}'')', 'TABLE life.customer_scores',
    'SELECT life.catalogue_contact(NULL, NULL)', 'SELECT tp.refresh_contact_model(''life'')', 'SELECT tp.grant_contact_model(''life'', ''tp_app'', ''analyst'')']) q, LATERAL public.failure(q);
-- Objects of the caller's own do not slip in.
CREATE TEMP TABLE contacts (x int);
CREATE TEMP TABLE purposes (purpose text, kind text);
INSERT INTO pg_temp.purposes VALUES ('marketing', 'transactional');
CREATE FUNCTION pg_temp.isfinite(timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped as %', current_user; END$$;
SET search_path = pg_temp, life;
SELECT recorded, reason FROM life.record_contact(9, 'sms/offer', '2024-04-20 14:00');
DROP TABLE pg_temp.contacts, pg_temp.purposes;
SET search_path = life;
SET ROLE tp_analyst;
SELECT count(*) > 0 AS reads FROM life.customer_scores;
SELECT state, message FROM unnest(ARRAY['TABLE life.customers', 'SELECT life.record_contact(4, ''phone/help'')']) q, LATERAL public.failure(q);
SET ROLE tp_front;
SELECT recorded FROM life.record_contact(4, 'phone/help', '2024-04-21 04:00');
SELECT state, message FROM unnest(ARRAY['TABLE life.customer_scores', 'SELECT life.may_contact(4, ''phone/help'')']) q, LATERAL public.failure(q);
RESET ROLE;

-- In: the catalogue of a table, and its contacts.
CREATE TABLE public.log (no text, at timestamptz, place text, points int, money float8, k bigint);
INSERT INTO public.log VALUES ('ext4', '2023-01-01', 'visit:shop/desk', 4, 10, 1), ('new1', '2023-01-02', 'visit:shop/desk', 9, NULL, 2), ('new1', '2023-01-03', 'leave:shop/door', 3, NULL, 3),
    ('new2', '2023-01-04', 'nowhere', 2, NULL, 4), ('new2', '2999-01-04', 'leave:shop/door', 2, NULL, 5), ('new2', '2023-01-04', 'leave:shop/door', 2, 'NaN', 6), ('new1', '2023-01-03', 'leave:shop/door', 3, NULL, 3);
SELECT catalogue_from('public.log', 'place', occurred_at => 'at'), catalogue_from('public.log', 'place');
SELECT stage, ordinal, catalogued FROM stages ORDER BY ordinal;
DELETE FROM touchpoints WHERE touchpoint = 'nowhere';
SELECT * FROM import_contacts('public.log', '{"external_id": "no", "occurred_at": "at", "touchpoint": "place", "score": "points", "value": "money", "id": "k"}');
SELECT * FROM import_contacts('public.log', '{"external_id": "no", "occurred_at": "at", "touchpoint": "place", "score": "points", "value": "money", "id": "k"}');
SELECT name, external_id, relation FROM customers WHERE external_id IN ('ext4', 'new1', 'new2') ORDER BY external_id;
SELECT f.* FROM unnest('{"{}","{\"occurred_at\": \"at\", \"touchpoint\": \"plaice\"}","{\"occurred_at\": \"at\", \"touchpoint\": \"place\", \"colour\": \"k\"}",NULL}'::text[]) m,
    LATERAL public.failure(format('SELECT life.import_contacts(''public.log'', %L)', m)) f;

-- A first import makes the keys and indexes of contacts anew: they are what they were. So are journeys, whoever keeps them,
-- and who buys is a customer; a row that is refused stands in the way of no other of its id.
SELECT tp.create_contact_model('first');
CREATE TEMP TABLE keys_before AS SELECT conname AS name, pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conrelid = 'first.contacts'::regclass
    UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'first.contacts'::regclass;
SELECT first.catalogue_from('public.log', 'place') AS touchpoints;
INSERT INTO public.log VALUES ('new1', '2023-02-01', 'visit:shop/desk', 1, NULL, 7), ('new2', '2023-02-01', 'visit:shop/desk', 1, NULL, 7), ('new1', '2023-02-02', 'visit:shop/desk', 1, NULL, 7),
    ('new1', '2023-02-03', 'visit:shop/desk', NULL, NULL, 8), ('new1', '2023-02-04', 'visit:shop/desk', 9, NULL, 8),
    ('new3', '2023-02-05', 'visit:shop/desk', 2, 5, NULL), ('new3', '2023-02-06', 'visit:shop/desk', 77, NULL, 9), ('new3', '2023-02-06', 'visit:shop/desk', 3, 12, 9);
SELECT tp.maintain_journeys('first.contacts', 'by_touchpoint', '{touchpoint}', 'touchpoint::tp.touchpoint', 'occurred_at');
SELECT * FROM first.import_contacts('public.log', '{"external_id": "no", "occurred_at": "at", "touchpoint": "place", "score": "points", "value": "money", "id": "k"}');
SELECT external_id, relation, relation_since FROM first.customers WHERE relation = 'customer' ORDER BY external_id;
SELECT tgname ~ '^keep_' AS keeps, count(*), array_agg(DISTINCT tgenabled) FROM pg_trigger WHERE tgrelid = 'first.contacts'::regclass AND NOT tgisinternal GROUP BY 1 ORDER BY 1;
SELECT touchpoint, tp.contact_count(journey) FROM first.by_touchpoint ORDER BY touchpoint;
SELECT c.id, c.occurred_at, u.external_id, c.score FROM first.contacts c JOIN first.customers u USING (customer_id) ORDER BY c.occurred_at, c.id;
(SELECT conname AS name, pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conrelid = 'first.contacts'::regclass
    UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'first.contacts'::regclass)
    EXCEPT ALL TABLE keys_before;
SELECT count(*) = (SELECT count(*) FROM keys_before) AS all_there, tp.verify_journeys('first.journeys'), tp.verify_journeys('first.by_touchpoint')
FROM (SELECT oid FROM pg_constraint WHERE conrelid = 'first.contacts'::regclass UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = 'first.contacts'::regclass) k;
-- What a view shows is asked once, and a later import goes through the triggers.
CREATE VIEW public.some_log AS SELECT *, nextval('first.contacts_id_seq') + 100 AS n FROM public.log WHERE k IN (7, 8, 9);
SELECT * FROM first.import_contacts('public.some_log', '{"external_id": "no", "occurred_at": "at", "touchpoint": "place", "id": "n"}');
SELECT count(*), count(DISTINCT id), tp.verify_journeys('first.journeys'), tp.verify_journeys('first.by_touchpoint') FROM first.contacts;
DROP VIEW public.some_log;
SELECT tp.stop_maintaining_journeys('first.by_touchpoint');
DROP TABLE first.by_touchpoint;
SELECT tp.drop_contact_model('first', true);
DELETE FROM public.log WHERE k IN (7, 8, 9) OR k IS NULL;

-- Two who are one.
SELECT * FROM public.failure($$SELECT life.merge_customers(4, 4)$$);
SELECT * FROM public.failure($$SELECT life.merge_customers(4, 999)$$);
UPDATE customers SET referred_by = 7 WHERE customer_id = 3;
INSERT INTO consents (customer_id, channel, during) VALUES (9, 'mail', '[2024-01-01,)');
-- Contacts of both that were brought in under one id, and hours that only one has told.
INSERT INTO contacts (id, occurred_at, customer_id, touchpoint) VALUES (5000, '2023-05-01', 9, 'phone/help'), (5000, '2023-05-02', 7, 'phone/help');
INSERT INTO follow_ups (customer_id, contact_at, contact_id, due_at) VALUES (7, '2023-05-02', 5000, '2023-06-01');
UPDATE customers SET timezone = 'Asia/Shanghai', hours_from = '18:00', hours_to = '20:00', data_checked_at = '2023-05-03' WHERE customer_id = 7;
SELECT merge_customers(9, 7);
SELECT c.occurred_at, c.id = 5000 AS as_it_was, f.follow_up_id IS NOT NULL AS followed FROM contacts c LEFT JOIN follow_ups f ON f.contact_at = c.occurred_at AND f.contact_id = c.id
WHERE c.customer_id = 9 AND c.occurred_at >= '2023-05-01' AND c.occurred_at < '2023-06-01' ORDER BY 1;
SELECT timezone, hours_from, hours_to, data_checked_at FROM customers WHERE customer_id = 9;
SELECT customer_of('ext7'), customer_of('ext9'), (SELECT referred_by FROM customers WHERE customer_id = 3) AS referrer;
SELECT allowed, reason FROM may_contact(9, 'mail/bill', '2024-03-01 10:00', 'payment');
SELECT tp.verify_journeys('journeys');

-- Somebody who wants to be forgotten, and comes back.
INSERT INTO cases (customer_id, kind) VALUES (8, 'repair');
SELECT * FROM public.failure($$SELECT life.erase_customer(8)$$);
UPDATE cases SET closed_at = now();
UPDATE customers SET referred_by = 8, referral_confirmed = true WHERE customer_id = 5;
-- What others have with a case of theirs: a survey without a name, and one whose case came of it.
INSERT INTO evaluations (case_id, measure, score) SELECT case_id, 'perceived', 3 FROM cases WHERE customer_id = 8;
INSERT INTO cases (customer_id, kind, closed_at, reopened_from) SELECT 5, 'repair', now(), case_id FROM cases WHERE customer_id = 8;
SELECT erase_customer(8);
SELECT (SELECT count(*) FROM evaluations WHERE case_id IS NULL AND score = 3) AS surveys, (SELECT count(*) FROM cases WHERE customer_id = 5 AND reopened_from IS NULL) AS cases;
SELECT * FROM public.failure($$SELECT life.erase_customer(8)$$);
SELECT count(*) FROM (SELECT customer_id FROM contacts UNION ALL SELECT customer_id FROM refusals UNION ALL SELECT customer_id FROM requests UNION ALL
    SELECT customer_id FROM journeys UNION ALL SELECT referred_by FROM customers UNION ALL SELECT customer_id FROM consents) x WHERE customer_id = 8;
SELECT length(hash), channel, purpose FROM suppressions;
INSERT INTO customers (external_id) VALUES ('ext8') RETURNING customer_id AS back \gset
INSERT INTO consents (customer_id, channel, during) VALUES (:back, 'sms', '[2024-01-01,)');
SELECT allowed, reason LIKE 'opted out%' AS opted_out FROM may_contact(:back, 'sms/offer', now());

-- What is old.
SELECT * FROM public.failure($$SELECT life.forget_contacts('infinity')$$);
SELECT forget_contacts('2023-01-02', keep_journeys => true);
SELECT (SELECT count(*) FROM forgotten_journeys) AS kept, (SELECT tp.first_at(journey) FROM journeys WHERE customer_id = 4) AS live, (SELECT tp.first_at(journey) FROM whole_journeys WHERE customer_id = 4) AS whole;
SELECT forget_contacts('2023-02-01');
SELECT tp.verify_journeys('journeys');

-- Upgrades: whatever tables are there now, and whoever stands in the way.
CREATE VIEW public.mine AS SELECT * FROM customer_scores;
SELECT * FROM public.failure($$SELECT tp.refresh_contact_model('life')$$);
DROP VIEW public.mine;
SELECT * FROM public.failure($$SELECT tp.refresh_contact_model('nowhere')$$);
SELECT count(*) AS before, max(id) AS last FROM contacts \gset
-- What users have put on the table: some of it follows to the one that takes its place, the rest is named.
CREATE TABLE refunds (contact_at timestamptz, contact_id bigint, FOREIGN KEY (contact_at, contact_id) REFERENCES contacts);
INSERT INTO refunds SELECT occurred_at, id FROM contacts;
ALTER TABLE contacts ADD COLUMN shop int, ADD CONSTRAINT one_id UNIQUE (id);
CREATE TABLE notes (contact_id bigint CONSTRAINT about REFERENCES contacts (id));
CREATE INDEX by_score ON contacts (score);
CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER mine BEFORE INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION mine();
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON contacts USING (true);
GRANT SELECT (score) ON contacts TO tp_analyst;
CREATE VIEW public.mine AS SELECT score FROM contacts;
ALTER TABLE contacts RENAME TO contacts_old;
-- Nothing but columns, so that all else has to come.
CREATE TABLE contacts (id bigint, occurred_at timestamptz, customer_id bigint, touchpoint text, score float8, expected float8, cost float8, duration interval,
    value float8, initiator text, case_id bigint, plan_id bigint, product text, employee_id bigint, place text, purpose text, goal text, content text, theme text,
    feedback text, feedback_verdict text, evaluation text, incentive text, goal_reached boolean, result text) PARTITION BY RANGE (occurred_at);
CREATE TABLE contacts_2024 PARTITION OF contacts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE contacts_else PARTITION OF contacts DEFAULT;
INSERT INTO contacts SELECT id, occurred_at, customer_id, touchpoint, score, expected, cost, duration, value, initiator, case_id, plan_id, product, employee_id, place,
    purpose, goal, content, theme, feedback, feedback_verdict, evaluation, incentive, goal_reached, result FROM contacts_old;
SELECT tp.refresh_contact_model('life');
SELECT k.conrelid::regclass AS "table", k.conname, k.confrelid::regclass AS "to" FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
    AND ('contacts'::regclass IN (k.conrelid, k.confrelid) OR k.confrelid = 'contacts_old'::regclass) ORDER BY 1, 2;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'contacts'::regclass AND contype = 'p';
SELECT string_agg(substring(pg_get_indexdef(indexrelid) FROM ' USING (.*)'), '; ' ORDER BY 1) AS indexes FROM pg_index WHERE indrelid = 'contacts'::regclass;
SELECT string_agg(conname, ', ' ORDER BY conname) AS checks FROM pg_constraint WHERE conrelid = 'contacts'::regclass AND contype = 'c';
SELECT string_agg(tgname, ', ') AS left_on_old FROM pg_trigger WHERE tgrelid = 'contacts_old'::regclass AND NOT tgisinternal;
SELECT contact_id = :last + 1 AS next_id FROM record_contact(5, 'mail/bill', '2024-05-12 11:00', purpose => 'payment');
DELETE FROM contacts WHERE id > :last;
SELECT state, message FROM public.failure($$INSERT INTO life.contacts (occurred_at, customer_id, touchpoint) VALUES ('2024-06-01', 999, 'phone/help')$$);
DROP VIEW public.mine;
DROP TABLE notes, refunds;
-- Said once: the next time there is nothing to follow.
SELECT tp.refresh_contact_model('life');
SELECT count(*) = :before AS all, tp.verify_journeys('journeys') FROM contacts;
DROP TABLE contacts_old;
SELECT count(*) = :before AS all FROM contact_validity;
SELECT recorded FROM record_contact(5, 'mail/bill', '2024-05-13 11:00', purpose => 'payment');
SELECT count(*) = :before + 1 AS all, tp.verify_journeys('journeys') FROM contacts;
SELECT has_function_privilege('tp_app', oid, 'EXECUTE') AS app, has_function_privilege('public', oid, 'EXECUTE') AS everybody FROM pg_proc
WHERE pronamespace = 'life'::regnamespace AND proname = 'record_contact';
SELECT has_table_privilege('tp_analyst', 'customer_scores', 'SELECT') AS analyst;
-- A full cap and a cool-down hold back what is only told as a complaint; a complaint never, whatever is wrong beside it and whoever makes it.
INSERT INTO policies (policy, rule) VALUES ('one', '{"caps": [{"max": 1, "within": "30 days"}]}');
SELECT recorded, reason FROM record_contact(4, 'phone/help', '2024-07-01 04:00');
SELECT recorded, reason FROM record_contact(4, 'phone/help', '2024-07-01 05:00');
SELECT recorded, reason FROM record_contact(4, 'phone/投诉', '2024-07-01 06:00', score => 'NaN', cost => -1, feedback_verdict => 'yes');
SELECT recorded, reason FROM record_contact(998, 'phone/投诉', '2024-07-01 06:00');
SELECT recorded, reason FROM record_contact(4, 'sms/offer', '2024-07-02 04:00', purpose => 'complaint');
SELECT customer_id, touchpoint, initiator, score, cost FROM contacts WHERE occurred_at >= '2024-07-01' ORDER BY occurred_at, id;
UPDATE settings SET scale_high = 4;
SELECT * FROM public.failure($$INSERT INTO life.contacts (occurred_at, customer_id, touchpoint, score) VALUES ('2024-06-01', 5, 'phone/help', 5)$$);
RESET search_path;
SET search_path = public, tp;
SELECT drop_contact_model('life', true);
DROP OWNED BY tp_app, tp_analyst, tp_front;
DROP ROLE tp_app, tp_analyst, tp_front;
DROP TABLE log;
