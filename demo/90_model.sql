-- The whole model: the busiest month of contacts through the gate, what was refused and why, and
-- whom to get back to today. The month is moved so that it ended yesterday, and what the bank
-- sends by SMS is what the company starts.

\if :bank

\echo 'A MONTH THROUGH THE GATE'
\echo

BEGIN;
SELECT create_contact_model('crm') \g /dev/null

CREATE TEMP TABLE month AS
SELECT dense_rank() OVER (ORDER BY customer_id) AS customer, customer_id AS name, touchpoint, occurred_at + shift AS at,
       score, expected, cost, duration, value, channel(touchpoint) = 'sms' AS sent
  FROM contacts, LATERAL (
       SELECT max(at) AS last, (current_date - 1 - max(at AT TIME ZONE 'UTC')::date) * interval '24 hours' AS shift
         FROM (SELECT date_trunc('day', occurred_at, 'UTC') AS at FROM contacts GROUP BY 1
                ORDER BY sum(count(*)) OVER (ORDER BY date_trunc('day', occurred_at, 'UTC') RANGE BETWEEN interval '29 days' PRECEDING AND CURRENT ROW) DESC, 1 LIMIT 1) AS d) AS l
 WHERE occurred_at >= last - interval '29 days' AND occurred_at < last + interval '1 day';

INSERT INTO crm.channels (channel, unit_cost) SELECT DISTINCT channel(touchpoint), 0.05 FROM month;
INSERT INTO crm.stages SELECT stage, row_number() OVER () FROM (SELECT DISTINCT stage(touchpoint) AS stage FROM month) AS s;
INSERT INTO crm.goals VALUES ('serve', NULL), ('sell', NULL);
INSERT INTO crm.touchpoints (touchpoint, area, goal, content)
SELECT DISTINCT touchpoint::text, CASE WHEN label(touchpoint) = '理财推荐' THEN 'marketing' ELSE 'service' END,
       CASE WHEN label(touchpoint) = '理财推荐' THEN 'sell' ELSE 'serve' END, 'as agreed' FROM month;
INSERT INTO crm.customers (customer_id, name, relation) SELECT DISTINCT customer, name, 'customer' FROM month;
-- Three of four agreed to offers. At most one message a fortnight, none at night, no offer in the wake of a complaint.
INSERT INTO crm.consents (customer_id, channel, purpose, during)
SELECT customer_id, 'sms', 'marketing', tstzrange(now() - interval '2 years', NULL) FROM crm.customers WHERE customer_id % 4 > 0;
UPDATE crm.policies SET rule = '{"caps": [{"max": 1, "within": "14 days", "channel": "sms"}],
    "quiet": {"from": "21:00", "to": "09:00", "timezone": "Asia/Shanghai"},
    "cooldown": [{"after": "*:*/投诉处理", "wait": "14 days"}], "exempt": ["*:sms/apology", "*:sms/case closed"]}';
INSERT INTO crm.follow_up_rules (touchpoint, wait, channel, purpose) VALUES
    ('help:hall/投诉处理', '3 days', 'call centre', 'service'), ('buy:hall/理财室', '7 days', 'call centre', 'service');

CREATE TEMP TABLE answer AS
SELECT m.name, m.sent, r.*
  FROM (SELECT * FROM month ORDER BY at, customer, touchpoint) AS m, LATERAL crm.record_contact(m.customer, m.touchpoint::text, m.at,
       score => m.score, expected => m.expected, cost => m.cost, duration => m.duration, value => m.value,
       initiator => CASE WHEN m.sent THEN 'company' ELSE 'customer' END) AS r;

-- On its last day the bank means to offer something to everybody who was there in the fortnight before.
INSERT INTO crm.contact_plans (name, goal, touchpoint, during, budget)
VALUES ('autumn offer', 'sell', 'use:sms/理财推荐', tstzrange(current_date - 7, current_date + 1), 100);
INSERT INTO answer
SELECT c.name, true, r.*
  FROM (SELECT DISTINCT customer, name FROM month WHERE at > current_date - 15 ORDER BY customer) AS c,
       LATERAL crm.record_contact(c.customer, 'use:sms/理财推荐', (current_date - 1 + time '14:00') AT TIME ZONE 'Asia/Shanghai', plan_id => 1) AS r;

SELECT format('%s contacts were recorded and %s refused; %s of the refused were messages that customers had not agreed to.', count(*) FILTER (WHERE recorded),
              count(*) FILTER (WHERE NOT recorded), count(*) FILTER (WHERE reason ~ 'consent')) AS text
  FROM answer \gset gate_
\echo :gate_text
\echo
\echo 'Three refused, and why'
WITH f AS (
    SELECT DISTINCT ON (rules) * FROM crm.refusals, regexp_replace(reason, '( of| from) [^,]*', '', 'g') AS rules ORDER BY rules, refusal_id
)
SELECT c.name AS customer, f.touchpoint, to_char(f.occurred_at AT TIME ZONE 'Asia/Shanghai', 'DD Mon HH24:MI') AS "asked for",
       f.reason, coalesce(to_char(f.next_allowed_at AT TIME ZONE 'Asia/Shanghai', 'DD Mon HH24:MI'), 'not without consent') AS "would do"
  FROM f JOIN crm.customers AS c USING (customer_id)
 ORDER BY f.rules ~ ',', f.rules
 LIMIT 3;

\echo 'The offer, as planned and as it went'
SELECT name, as_planned, refused, round(budget::numeric) AS budget, round(cost::numeric, 2) AS spent FROM crm.plan_vs_actual;

\echo 'To be followed up today'
SELECT u.name AS customer, c.touchpoint AS after, to_char(f.contact_at AT TIME ZONE 'Asia/Shanghai', 'DD Mon') AS "of", c.score, f.channel
  FROM crm.follow_ups AS f JOIN crm.customers AS u USING (customer_id)
  JOIN crm.contacts AS c ON c.occurred_at = f.contact_at AND c.id = f.contact_id
 WHERE f.done_at IS NULL AND (f.due_at AT TIME ZONE 'UTC')::date = current_date
 ORDER BY c.score NULLS LAST, u.name
 LIMIT 8;

SELECT format('Journeys that differ from a rebuild: %s.', verify_journeys('crm.journeys')) AS text \gset live_
\echo :live_text
\echo
DROP TABLE month, answer;
COMMIT;

\endif
