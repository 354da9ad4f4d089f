-- A company for model.sh: :contacts contacts of :customers customers over three years, written to :file,
-- in schema bench_million. Run with the model's schema and that of the extension on the search_path.
SELECT setseed(0.15);
INSERT INTO channels (channel, unit_cost, fixed_cost, efficiency, ease, convenience, strengths) VALUES
    ('web', 0.01, 900, 0.05, 5, 5, '{awareness,purchase}'), ('app', 0.01, 1200, 0.08, 5, 5, '{purchase,loyalty}'),
    ('sms', 0.05, 0, 0.04, 4, 3, '{awareness}'), ('mail', 0.01, 100, 0.03, 4, 3, '{awareness,image}'),
    ('phone', 2, 5000, 0.3, 3, 4, '{trust,loyalty}'), ('shop', 4, 20000, 0.4, 2, 3, '{trust,purchase}'),
    ('courier', 3, 0, 0.2, 3, 4, '{}'), ('billboard', 0, 9000, 0.01, 1, 1, '{awareness,image}');
INSERT INTO stages (stage, ordinal) SELECT s, n FROM unnest('{look,choose,buy,use,service,leave}'::text[]) WITH ORDINALITY u(s, n);
INSERT INTO goals (goal, strength) VALUES ('inform', 'awareness'), ('sell', 'purchase'), ('serve', NULL), ('keep', 'loyalty'), ('convince', 'trust');
INSERT INTO products SELECT 'product ' || n, 10 * n FROM generate_series(1, 12) n;
INSERT INTO places (place) SELECT 'place ' || n FROM generate_series(1, 40) n;
INSERT INTO employees (name, role, department) SELECT 'employee ' || n, 'clerk', 'department ' || n % 8 FROM generate_series(1, 300) n;
INSERT INTO touchpoints (channel, label, stage, kind, hard_or_soft, active_or_passive, business_phase, area, zone, carrier, direction,
        designed_as, goal, content)
    SELECT (ARRAY['web','app','sms','mail','phone','shop','courier'])[1 + n % 7], 'label ' || n, (ARRAY['look','choose','buy','use','service','leave'])[1 + n % 6],
        (ARRAY['physical','digital','interpersonal','event'])[1 + n % 4], (ARRAY['hard','soft'])[1 + n % 2], (ARRAY['active','passive'])[1 + n / 2 % 2],
        (ARRAY['research','procurement','production','sales','service'])[1 + n % 5], (ARRAY['marketing','service','product','brand'])[1 + n % 4],
        'zone ' || n % 6, (ARRAY['customer','employee','environment','facility'])[1 + n % 4], CASE WHEN n % 3 = 0 THEN 'two_way' ELSE 'one_way' END,
        CASE n WHEN 17 THEN 'peak' WHEN 40 THEN 'end' END, CASE WHEN n % 10 > 0 THEN (ARRAY['inform','sell','serve','keep','convince'])[1 + n % 5] END,
        CASE WHEN n % 12 > 0 THEN 'content ' || n % 20 END
    FROM generate_series(1, 60) n;
INSERT INTO customers (name, external_id, profile, needs, relation) SELECT 'customer ' || n, 'x' || n, jsonb_build_object('city', 'city ' || n % 50),
        CASE WHEN n % 3 = 0 THEN 'speed' END, CASE WHEN n % 40 = 0 THEN 'competitor' ELSE 'prospect' END
    FROM generate_series(1, :customers) n;
UPDATE customers SET referred_by = customer_id / 2, referral_confirmed = customer_id % 2 = 0 WHERE customer_id % 20 = 4;
INSERT INTO consents (customer_id, purpose, during) SELECT customer_id, 'marketing', '[2020-01-01,)' FROM customers WHERE customer_id % 5 < 3;
INSERT INTO consents (customer_id, channel, granted, during) SELECT customer_id, 'phone', false, '[2021-01-01,)' FROM customers WHERE customer_id % 10 = 1;
INSERT INTO cases (customer_id, kind, product, opened_at, ends_at, closed_at, reopened_from)
    SELECT 1 + n * 7 % :customers, (ARRAY['purchase','repair','claim'])[1 + n % 3], 'product ' || 1 + n % 12, '2024-01-01Z'::timestamptz + n * interval '15 minutes',
        '2024-01-11Z'::timestamptz + n * interval '15 minutes', CASE WHEN n % 20 > 0 THEN '2024-01-05Z'::timestamptz + n * interval '15 minutes' END,
        CASE WHEN n % 30 = 7 THEN n - 5 END
    FROM generate_series(1, :customers * 6 / 10) n;
INSERT INTO audiences VALUES ('city 7', NULL, '{"city": "city 7"}'), ('customers', 'customer', '{}');
INSERT INTO contact_plans (name, goal, product, audience, touchpoint, during, every, content, theme, budget)
    SELECT 'plan ' || n, 'inform', 'product ' || n, CASE WHEN n = 1 THEN 'city 7' ELSE 'customers' END,
        (SELECT t.touchpoint FROM touchpoints t WHERE t.channel = 'sms' ORDER BY t.touchpoint OFFSET n LIMIT 1), '[2024-01-01,)', '7 days', 'content ' || n, 'theme ' || n, 50000
    FROM generate_series(1, 5) n;
INSERT INTO mass_contacts (touchpoint, period, impressions, responses, cost, theme)
    SELECT (SELECT t.touchpoint FROM touchpoints t WHERE t.channel = 'mail' ORDER BY t.touchpoint OFFSET n % 5 LIMIT 1),
        tstzrange('2024-01-01Z'::timestamptz + n * interval '1 day', '2024-01-02Z'::timestamptz + n * interval '1 day'), 1000 * n, n, n, 'theme ' || n % 6 FROM generate_series(1, 500) n;
INSERT INTO blueprint_steps (ordinal, name, touchpoint) SELECT row_number() OVER (ORDER BY touchpoint), label, touchpoint FROM touchpoints WHERE stage IS NOT NULL LIMIT 20;
INSERT INTO blueprint_elements (step_id, lane, text) SELECT step_id, l, 'does ' || l FROM blueprint_steps, unnest('{customer,frontstage,backstage}'::text[]) l;
INSERT INTO service_standards (touchpoint, measure, target, better) SELECT touchpoint, 'score', 3, 'higher' FROM touchpoints WHERE direction = 'two_way';
INSERT INTO service_standards (touchpoint, measure, target, better) SELECT touchpoint, 'duration', 900, 'lower' FROM touchpoints WHERE channel = 'phone';
INSERT INTO improvements (finding, touchpoint, done_at, cost, value_realised) SELECT 'slow', touchpoint, '2025-03-01Z', 100, 150 FROM touchpoints WHERE channel IN ('phone', 'shop') LIMIT 12;
INSERT INTO departures (customer_id, at, reason) SELECT customer_id, '2025-06-01Z'::timestamptz + customer_id * interval '1 minute',
        (SELECT array_agg(reason ORDER BY reason) FROM departure_reasons)[1 + customer_id / 50 % 6] FROM customers WHERE customer_id % 50 = 3;
INSERT INTO evaluations (customer_id, touchpoint, at, measure, score, expected)
    SELECT CASE WHEN n % 4 > 0 THEN 1 + n * 3 % :customers END, (SELECT array_agg(touchpoint ORDER BY touchpoint) FROM touchpoints)[1 + n % 60], '2024-01-01Z'::timestamptz + n * interval '20 minutes',
        (ARRAY['expected','perceived','understood','specified','delivered','promised','recalled','loyalty'])[1 + n / 4 % 8], 1 + n * 7 % 5, CASE WHEN n % 3 = 0 THEN 4 END
    FROM generate_series(1, :customers / 2) n;
INSERT INTO follow_up_rules (touchpoint, wait, channel, purpose) VALUES ('service:*', '2 days', 'phone', 'service');

CREATE TABLE bench_million.made AS
SELECT n AS id, r.at AS occurred_at, r.who AS customer_id, 'x' || r.who AS external_id, t.touchpoint, CASE WHEN r.d < 0.6 THEN 1 + floor(r.e * 5) END AS score,
    CASE WHEN r.d < 0.3 THEN 2 + floor(r.a * 4) END AS expected, CASE WHEN r.e < 0.5 THEN round((r.a * 5)::numeric, 2) END AS cost,
    CASE WHEN t.channel IN ('phone', 'shop') THEN make_interval(secs => 60 + floor(r.e * 1500)) END AS duration,
    CASE WHEN t.stage = 'buy' AND r.a < 0.15 THEN round((r.d * 300)::numeric, 2) WHEN r.a > 0.995 THEN -10 END AS value,
    CASE WHEN t.channel IN ('sms', 'mail') OR r.a < 0.2 THEN 'company' WHEN r.a < 0.97 THEN 'customer' ELSE 'third_party' END AS initiator,
    CASE WHEN r.d > 0.6 THEN k.case_id END AS case_id, CASE WHEN p.plan_id IS NOT NULL AND r.e < 0.8 THEN p.plan_id END AS plan_id,
    CASE WHEN r.a < 0.5 THEN 'product ' || 1 + n % 12 END AS product, CASE WHEN t.channel IN ('phone', 'shop') THEN 1 + n % 300 END AS employee_id,
    CASE WHEN t.channel = 'shop' THEN 'place ' || 1 + n % 40 END AS place, t.area AS purpose, CASE WHEN r.e < 0.1 THEN 'serve' END AS goal,
    CASE WHEN r.d < 0.1 THEN 'content ' || n % 20 END AS content, CASE WHEN t.area = 'marketing' AND r.a < 0.7 THEN 'theme ' || n % 9 END AS theme,
    CASE WHEN t.direction = 'two_way' AND r.d < 0.5 THEN 'said so ' || n % 1000 END AS feedback, CASE WHEN t.direction = 'two_way' AND r.d < 0.2 THEN 'true' END AS feedback_verdict,
    CASE WHEN r.e < 0.05 THEN 'gift' END AS incentive, CASE WHEN r.a < 0.6 THEN r.d < 0.4 END AS goal_reached
FROM (
    SELECT n, 1 + floor(:customers * power(random(), 1.5))::bigint AS who, '2023-07-01Z'::timestamptz + floor(random() * 94600000) * interval '1 second' AS at,
        1 + floor(60 * power(random(), 1.3))::integer AS what, random() AS a, random() AS d, random() AS e
    FROM generate_series(1, :contacts) n
) r JOIN (SELECT t.*, row_number() OVER (ORDER BY touchpoint) AS what FROM touchpoints t) t ON t.what = r.what
    LEFT JOIN (SELECT DISTINCT ON (customer_id) customer_id, case_id FROM cases ORDER BY customer_id, case_id) k ON k.customer_id = r.who
    LEFT JOIN contact_plans p ON p.touchpoint = t.touchpoint AND r.at >= lower(p.during);
COPY (SELECT * FROM bench_million.made) TO :'file';
