SET timezone = 'UTC';
SET datestyle = 'ISO';
SET extra_float_digits = 0;    -- shorter figures on this page

SELECT tp.create_contact_model('crm', scale_low => 1, scale_high => 5, neutral => 3);
SET search_path = crm;
SELECT relname AS "table", obj_description(oid, 'pg_class') AS purpose
FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relname IN ('touchpoints', 'contacts', 'consents', 'refusals', 'follow_ups')
ORDER BY relname;
INSERT INTO channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('sms', 0.05, 20, 0.04, 5, 4, '{awareness}'),
    ('phone', 3, 200, 0.15, 3, 2, '{trust,purchase}'),
    ('shop', 6, 900, 0.40, 2, 2, '{image,trust,purchase}'),
    ('app', 0.02, 150, 0.10, 4, 5, '{awareness,loyalty}');
INSERT INTO stages VALUES ('research', 1), ('buy', 2), ('use', 3);
INSERT INTO goals VALUES
    ('make known', 'awareness', 'the customer looks at the offer'), ('sell', 'purchase', 'the customer signs'),
    ('help', NULL, 'the matter is settled');
INSERT INTO touchpoints (touchpoint, kind, area, direction, designed_as, goal, content) VALUES
    ('research:sms/offer', 'digital', 'marketing', 'one_way', NULL, 'make known', 'this month''s offer'),
    ('research:app/look around', 'digital', 'product', 'one_way', NULL, 'make known', 'catalogue'),
    ('buy:shop/wait', 'physical', 'service', 'one_way', NULL, 'help', 'a seat and a number'),
    ('buy:shop/advice', 'interpersonal', 'product', 'two_way', 'peak', 'sell', 'advice'),
    ('use:phone/complaint', 'interpersonal', 'service', 'two_way', NULL, 'help', 'an answer'),
    ('use:sms/thanks', 'digital', 'service', 'one_way', 'end', 'help', 'thanks');
UPDATE touchpoints SET complaint = true WHERE label = 'complaint';
INSERT INTO products VALUES ('fibre', 30), ('mobile', 15);
INSERT INTO employees (name, role) VALUES ('Lin', 'adviser'), ('Moss', 'hotline');
INSERT INTO customers (name, relation, profile)
    SELECT 'customer ' || n, CASE WHEN n <= 4 THEN 'prospect' ELSE 'customer' END,
        jsonb_build_object('city', CASE WHEN n % 2 = 0 THEN 'Linden' ELSE 'Moor' END)
    FROM generate_series(1, 8) n;
INSERT INTO audiences VALUES ('Linden', NULL, '{"city": "Linden"}', 'where fibre was laid');
INSERT INTO contact_plans (name, goal, product, audience, touchpoint, during, every, content, theme, owner_id, budget)
VALUES ('fibre comes to Linden', 'make known', 'fibre', 'Linden', 'research:sms/offer',
        '[2024-03-01, 2024-04-01)', '7 days', 'fibre is in your street', 'faster', 1, 5);
SELECT rank, channel, cost_per_contact, efficiency, measured FROM channel_ranking ORDER BY rank;
SELECT strength, channels, covered FROM channel_mix;
INSERT INTO consents (customer_id, channel, purpose, during, source)
    SELECT customer_id, 'sms', 'marketing', '[2024-01-01,)', 'contract' FROM customers WHERE customer_id IN (2, 4, 6);
INSERT INTO consents (customer_id, channel, during, granted, source) VALUES (6, 'sms', '[2024-03-10,)', false, 'call');
UPDATE policies SET rule = '{"caps": [{"max": 1, "within": "7 days", "channel": "sms"}],
    "cooldown": [{"after": "*/complaint", "wait": "14 days"}], "exempt": ["*/thanks"]}' WHERE policy = 'default';
INSERT INTO policies (policy, channel, rule)
    VALUES ('no sms at night', 'sms', '{"quiet": {"from": "21:00", "to": "09:00", "timezone": "Europe/Berlin"}}');
INSERT INTO follow_up_rules (touchpoint, wait, channel, purpose) VALUES
    ('buy:shop/advice', '7 days', 'sms', 'service'), ('*/complaint', '1 day', 'phone', 'service');

SELECT * FROM may_contact(2, 'research:sms/offer', '2024-03-04 22:00Z');
SELECT c.customer_id, r.recorded, r.reason
FROM customers c, LATERAL record_contact(c.customer_id, 'research:sms/offer', '2024-03-04 10:00Z', plan_id => 1) r
WHERE c.profile ->> 'city' = 'Linden' ORDER BY 1;
SELECT r.recorded, r.reason, r.next_allowed_at
FROM (VALUES (2, timestamptz '2024-03-06 20:30Z'), (6, '2024-03-12 10:00Z')) v(customer, at),
    LATERAL record_contact(customer, 'research:sms/offer', at, plan_id => 1) r ORDER BY at;
SELECT r.recorded, r.follow_ups, v.*
FROM (VALUES
    (2, 'research:app/look around', timestamptz '2024-03-04 19:00Z', 4::float8, 3::float8, NULL::float8, true, NULL),
    (2, 'buy:shop/wait', '2024-03-05 09:00Z', 2, 4, NULL, NULL, NULL),
    (2, 'buy:shop/advice', '2024-03-05 09:25Z', 5, 4, 30, true, 'she knew our street'),
    (4, 'buy:shop/wait', '2024-03-06 17:00Z', 1, 4, NULL, NULL, NULL),
    (4, 'buy:shop/advice', '2024-03-06 17:50Z', 3, 4, NULL, false, 'in a hurry'),
    (5, 'buy:shop/advice', '2024-03-07 10:00Z', 4, 4, 15, true, NULL),
    (7, 'buy:shop/wait', '2024-03-08 11:00Z', 3, 3, NULL, NULL, NULL)
) v(customer, touchpoint, at, score, expected, value, reached, said), LATERAL record_contact(v.customer, v.touchpoint, v.at,
    score => v.score, expected => v.expected, value => v.value, goal_reached => v.reached, feedback => v.said,
    product => 'fibre', initiator => 'customer', employee_id => 1) r;
SELECT recorded, follow_ups
FROM record_contact(7, 'use:phone/complaint', '2024-03-09 16:00Z', score => 1, expected => 4, purpose => 'complaint',
    feedback => 'nobody came', employee_id => 2);
SELECT recorded, reason
FROM record_contact(5, 'use:phone/complaint', '2024-03-09 17:00Z', score => 2, expected => 4, purpose => 'complaint',
    feedback => 'a prank', feedback_verdict => 'false', employee_id => 2);
SELECT id, touchpoint, customer_reason, goal_reason, feedback_reason, verdict FROM contact_validity WHERE verdict <> 'valid' ORDER BY id;
SELECT customer_id, scored, mean, peak, end_score, peak_end FROM customer_scores WHERE scored > 0 ORDER BY peak_end, customer_id;
SELECT touchpoint, pairs, expected, perceived, gap, shortfall_share FROM touchpoint_gaps WHERE pairs > 0 ORDER BY gap;
INSERT INTO evaluations (touchpoint, at, measure, respondent, score) VALUES
    ('buy:shop/wait', '2024-03-31', 'expected', 'customer', 4), ('buy:shop/wait', '2024-03-31', 'understood', 'manager', 4),
    ('buy:shop/wait', '2024-03-31', 'specified', 'standard', 3.5), ('buy:shop/wait', '2024-03-31', 'delivered', 'audit', 2),
    ('buy:shop/wait', '2024-03-31', 'promised', 'advertising', 4.5), ('buy:shop/wait', '2024-03-31', 'perceived', 'customer', 2);
SELECT * FROM service_gap_model;
SELECT tp.journey_svg(journey, 3, 760) FROM journeys WHERE customer_id = 4 \g (format=unaligned tuples_only=on)
SELECT whom, rank, touchpoint, reached, moved, round(odds_ratio::numeric, 1) AS odds_ratio, round(q_value::numeric, 2) AS q FROM key_touchpoints
WHERE rank <= 2 ORDER BY whom, rank, touchpoint;
SELECT touchpoint, designed_as, peaks, ends, verdict FROM moments_of_truth ORDER BY touchpoint;
SELECT follow_up_id, due_at, customer_id, channel, after_touchpoint FROM follow_ups_due;
SELECT recorded, reason FROM record_contact(2, 'use:sms/thanks', '2024-03-12 10:00Z', follow_up_id => 1, score => 4);
SELECT count(*) AS still_due FROM follow_ups_due;
SELECT name, contacts, as_planned, right_customer, goals_reached, refused, budget_left FROM plan_vs_actual;
SELECT regexp_replace(reason, '( of| from) [^,]*', '', 'g') AS rules, count(*) FROM refusals GROUP BY 1 ORDER BY 1;
INSERT INTO improvements (finding, touchpoint, action, owner_id, done_at, cost, value_realised)
    VALUES ('customers wait too long', 'buy:shop/wait', 'a second desk', 1, '2024-03-20', 400, 500);
SELECT record_contact(n, 'buy:shop/wait', '2024-03-25 10:00Z', score => 4 - n % 2, expected => 4, initiator => 'customer') FROM generate_series(1, 8) n;
SELECT finding, gap_before, gap_after, change, round(p_value::numeric, 2) AS p_value, roi FROM improvement_effect;
SELECT jsonb_pretty(customer_card(2) - 'customer' - 'consent') AS card;
RESET search_path;
SELECT tp.drop_contact_model('crm', even_with_contacts => true);
