SET timezone = 'UTC';
SET datestyle = 'ISO';
SET extra_float_digits = 0;    -- shorter figures on this page
SELECT tp.create_contact_model('house', -5, 5, 0);
SET search_path = house;

INSERT INTO channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('paper', 0.5, 3000, 0.01, 5, 3, '{awareness,image}'), ('site', 40, 8000, 0.2, 2, 2, '{image,trust,purchase}'),
    ('phone', 4, 300, 0.1, 4, 4, '{trust,loyalty}'), ('home', 25, 2000, 0.5, 2, 5, '{trust,loyalty}');
INSERT INTO stages VALUES ('look', 1), ('buy', 2), ('build', 3), ('move in', 4), ('live', 5);
INSERT INTO goals VALUES ('invite', 'awareness'), ('sell', 'purchase'), ('reassure', 'trust'), ('care', 'loyalty');
INSERT INTO employees (name, role, department, partner) VALUES ('Wei', 'adviser', 'sales', NULL), ('Tan', 'site manager', 'building', NULL),
    ('Gu', 'caretaker', NULL, 'Property Service Ltd');
INSERT INTO touchpoints (touchpoint, kind, method, intent, business_phase, area, brand_level, direction, designed_as, goal, content, owner_id) VALUES
    ('look:paper/advertisement', 'physical', 'advertising', 'arranged', 'sales', 'brand', 'promise', 'one_way', NULL, 'invite', 'a home with a view', 1),
    ('look:site/model flat', 'physical', 'personnel', 'arranged', 'sales', 'product', 'encounter', 'two_way', NULL, 'sell', 'the flat as it will be', 1),
    ('buy:site/contract', 'event', 'meeting', 'arranged', 'sales', 'service', 'encounter', 'two_way', 'peak', 'sell', 'the contract, explained', 1),
    ('build:phone/progress call', 'interpersonal', 'correspondence', 'arranged', 'production', 'service', 'promise', 'two_way', NULL, 'reassure', 'how far it is', 2),
    ('move in:site/handover', 'event', 'meeting', 'arranged', 'service', 'service', 'encounter', 'two_way', 'peak', 'reassure', 'the keys', 2),
    ('move in:site/defects', 'interpersonal', 'personnel', 'spontaneous', 'service', 'service', 'encounter', 'two_way', NULL, 'reassure', 'a list, a date', 2),
    ('live:home/property service', 'interpersonal', 'delegated', 'arranged', 'service', 'service', 'habit', 'two_way', 'end', 'care', 'a visit', 3);
INSERT INTO products VALUES ('flat', 300000);
INSERT INTO follow_up_rules (touchpoint, wait, base, channel, purpose) VALUES
    ('move in:*/handover', '30 days', 'contact', 'home', 'service'), ('move in:*/handover', '200 days', 'case_end', 'phone', 'service');
INSERT INTO blueprint_steps (blueprint, ordinal, name, touchpoint) VALUES
    ('house', 1, 'contract', 'buy:site/contract'), ('house', 2, 'building', 'build:phone/progress call'),
    ('house', 3, 'handover', 'move in:site/handover'), ('house', 4, 'living', 'live:home/property service');
INSERT INTO blueprint_elements (step_id, lane, actor, text, fail_point) VALUES
    (1, 'physical_evidence', NULL, 'signing room', false), (1, 'customer', NULL, 'signs', false), (1, 'frontstage', 'adviser', 'explains', false), (1, 'backstage', 'lawyer', 'drafts', true),
    (2, 'customer', NULL, 'waits', false), (2, 'frontstage', 'site manager', 'calls', true), (2, 'support', NULL, 'building diary', false),
    (3, 'physical_evidence', NULL, 'keys in a box', false), (3, 'customer', NULL, 'walks through', false), (3, 'frontstage', 'site manager', 'lists defects', true), (3, 'backstage', 'cleaners', 'clean', true),
    (4, 'customer', NULL, 'lives', false), (4, 'frontstage', 'caretaker', 'visits', false), (4, 'support', NULL, 'work orders', true);
SELECT ordinal, step, physical_evidence, customer, frontstage, backstage, support, fail_points FROM service_blueprint;
SELECT tp.blueprint_svg('house', 760) \g (format=unaligned tuples_only=on)
INSERT INTO customers (name) SELECT 'family ' || n FROM generate_series(1, 12) n;
INSERT INTO cases (customer_id, product, kind, opened_at) SELECT n, 'flat', 'purchase', '2022-01-01' FROM generate_series(1, 12) n;
SELECT count(*) AS recorded
FROM generate_series(1, 12) n, LATERAL (VALUES
    (5, 'look:site/model flat', 3, 2, NULL::float8, 'like it', true), (40, 'buy:site/contract', 3 + n % 2 * 2, 2, 300000, 'well explained', n <= 9),
    (200, 'build:phone/progress call', CASE WHEN n % 3 = 0 THEN -2 ELSE 1 END, 1, NULL, 'and when?', n <= 9),
    (500, 'move in:site/handover', CASE WHEN n % 4 = 0 THEN -3 ELSE 4 END, 3, NULL, 'at last', n <= 9),
    (501, 'move in:site/defects', -4, -1, NULL, 'a crack', n % 4 = 0 AND n <= 9),
    (600, 'live:home/property service', CASE WHEN n % 3 = 0 THEN 1 ELSE 3 END, 2, NULL, 'friendly', n <= 7)
) v(day, touchpoint, score, expected, value, said, happens), LATERAL record_contact(n, v.touchpoint, '2022-01-01 10:00Z'::timestamptz + v.day * interval '1 day',
    score => v.score, expected => v.expected, value => v.value, feedback => v.said, case_id => n, product => 'flat', goal_reached => v.score > 0,
    initiator => CASE WHEN v.touchpoint LIKE 'look:%' THEN 'customer' ELSE 'company' END) r
WHERE v.happens AND r.recorded;
UPDATE cases SET ends_at = '2024-05-15', outcome = 'moved in' WHERE customer_id <= 9;
SELECT touchpoint, designed_as, peaks, ends, peak_score, end_score, verdict FROM moments_of_truth ORDER BY touchpoint;
SELECT customer_id, peak, end_score, round(peak_end::numeric, 2) AS peak_end, round(mean::numeric, 2) AS mean FROM customer_scores ORDER BY peak_end, customer_id LIMIT 4;
SELECT tp.mean_count(better) AS families, round(now::numeric, 2) AS now, round("then"::numeric, 2) AS "then",
    round(tp.mean(better)::numeric, 2) AS better, round(tp.mean_ci_low(better)::numeric, 2) AS low, round(tp.mean_ci_high(better)::numeric, 2) AS high
FROM (SELECT avg(now) AS now, avg("then") AS "then", tp.mean_agg("then" - now) AS better
      FROM journeys, LATERAL (SELECT tp.peak_end_score(journey, 0) AS now, tp.peak_end_score(tp.adjust_scores(journey, 'move in:*/*', 3, -5, 5), 0) AS "then") s) s;
SELECT due_at::date AS due, count(*), channel, after_touchpoint FROM follow_ups_due GROUP BY 1, 3, 4 ORDER BY 1, 4;
SELECT recorded FROM record_contact(8, 'live:home/property service', '2023-07-20 10:00Z', score => 3, expected => 2, feedback => 'thank you', case_id => 8,
    follow_up_id => (SELECT follow_up_id FROM follow_ups_due WHERE customer_id = 8 AND channel = 'home'));
SELECT peak, end_score, peak_end FROM customer_scores WHERE customer_id = 8;
UPDATE customers SET referred_by = 1, referral_confirmed = true WHERE customer_id = 2;
UPDATE customers SET referred_by = 1 WHERE customer_id = 3;
SELECT name, frequency, recommended, recommendations_confirmed AS confirmed, value_step FROM customer_archive WHERE customer_id IN (1, 4, 12) ORDER BY customer_id;
RESET search_path;
SELECT tp.drop_contact_model('house', even_with_contacts => true);
