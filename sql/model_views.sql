SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET extra_float_digits = 0;

-- A small model whose answers can be had by hand.
SELECT create_contact_model('small', 1, 5, 3);
SET search_path = small;

INSERT INTO channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('shop', 4, 10, 0.5, 2, 2, '{trust,purchase}'), ('sms', 1, 0, 0.25, 5, 4, '{awareness}'), ('fax', 2, 0, 0.1, 1, 1, '{}');
INSERT INTO goals VALUES ('inform', 'awareness'), ('sell', 'purchase'), ('serve', NULL);
INSERT INTO touchpoints (touchpoint, direction, goal, content, designed_as, zone, carrier) VALUES
    ('shop/sale', 'two_way', 'sell', 'advice', 'peak', 'counter', 'employee'),
    ('shop/wait', 'one_way', 'serve', 'a seat', NULL, 'hall', 'facility'),
    ('sms/offer', 'one_way', 'inform', 'offer', NULL, NULL, NULL),
    ('sms/bye', 'one_way', 'serve', 'bye', 'end', NULL, NULL),
    ('sms/pitch', 'one_way', 'sell', 'pitch', NULL, NULL, NULL);
INSERT INTO products VALUES ('phone', 300), ('plan', 20);
INSERT INTO customers (name, relation, relation_since, profile) VALUES ('A', 'customer', '2023-01-01', '{"city": "X"}'), ('B', 'prospect', '2023-01-01', '{}'),
    ('C', 'former', '2024-01-10', '{}'), ('D', 'prospect', '2023-01-01', '{}');
UPDATE customers SET referred_by = 1, referral_confirmed = true WHERE name = 'B';
INSERT INTO audiences VALUES ('x', 'customer', '{"city": "X"}');
INSERT INTO employees (name) VALUES ('Ann');
INSERT INTO contact_plans (name, goal, product, audience, touchpoint, during, every, content, theme, budget)
    VALUES ('p', 'inform', 'plan', 'x', 'sms/offer', '[2024-01-01,2024-01-15)', '7 days', 'offer', 'spring', 10);

INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, expected, cost, duration, value, initiator, product, goal_reached, feedback, feedback_verdict, plan_id, theme, goal, content) VALUES
    ('2024-01-01 10:00', 1, 'sms/offer', NULL, NULL, NULL, NULL, NULL, 'company', 'plan', true, NULL, NULL, 1, 'spring', NULL, NULL),
    ('2024-01-02 10:00', 1, 'shop/wait', 2, 4, 0, '20 min', NULL, 'customer', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-02 10:20', 1, 'shop/sale', 5, 4, NULL, '10 min', 300, 'customer', 'phone', true, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-03 10:00', 1, 'sms/bye', 4, NULL, NULL, NULL, NULL, 'company', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-05 10:00', 2, 'shop/sale', 1, 3, NULL, NULL, NULL, 'customer', NULL, false, 'no stock', 'true', NULL, NULL, NULL, NULL),
    ('2024-01-06 10:00', 2, 'shop/sale', 1, 3, NULL, NULL, NULL, 'customer', NULL, true, 'fine', 'false', NULL, NULL, NULL, NULL),
    ('2024-01-07 10:00', 2, 'shop/sale', NULL, NULL, NULL, NULL, NULL, 'customer', NULL, true, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-08 10:00', 2, 'sms/pitch', NULL, NULL, NULL, NULL, NULL, 'company', NULL, true, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-09 10:00', 3, 'shop/wait', 1, 5, NULL, NULL, NULL, 'customer', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-11 10:00', 3, 'sms/offer', NULL, NULL, NULL, NULL, NULL, 'company', 'phone', NULL, NULL, NULL, 1, 'spring', NULL, NULL),
    ('2024-01-20 10:00', 2, 'shop/sale', 3, 3, NULL, NULL, NULL, 'company', 'plan', NULL, NULL, NULL, 1, 'autumn', NULL, NULL),
    ('2024-01-21 10:00', 4, 'shop/wait', 3, 4, NULL, NULL, NULL, 'customer', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO measures VALUES ('ease', 'how easy it was');
-- Expected at sms/bye: the customer's own evaluation stands in (3), not the survey's (2), nor the later one (1).
INSERT INTO evaluations (customer_id, touchpoint, at, measure, score, expected) VALUES
    (NULL, 'sms/bye', '2024-01-02', 'expected', 2, NULL), (1, 'sms/bye', '2024-01-01', 'ease', 4, 3), (1, 'sms/bye', '2024-01-04', 'expected', 1, NULL);

SELECT id, customer_reason, goal_reason, feedback_reason, valid, verdict FROM contact_validity ORDER BY id;
SELECT id FROM valid_contacts ORDER BY id;
-- A goal without a strength is reached through any channel, also one that has none; of a goal with one nothing is known there; nor without a goal or content.
BEGIN;
INSERT INTO touchpoints (touchpoint) VALUES ('fax/form'), ('desk');
INSERT INTO contacts (occurred_at, customer_id, touchpoint, goal, content) VALUES ('2024-02-01', 1, 'fax/form', 'serve', 'form'), ('2024-02-02', 1, 'fax/form', 'sell', 'form'),
    ('2024-02-03', 1, 'desk', 'sell', 'form'), ('2024-02-04', 1, 'fax/form', NULL, 'form'), ('2024-02-05', 1, 'fax/form', 'serve', NULL);
SELECT touchpoint, occurred_at, goal_reason FROM contact_validity WHERE occurred_at >= '2024-02-01' ORDER BY occurred_at;
ROLLBACK;
-- wait: -2 (A), -4 (C before leaving), -1 (D): mean -7/3, all short. sale: +1 (A), -2 (B). bye: 4 - 3.
SELECT touchpoint, contacts, pairs, expected, perceived, gap, shortfall_share FROM touchpoint_gaps ORDER BY touchpoint;
-- No own expectation and no survey: anybody's before the contact (B's 2), and where none was before, the latest (4).
BEGIN;
DELETE FROM evaluations;
INSERT INTO evaluations (customer_id, touchpoint, at, measure, score) VALUES
    (2, 'sms/bye', '2024-01-01', 'expected', 1), (2, 'sms/bye', '2024-01-02', 'expected', 2), (2, 'sms/bye', '2024-01-04', 'expected', 3), (NULL, 'sms/bye', '2024-01-05', 'expected', 4);
SELECT touchpoint, pairs, expected, gap FROM touchpoint_gaps WHERE touchpoint = 'sms/bye';
DELETE FROM evaluations WHERE at < '2024-01-03';
SELECT touchpoint, pairs, expected, gap FROM touchpoint_gaps WHERE touchpoint = 'sms/bye';
ROLLBACK;
-- A: scores 2 5 4: peak 5 (2 from neutral), end 4: 4.5.
SELECT customer_id, scored, peak, end_score, mean, peak_end FROM customer_scores ORDER BY customer_id;
-- shop: 8 contacts, 7 of them at 4 and one at 0, and 10 for one month: 38 / 8; sms: 4 at 1. Goals: A's sale; A's offer.
SELECT channel, contacts, goals_reached, cost_per_contact, efficiency, measured, rank FROM channel_ranking ORDER BY channel;
-- From 30 contacts of which it is known on, efficiency is measured: 1 known and reached, + 29 more of which 14 reach the goal: 15 / 30.
BEGIN;
INSERT INTO contacts (occurred_at, customer_id, touchpoint, goal_reached)
    SELECT '2024-02-01'::timestamptz + n * interval '1 day', 1, 'sms/offer', n % 2 = 0 FROM generate_series(1, 29) n;
SELECT channel, contacts, known, goals_reached, efficiency, round(efficiency_low::numeric, 3) AS low, round(efficiency_high::numeric, 3) AS high, measured FROM channel_ranking WHERE channel = 'sms';
ROLLBACK;
SELECT * FROM channel_mix;
-- Ways: A buys by offer, wait, sale; then bye. B, C, D do not buy.
SELECT whom, touchpoint, reached, moved, without_count, without_converted, round(odds_ratio::numeric, 3) AS odds_ratio, rank FROM key_touchpoints ORDER BY whom, rank, touchpoint;
SELECT touchpoint, designed_as, peaks, ends, peak_score, end_score, verdict FROM moments_of_truth ORDER BY touchpoint;
-- Contacts 1, 10 (C is no such customer, product phone), 11 (customer, touchpoint, channel and time wrong).
SELECT plan_id, rounds_planned, contacts, right_customer, right_touchpoint, right_channel, right_time, right_product, as_planned, goals_reached, cost, budget_left, refused FROM plan_vs_actual;
INSERT INTO service_standards (touchpoint, measure, target, better) VALUES ('shop/wait', 'duration', 900, 'lower'), ('shop/sale', 'score', 3, 'higher'), ('sms/bye', 'ease', 5, 'higher');
SELECT touchpoint, measure, source, at, customer_id, measured, difference FROM standard_breaches ORDER BY touchpoint, at;
INSERT INTO improvements (finding, touchpoint, done_at, cost, value_realised) VALUES ('too long', 'shop/wait', '2024-01-10', 100, 150);
SELECT touchpoint, roi, pairs_before, pairs_after, gap_before, gap_after, change FROM improvement_effect;
SELECT * FROM theme_consistency ORDER BY scope, product;
UPDATE settings SET theme_limit = 1;
SELECT scope, product, themes, too_many FROM theme_consistency ORDER BY scope, product;
INSERT INTO departures (customer_id, at, reason, product) VALUES (3, '2024-01-10', 'staff', NULL), (2, '2024-01-22', 'product', 'plan'), (4, '2024-01-22', 'staff', 'plan');
SELECT reason, avoidable, departures, round(share::numeric, 3) AS share, left_for_good, products, last_score, last_scored FROM churn_reasons ORDER BY reason;
INSERT INTO blueprint_steps (ordinal, name, touchpoint) VALUES (1, 'arrive', 'shop/wait'), (2, 'buy', 'shop/sale');
INSERT INTO blueprint_elements (step_id, lane, actor, text, fail_point) VALUES (1, 'physical_evidence', NULL, 'seats', false), (1, 'customer', NULL, 'waits', true),
    (2, 'frontstage', 'clerk', 'advises', false), (2, 'backstage', 'store', 'fetches', true), (2, 'support', NULL, 'stock system', true), (2, 'customer', NULL, 'pays', false);
SELECT * FROM service_blueprint;
SELECT * FROM service_panorama ORDER BY zone;
INSERT INTO consents (customer_id, channel, purpose, during, granted, source) VALUES (1, 'sms', 'marketing', '[2024-01-01,)', true, 'form'),
    (1, 'shop', NULL, '[2024-01-01,)', true, 'form'), (1, NULL, 'marketing', '[2024-01-01,)', false, 'call'), (2, 'sms', NULL, '[2023-01-01,2024-01-01)', true, 'form');
SELECT * FROM consent_status ORDER BY channel;
SELECT customer_id, preferred_channel, last_touchpoint, contacts, frequency, monetary, peak_end, repurchases, recommended, recommendations_confirmed, value_step FROM customer_archive ORDER BY customer_id;
INSERT INTO evaluations (measure, score, respondent) VALUES ('expected', 5, 'customer'), ('expected', 4, 'customer'), ('understood', 4, 'manager'),
    ('specified', 3.5, 'audit'), ('delivered', 3, 'audit'), ('promised', 4.5, 'audit'), ('perceived', 2, 'customer'), ('perceived', 3, 'customer');
-- expected is (2 + 1 + 5 + 4) / 4 = 3 with the two of sms/bye.
SELECT * FROM service_gap_model;
-- Expectation and experience asked together are both sides of the customer's gap: 3.5 less 4.5; understood 4 less 4.5.
BEGIN;
DELETE FROM evaluations WHERE measure IN ('expected', 'perceived');
INSERT INTO evaluations (measure, score, expected) VALUES ('perceived', 3, 5), ('perceived', 4, 4);
SELECT * FROM service_gap_model WHERE gap IN ('knowledge', 'customer');
ROLLBACK;
INSERT INTO contact_plans (name, goal, product, audience, touchpoint, during) VALUES ('now', 'inform', 'plan', 'x', 'sms/offer', '[2024-01-01,)');
INSERT INTO cases (customer_id, kind, opened_at) VALUES (1, 'repair', '2024-01-04');
SELECT jsonb_pretty(customer_card(1));
SELECT customer_card(4) -> 'offers' AS offers, customer_card(99) AS nobody;

-- A view on the model stops its drop; without it the model goes.
CREATE VIEW public.mine AS SELECT * FROM small.touchpoint_gaps;
SELECT state, message FROM public.failure($$SELECT tp.drop_contact_model('small', true)$$);
DROP VIEW public.mine;
SELECT message, hint FROM public.failure($$SELECT tp.drop_contact_model('small')$$);
CREATE TABLE small.mine (x int);
SELECT tp.drop_contact_model('small', true);
SELECT relname FROM pg_class WHERE relnamespace = 'small'::regnamespace;
DROP SCHEMA small CASCADE;
