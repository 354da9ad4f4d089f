SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;

-- Views by case, visit, employee and place, and what is to be done: answers that can be had by hand.
SELECT create_contact_model('own', 1, 5);
SET search_path = own;
INSERT INTO channels (channel, unit_cost, efficiency, strengths) VALUES ('shop', 4, 0.5, '{trust}'), ('phone', 2, 0.2, '{trust}');
INSERT INTO goals VALUES ('help', 'trust');
INSERT INTO touchpoints (touchpoint, kind, hard_or_soft, active_or_passive, business_phase, goal, content, direction) VALUES
    ('shop/desk', 'interpersonal', 'soft', 'active', 'service', 'help', 'advice', 'one_way'),
    ('shop/seat', 'physical', 'hard', 'passive', 'service', 'help', 'seat', 'one_way'),
    ('phone/call', 'interpersonal', 'soft', 'active', 'service', 'help', 'advice', 'one_way');
INSERT INTO products VALUES ('fibre', 30), ('phone', 100);
INSERT INTO places VALUES ('North'), ('South');
INSERT INTO employees (name, department) VALUES ('Ann', 'desk'), ('Bob', 'repair'), ('Cy', NULL);
INSERT INTO customers (name, profile, timezone) VALUES ('One', '{"born": "1980-02-29"}', 'Asia/Shanghai'), ('Two', '{}', NULL), ('Three', '{"born": "soon"}', NULL);
INSERT INTO cases (customer_id, kind, opened_at, closed_at, reopened_from) VALUES (1, 'repair', '2024-01-01', '2024-01-03', NULL), (2, 'repair', '2024-01-01', '2024-01-02', NULL),
    (1, 'repair', '2024-01-04', NULL, 1), (3, 'claim', '2024-01-01', '2024-01-11', NULL);
UPDATE cases SET ends_at = '2024-01-05' WHERE case_id = 3;
INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, expected, initiator, case_id, employee_id, place, theme, content, product, incentive, goal_reached, value) VALUES
    ('2019-01-01 10:00', 1, 'shop/desk', 1, 3, 'customer', NULL, 1, 'North', NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-01 10:00', 1, 'shop/desk', 4, 3, 'customer', 1, 1, 'North', NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-01 11:30', 1, 'shop/seat', 2, 3, 'customer', 1, 2, 'North', NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-01 14:00', 1, 'shop/desk', 4, 3, 'company', 1, 1, 'South', 'fast', 'fast', 'fibre', 'gift', true, 30),
    ('2024-01-01 10:00', 2, 'phone/call', 5, 3, 'customer', 2, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2024-01-02 10:00', 2, 'shop/desk', 3, 3, 'company', NULL, 1, 'South', 'fast', 'fast', 'fibre', NULL, false, NULL),
    ('2024-01-02 11:00', 2, 'phone/call', 3, 3, 'company', NULL, 1, NULL, 'fast', 'slow', 'fibre', NULL, NULL, -10),
    ('2024-01-02 12:00', NULL, 'shop/desk', 3, NULL, 'customer', NULL, NULL, 'South', NULL, NULL, NULL, NULL, NULL, NULL);
-- Lifetime: 1 is as far from 3 as nothing else, end 4: (1 + 4) / 2. Case 1: 4 2 4, the later of equals is 4: 4. Visits: 2019; the morning; the afternoon.
SELECT customer_id, scored, peak, end_score, peak_end FROM customer_scores ORDER BY 1;
SELECT case_id, contacts, peak, end_score, peak_end, mean FROM case_scores ORDER BY 1;
SELECT customer_id, visit, started_at, ended_at, places, contacts, peak_end FROM visit_scores ORDER BY 1, 2;
-- Ann: 1 4 4 3 3: 15 / 5; Bob: 2 5.
SELECT name, contacts, scored, mean_score, round(mean_low::numeric, 2) AS low, round(mean_high::numeric, 2) AS high, gap FROM employee_scores ORDER BY employee_id;
SELECT place, contacts, scored, mean_score, gap FROM place_scores ORDER BY place;
-- desk to repair 4 then 2; repair to desk 2 then 4.
SELECT from_department, to_department, handovers, scored, score_before, score_after, change FROM handovers ORDER BY 1;
-- Feedback judged false makes no visit longer, and no handover: One's was before the first visit, in the second and in the third; Three has no other.
BEGIN;
UPDATE touchpoints SET direction = 'two_way' WHERE touchpoint = 'shop/seat';
INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, feedback_verdict, case_id, employee_id, place) VALUES
    ('2018-06-01 10:00', 1, 'shop/seat', 5, 'false', NULL, 2, 'South'), ('2024-01-01 12:00', 1, 'shop/seat', 5, 'false', 1, 2, 'South'),
    ('2024-01-01 15:00', 1, 'shop/seat', 5, 'false', 1, 2, 'South'), ('2024-01-05 15:00', 3, 'shop/seat', 5, 'false', NULL, 2, 'South');
SELECT customer_id, visit, started_at, ended_at, places, contacts, left_out, peak_end FROM visit_scores ORDER BY 1, 2;
SELECT from_department, to_department, handovers, scored, score_before, score_after, change, left_out FROM handovers ORDER BY 1;
ROLLBACK;
SELECT count(*) AS classes, count(*) FILTER (WHERE covered) AS covered, sum(touchpoints) AS touchpoints, sum(contacts) AS contacts FROM touchpoint_coverage;
SELECT * FROM touchpoint_coverage WHERE covered AND kind = 'physical';
INSERT INTO evaluations (measure, customer_id, touchpoint) VALUES ('recalled', 1, 'shop/desk'), ('recalled', 1, 'shop/desk'), ('recalled', 2, 'shop/desk'), ('recalled', 2, 'shop/seat');
-- Stages as audiences live them: in town are One (4 at 3) and Two (2 and 4), a visitor is nobody's; the other stage has no card.
BEGIN;
INSERT INTO stages (stage, ordinal, leaves) VALUES ('way', 1, false), ('out', 2, true);
INSERT INTO touchpoints (touchpoint) VALUES ('way:shop/door'), ('out:shop/door');
INSERT INTO audiences (audience, relation, profile) VALUES ('in town', NULL, '{"town": true}'), ('all', NULL, '{}');
INSERT INTO stage_cards VALUES ('way', 'in town', 'speed', 'staff', 'greet'), ('way', 'all', 'clarity', NULL, NULL);
UPDATE customers SET profile = profile || '{"town": true}' WHERE customer_id < 3;
INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, expected, initiator) VALUES ('2024-02-01', 1, 'way:shop/door', 4, 3, 'customer'), ('2024-02-01', 2, 'way:shop/door', 2, 3, 'customer'),
    ('2024-02-02', 2, 'way:shop/door', 4, 4, 'customer'), ('2024-02-01', 3, 'way:shop/door', 1, NULL, 'customer'), ('2024-02-03', NULL, 'way:shop/door', 5, NULL, 'customer'),
    ('2024-02-03', NULL, 'out:shop/door', 5, NULL, 'customer');
SELECT stage, leaves, audience, core_need, management_support, front_line, customers, contacts, left_out, scored, round(mean_score::numeric, 2) AS mean, gap FROM stage_experience;
ROLLBACK;
SELECT touchpoint, asked, named, share, round(share_low::numeric, 2) AS low, round(share_high::numeric, 2) AS high FROM recalled_touchpoints;
SELECT * FROM content_consistency;
UPDATE customers SET needs = 'speed', data_checked_at = now() - interval '10 days' WHERE customer_id = 1;
INSERT INTO evaluations (measure, customer_id, score) VALUES ('loyalty', 1, 4);
SELECT customer_id, loyalty, loyalty_score, round(completeness::numeric, 2) AS completeness, extract(day FROM data_age) AS days, value, experience, scored FROM customer_standards ORDER BY 1;
-- Case 1 took two contacts of the customer and came back; case 2 one; case 4 none.
SELECT kind, cases, closed, first_contact_share, round(first_contact_low::numeric, 2) AS low, round(first_contact_high::numeric, 2) AS high, median_time, reopened, reopened_share, late FROM case_report ORDER BY kind;
SELECT touchpoint, incentive, with_count, with_rate, without_count, without_rate, change, round(ci_low::numeric, 2) AS low, round(ci_high::numeric, 2) AS high FROM incentive_effect;
-- A refund lessens the money, a buyer is a customer.
SELECT customer_id, relation, frequency, monetary FROM customer_archive ORDER BY 1;
-- Plans: fibre for all at 4 a visit with a chance of a half: 15 - 4; the budget reaches to two, who prefers the shop first.
INSERT INTO consents (customer_id, purpose, during) VALUES (1, 'marketing', '[2024-01-01,)'), (2, 'marketing', '[2024-01-01,)'), (3, 'marketing', '[2024-01-01,)');
INSERT INTO contact_plans (name, goal, product, touchpoint, during, budget) VALUES ('p', 'help', 'fibre', 'shop/desk', '[2024-01-01,)', 9), ('q', 'help', 'phone', 'phone/call', '[2024-01-01,)', NULL);
UPDATE customers SET preferred_channel = 'shop' WHERE customer_id = 2;
SELECT customer_id, allowed, p_goal, expected_value, cost, net, priority, within_budget FROM plan_worklist(1, '2024-02-01 12:00');
SELECT customer_card(1) -> 'offers' AS one, customer_card(2) -> 'offers' AS two;
INSERT INTO consents (customer_id, channel, granted, during) VALUES (2, 'phone', false, '[2024-01-01,)');
SELECT customer_card(2) -> 'offers' AS two;
-- Anniversaries: once a year, on the 28th where there is no 29th; whom no date is known of is left alone.
INSERT INTO follow_up_rules (base, profile_date, wait, channel, purpose, owner_id, escalate_after) VALUES ('anniversary', 'born', '9 hours', 'phone', 'service', 1, '1 day');
SELECT schedule_anniversaries(now() + interval '1 year') IN (1, 2) AS written, schedule_anniversaries(now() + interval '1 year') AS again;
SELECT DISTINCT customer_id, owner_id, status, to_char(due_at, 'HH24:MI') AS at, to_char(due_at, 'MM-DD') IN ('02-28', '02-29') AS on_the_day FROM follow_ups;
SELECT * FROM public.failure($$UPDATE own.follow_ups SET status = 'lost'$$);
UPDATE follow_ups SET due_at = now() - interval '2 days';
SELECT DISTINCT customer_id, owner_id, escalated FROM follow_ups_due;
UPDATE follow_ups SET status = 'dropped';
SELECT count(*) FROM follow_ups_due;
-- Of a goal of which it is not known whether it was reached nothing follows.
SELECT channel, contacts, known, goals_reached, left_out, efficiency FROM channel_ranking ORDER BY channel;
SELECT touchpoint, designed_as, verdict FROM moments_of_truth ORDER BY touchpoint;
-- The peak that everybody hates, and one that all of them like.
UPDATE touchpoints SET designed_as = 'peak' WHERE touchpoint = 'shop/seat';
INSERT INTO customers (name) SELECT 'c' || n FROM generate_series(1, 30) n;
INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, initiator) SELECT '2024-03-01', customer_id, 'shop/seat', 1, 'customer' FROM customers WHERE customer_id > 3;
SELECT touchpoint, designed_as, peaks, verdict FROM moments_of_truth WHERE designed_as IS NOT NULL;
UPDATE contacts SET score = 4 + customer_id % 2 WHERE customer_id > 3;
SELECT touchpoint, designed_as, peaks, round(peak_low::numeric, 2) AS low, verdict FROM moments_of_truth WHERE designed_as IS NOT NULL;
SELECT tp.drop_contact_model('own', true);
