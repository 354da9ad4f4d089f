SET timezone = 'UTC';
SET datestyle = 'ISO';
SET extra_float_digits = 0;    -- shorter figures on this page
SELECT tp.create_contact_model('music', 0, 10, 5);
SET search_path = music;

INSERT INTO stages VALUES ('discover', 1, false), ('try', 2, false), ('subscribe', 3, false), ('use', 4, false), ('leave', 5, true), ('complain', 6, true);
INSERT INTO audiences VALUES ('students', NULL, '{"student": true}', NULL), ('all', NULL, '{}', NULL);
INSERT INTO stage_cards VALUES
    ('discover', 'students', 'what my friends hear', 'a campus campaign', 'show it on your own phone'),
    ('try', 'students', 'no bill by surprise', 'a month free of charge', 'say when it ends'),
    ('subscribe', 'all', 'one tap', 'no second form', NULL),
    ('use', 'all', 'it plays', 'capacity in the evening', 'know the three usual faults'),
    ('leave', 'all', 'to get out as easily as in', 'no hurdles', 'ask why, once'),
    ('complain', 'all', 'to be believed', 'an answer in a day', 'close the loop');
INSERT INTO channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('app', 0.01, 300, 0.2, 4, 5, '{awareness,purchase,loyalty}'), ('sms', 0.05, 0, 0.05, 5, 3, '{awareness}'), ('hotline', 4, 500, 0.3, 2, 2, '{trust}');
INSERT INTO goals VALUES ('tell', 'awareness'), ('win', 'purchase'), ('keep', NULL);
INSERT INTO touchpoints (touchpoint, area, direction, designed_as, goal, content) VALUES
    ('discover:sms/hit of the week', 'marketing', 'one_way', NULL, 'tell', 'a song'),
    ('try:app/free month', 'product', 'one_way', 'peak', 'win', 'all songs'),
    ('subscribe:app/order', 'product', 'one_way', NULL, 'win', 'terms'),
    ('use:app/play', 'product', 'one_way', 'end', 'keep', 'songs'),
    ('leave:app/cancel', 'service', 'one_way', NULL, 'keep', 'confirmation'),
    ('complain:hotline/call', 'service', 'two_way', NULL, 'keep', 'an answer');
UPDATE touchpoints SET complaint = true WHERE stage = 'complain';
INSERT INTO products VALUES ('music', 5);
INSERT INTO customers (name, profile) SELECT 'c' || n, jsonb_build_object('student', n % 2 = 0) FROM generate_series(1, 40) n;
INSERT INTO consents (customer_id, purpose, during) SELECT customer_id, 'marketing', '[2024-01-01,)' FROM customers WHERE customer_id <= 30;
UPDATE policies SET rule = '{"caps": [{"max": 1, "within": "7 days"}], "cooldown": [{"after": "complain:*/*", "wait": "30 days"}]}';
INSERT INTO contact_plans (name, goal, product, audience, touchpoint, during, every, content, theme)
    VALUES ('hits', 'tell', 'music', 'all', 'discover:sms/hit of the week', '[2024-04-01,2024-04-15)', '7 days', 'a song', 'listen');
INSERT INTO follow_up_rules (touchpoint, wait, channel, purpose) VALUES ('complain:*/*', '1 day', 'hotline', 'service'), ('leave:*/*', '30 days', 'sms', 'service');

-- Hits for all who may have them; two thirds try, half of those subscribe, and so on.
SELECT r.recorded, r.reason, count(*)
FROM generate_series(1, 40) n, LATERAL record_contact(n, 'discover:sms/hit of the week', '2024-04-01 10:00Z', plan_id => 1, goal_reached => n % 3 > 0) r
GROUP BY 1, 2 ORDER BY 1 DESC;
SELECT count(*) AS recorded
FROM generate_series(1, 40) n, LATERAL (VALUES
    (1, 'try:app/free month', n % 3 > 0, 8 + n % 2, 6, NULL::float8), (20, 'subscribe:app/order', n % 3 = 1, 6, 6, 5), (25, 'use:app/play', n % 3 = 1, 5 + n % 5, 7, NULL),
    (28, 'complain:hotline/call', n % 12 = 1, 1, 6, NULL), (29, 'leave:app/cancel', n % 3 = 2 AND n % 4 = 0 OR n % 12 = 1, 3, 5, NULL)
) v(day, touchpoint, happens, score, expected, value), LATERAL record_contact(n, v.touchpoint, '2024-04-01 18:00Z'::timestamptz + v.day * interval '1 day',
    score => v.score, expected => v.expected, value => v.value, initiator => 'customer', product => 'music', goal_reached => v.value > 0,
    purpose => CASE WHEN v.touchpoint LIKE 'complain:%' THEN 'complaint' END) r
WHERE v.happens AND r.recorded;
SELECT reason FROM record_contact(1, 'discover:sms/hit of the week', '2024-05-06 10:00Z');
SELECT s.ordinal, s.stage, count(*) AS came_so_far, count(*) FILTER (WHERE w.exits = '{}') AS stay_here, count(*) FILTER (WHERE 'complain' = ANY (w.exits)) AS complain,
    count(*) FILTER (WHERE 'leave' = ANY (w.exits)) AS leave
FROM (
    SELECT j.customer_id,
        (SELECT max(s.ordinal) FROM unnest(tp.path(j.journey, 'stage')) p JOIN stages s ON s.stage = p WHERE NOT s.leaves) AS furthest,
        ARRAY(SELECT DISTINCT s.stage FROM unnest(tp.path(j.journey, 'stage')) p JOIN stages s ON s.stage = p WHERE s.leaves ORDER BY 1) AS exits
    FROM journeys j
) w JOIN stages s ON s.ordinal = w.furthest GROUP BY s.ordinal, s.stage ORDER BY s.ordinal;
INSERT INTO departures (customer_id, product, at, reason)
    SELECT customer_id, 'music', occurred_at, CASE WHEN customer_id % 12 = 1 THEN 'staff' WHEN customer_id % 5 = 0 THEN 'competition' ELSE 'product' END
    FROM contacts WHERE touchpoint = 'leave:app/cancel';
SELECT reason, avoidable, departures, round(share::numeric, 2) AS share, round(last_score::numeric, 1) AS last_score FROM churn_reasons ORDER BY departures DESC, reason;
SELECT g.touchpoint, round(g.gap::numeric, 2) AS gap, c.core_need, c.management_support, c.front_line
FROM touchpoint_gaps g JOIN touchpoints t USING (touchpoint) JOIN stage_cards c USING (stage) WHERE g.gap < 0 ORDER BY g.gap;
SELECT after_touchpoint, channel, count(*), min(due_at) AS first_due FROM follow_ups_due GROUP BY 1, 2 ORDER BY 1;
RESET search_path;
SELECT tp.drop_contact_model('music', even_with_contacts => true);
