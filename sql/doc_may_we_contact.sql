SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

CREATE TABLE customer (name text PRIMARY KEY, journey journey);
INSERT INTO customer VALUES
    ('Ann', '{web/cart@2026-03-02T09:00:00Z by=customer, sms/offer@2026-03-02T10:00:00Z by=company, mail/receipt@2026-03-03T08:00:00Z by=company}'),
    ('Bo',  '{store/complaint@2026-02-20T15:00:00Z by=customer, call/survey@2026-03-01T11:00:00Z by=company}'),
    ('Cai', NULL);
CREATE TABLE rule_book (name text PRIMARY KEY, rules contact_policy);
INSERT INTO rule_book VALUES ('retail', '{
    "caps":     [{"max": 2, "within": "7 days"},
                 {"max": 1, "per": "day", "timezone": "Europe/Berlin", "channel": "sms"},
                 {"max": 1, "per": "month", "timezone": "Europe/Berlin", "touchpoint": "*/survey"}],
    "min_gap":  "4 hours",
    "quiet":    [{"from": "20:00", "to": "08:00", "timezone": "Europe/Berlin"},
                 {"from": "00:00", "to": "24:00", "timezone": "Europe/Berlin", "days": ["sun"]},
                 {"from": "12:00", "to": "14:00", "timezone": "Europe/Berlin", "channel": "call"}],
    "cooldown": [{"after": "*/complaint", "wait": "30 days"}],
    "blackout": [{"from": "2026-04-03", "to": "2026-04-06", "timezone": "Europe/Berlin"}],
    "exempt":   ["*/receipt", "*[purpose = \"service\"]"]}');
SELECT '{"blackout": [{"from": "2026-04-06", "to": "2026-04-03", "timezone": "Europe/Berlin"}]}'::contact_policy;
SELECT '{"caps": [{"max": 1, "per": "fortnight", "timezone": "Europe/Berlin"}]}'::contact_policy;
SELECT '{"quiet": {"from": "20:00", "to": "08:00"}}'::contact_policy;
SELECT c.name, at, v.allowed, v.next_allowed_at
FROM customer c, rule_book b, unnest('{2026-03-02 12:00+00,2026-03-02 16:00+00,2026-03-03 12:00+00}'::timestamptz[]) AS at,
     can_contact(c.journey, 'sms/offer', at, b.rules) AS v
ORDER BY 1, 2;
SELECT c.name, v.reason
FROM customer c, rule_book b, can_contact(c.journey, 'sms/offer', '2026-03-02 12:00+00', b.rules) AS v WHERE NOT v.allowed ORDER BY 1;
SELECT v.* FROM rule_book b, can_contact(NULL, NULL, '2026-03-02 12:00+00', b.rules) AS v;
SELECT v.allowed FROM customer c, rule_book b, can_contact(c.journey, 'call/complaint', '2026-03-02 23:00+00', b.rules, 'customer') AS v WHERE c.name = 'Bo';
SELECT at, v.allowed, v.next_allowed_at
FROM unnest('{2026-03-28 21:30+00,2026-03-29 22:30+00}'::timestamptz[]) AS at,
     can_contact('{app/push@2026-03-28T23:30:00Z}', 'app/push', at, '{"caps": [{"max": 1, "per": "day", "timezone": "Europe/Berlin"}],
                 "quiet": {"from": "22:00", "to": "02:30", "timezone": "Europe/Berlin"}}') AS v;
CREATE TABLE past (journey journey, bought float8, left_off float8);
INSERT INTO past VALUES
    ('{web/cart@2026-01-01T00:00:00Z}', 10, 70),
    ('{web/cart@2026-01-01T00:00:00Z, sms/offer@2026-01-02T00:00:00Z}', 12, 28),
    ('{web/cart@2026-01-01T00:00:00Z, call/advice@2026-01-02T00:00:00Z}', 15, 5),
    ('{store/visit@2026-01-01T00:00:00Z, web/cart@2026-01-02T00:00:00Z, store/visit@2026-01-03T00:00:00Z}', 18, 2);

WITH flow AS (SELECT flow_agg(journey, 'touchpoint', bought, left_off, 0) AS flow FROM past)
SELECT n.touchpoint, n.allowed, round(n.p_conversion::numeric, 3) AS p, round(n.expected_value::numeric, 2) AS expected, n.cost,
       round(n.net::numeric, 2) AS net, n.next_allowed_at
FROM flow, rule_book b, next_best_contacts('{web/cart@2026-03-02T09:00:00Z by=customer}', flow, 'touchpoint', b.rules,
    '2026-03-02 11:30+00', '{sms/offer,call/advice,store/visit,fax/offer}', 40, '{0.1,6,0,1}') AS n;
DROP TABLE customer, rule_book, past;
