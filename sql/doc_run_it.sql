SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT tp.create_contact_model('firm', scale_low => 1, scale_high => 5);
SET search_path = firm;
INSERT INTO channels (channel, unit_cost) VALUES ('sms', 0.05), ('phone', 2);
INSERT INTO touchpoints (touchpoint, area) VALUES ('sms/offer', 'marketing'), ('phone/advice', 'service');
INSERT INTO customers (name, external_id) VALUES ('Lin', 'A-1'), ('Moss', 'A-2'), ('Lin W.', 'B-7');
INSERT INTO consents (customer_id, channel, during) VALUES (1, 'sms', '[2024-01-01,)');
CREATE ROLE shop_app;
CREATE ROLE shop_analyst;
SELECT tp.grant_contact_model('firm', 'shop_app', 'application'), tp.grant_contact_model('firm', 'shop_analyst', 'analyst');
SET ROLE shop_app;
SELECT recorded, reason FROM record_contact(2, 'sms/offer', '2024-03-01 10:00Z');
DO $$
BEGIN
    INSERT INTO firm.contacts (occurred_at, customer_id, touchpoint) VALUES ('2024-03-01', 2, 'sms/offer');
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE '%', SQLERRM;
END $$;
RESET ROLE;
SELECT recorded, contact_id FROM record_contact(1, 'sms/offer', '2024-03-01 10:00Z', request_id => '7f3a');
SELECT recorded, contact_id FROM record_contact(1, 'sms/offer', '2024-03-01 10:00Z', request_id => '7f3a');
SELECT count(*) FROM contacts;
CREATE TABLE log (no text, customer text, at timestamptz, what text, points int);
INSERT INTO log VALUES (1001, 'A-1', '2023-05-01Z', 'look:web/catalogue', 4), (1002, 'A-1', '2023-05-03Z', 'buy:shop/till', 5), (1003, 'B-7', '2023-05-04Z', 'buy:shop/till', 9);
SELECT catalogue_from('log', 'what', occurred_at => 'at') AS new_touchpoints;
SELECT * FROM import_contacts('log', '{"id": "no", "external_id": "customer", "occurred_at": "at", "touchpoint": "what", "score": "points"}');
SELECT outcome, reason, contacts FROM import_contacts('log', '{"id": "no", "external_id": "customer", "occurred_at": "at", "touchpoint": "what", "score": "points"}');
INSERT INTO consents (customer_id, channel, granted, during) VALUES (3, 'sms', false, '[2024-01-01,)');
SELECT merge_customers(1, 3);
SELECT customer_of('A-1'), customer_of('B-7'), reason FROM may_contact(1, 'sms/offer', '2024-04-01 10:00Z');
SELECT erase_customer(1) ->> 'contacts' AS contacts;
SELECT count(*) AS journeys FROM journeys;
INSERT INTO customers (name, external_id) VALUES ('somebody', 'A-1') RETURNING customer_id;
SELECT channel, status, source FROM consent_status WHERE customer_id = 4;
CREATE VIEW my_scores AS SELECT customer_id, peak_end FROM customer_scores;
DO $$
DECLARE
    what text;
BEGIN
    PERFORM tp.refresh_contact_model('firm');
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS what = PG_EXCEPTION_DETAIL;
    RAISE NOTICE '%', what;
END $$;
DROP VIEW my_scores;
SELECT tp.refresh_contact_model('firm');
ALTER TABLE contacts RENAME TO contacts_old;
CREATE TABLE contacts (LIKE contacts_old INCLUDING ALL) PARTITION BY RANGE (occurred_at);
CREATE TABLE contacts_2023 PARTITION OF contacts FOR VALUES FROM ('2023-01-01Z') TO ('2024-01-01Z');
CREATE TABLE contacts_later PARTITION OF contacts DEFAULT;
INSERT INTO contacts OVERRIDING SYSTEM VALUE SELECT * FROM contacts_old;
GRANT SELECT ON contacts_old TO shop_analyst;
SELECT tp.refresh_contact_model('firm');
SELECT count(*) FILTER (WHERE contype = 'f') AS foreign_keys, (SELECT count(*) FROM contacts_2023) AS in_2023, tp.verify_journeys('journeys') AS untrue_journeys
FROM pg_constraint WHERE conrelid = 'contacts'::regclass AND conparentid = 0;
DROP TABLE contacts_old;
CREATE TABLE kept_scores AS SELECT now() AS kept_at, s.* FROM customer_scores s;
-- and each night
BEGIN;
TRUNCATE kept_scores;
INSERT INTO kept_scores SELECT now(), s.* FROM customer_scores s;
COMMIT;
DROP TABLE kept_scores;
INSERT INTO goals VALUES ('sell', 'purchase');
INSERT INTO contact_plans (name, goal, touchpoint, during) VALUES ('spring', 'sell', 'sms/offer', '[2024-03-01,2024-06-01)');
CREATE TABLE kept_worklist AS SELECT w.* FROM contact_plans p, plan_worklist(p.plan_id, '2024-04-01 10:00Z') w WHERE p.name = 'spring';
SELECT count(*) AS asked FROM kept_worklist;
DROP TABLE kept_worklist;
RESET search_path;
SELECT tp.drop_contact_model('firm', even_with_contacts => true);
DROP TABLE IF EXISTS firm.log;
DROP SCHEMA firm;
DROP OWNED BY shop_app, shop_analyst;
DROP ROLE shop_app, shop_analyst;
