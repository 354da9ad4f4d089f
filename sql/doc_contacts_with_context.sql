SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

CREATE TABLE event (id bigint PRIMARY KEY, customer int, what text, at timestamptz, score float8,
                    order_no text, campaign text, agent text, amount numeric);
INSERT INTO event VALUES
    (1, 1, 'mail/offer',     '2026-01-02 08:00Z', NULL, NULL, 'spring', NULL, NULL),
    (2, 1, 'web/cart',       '2026-01-02 09:00Z', NULL, 'o-1', 'spring', NULL, 80),
    (3, 1, 'web/cart',       '2026-01-02 20:00Z', NULL, 'o-2', NULL, NULL, 20),
    (4, 1, 'web/checkout',   '2026-01-02 20:10Z', NULL, 'o-2', NULL, NULL, 20),
    (5, 1, 'phone/advice',   '2026-01-05 10:00Z', 2, 'o-2', NULL, 'Li', NULL),
    (6, 2, 'mail/offer',     '2026-01-02 08:00Z', NULL, NULL, 'spring', NULL, NULL),
    (7, 2, 'web/cart',       '2026-01-03 11:00Z', NULL, 'o-3', 'spring', NULL, 120),
    (8, 2, 'phone/advice',   '2026-01-03 11:30Z', 5, 'o-3', NULL, 'Wang', NULL),
    (9, 2, 'web/checkout',   '2026-01-03 12:00Z', NULL, 'o-3', NULL, NULL, 120),
    (10, 3, 'search/click',  '2026-01-04 15:00Z', NULL, NULL, 'brand', NULL, NULL),
    (11, 3, 'web/cart',      '2026-01-04 15:05Z', NULL, 'o-4', 'brand', NULL, 60),
    (12, 3, 'phone/advice',  '2026-01-04 16:00Z', 3, 'o-4', NULL, 'Li', NULL);

CREATE TABLE shopper AS
SELECT customer, journey_agg(contact_record(what::touchpoint, at, score => score, id => id,
           properties => jsonb_build_object('order', order_no, 'campaign', campaign, 'agent', agent, 'amount', amount))) AS journey
FROM event GROUP BY customer;

SELECT "position", touchpoint, properties FROM shopper, contacts(journey) WHERE customer = 1;
SELECT journey_svg(journey, 3, 760) FROM shopper WHERE customer = 1 \g (format=unaligned tuples_only=on)
SELECT customer,
       journey ~ 'web/cart[amount >= 100]' AS large,
       match_count(journey, 'web/cart -> web/checkout hold order') AS bought,
       first_at(first_match(journey, 'web/cart -> web/checkout')) AS began,
       first_at(first_match(journey, 'web/cart -> web/checkout hold order')) AS began_this_order
FROM shopper ORDER BY customer;
SELECT customer, variant(journey, 'properties.campaign') FROM shopper ORDER BY customer;

SELECT part AS campaign, conversions AS customers
FROM unnest((SELECT attribution_agg(keep(journey, '*[campaign]'), 'linear', 'properties.campaign', 1) FROM shopper)) ORDER BY part;
CREATE INDEX ON shopper USING gin (journey);
SET enable_seqscan = off;
SELECT customer FROM shopper WHERE journey ~ 'web/cart[campaign = "spring", amount > 100]';
RESET enable_seqscan;
SELECT agent, calls, mean_count(m) AS customers, mean(m) AS score, round(mean_ci_low(m)::numeric, 1) AS low, round(mean_ci_high(m)::numeric, 1) AS high
FROM (SELECT agent, sum(calls) AS calls, mean_agg(score) AS m           -- each customer's mean first
      FROM (SELECT customer, properties ->> 'agent' AS agent, count(*) AS calls, avg(score) AS score
            FROM shopper, contacts(journey) WHERE properties ? 'agent' GROUP BY 1, 2) c GROUP BY agent) a ORDER BY agent;
CREATE TABLE ticket (ticket_no text PRIMARY KEY, customer int, channel text, opened timestamptz, rating int);
INSERT INTO ticket VALUES
    ('T-2026-1', 1, 'phone', '2026-01-05 10:00Z', 4), ('T-2026-2', 1, 'chat', '2026-01-09 16:30Z', 3),
    ('T-2026-3', 2, 'phone', '2026-01-06 09:00Z', 5), ('T-2026-4', 1, 'mail', '2026-01-09 16:30Z', NULL);
CREATE TABLE journeys AS
SELECT customer, journey_agg(contact_record(touchpoint(channel, 'ticket'), opened, score => rating, id => contact_id(ticket_no))) AS journey
FROM ticket GROUP BY customer;

SELECT "position", touchpoint, score, id FROM journeys, contacts(journey) WHERE customer = 1;
SELECT customer, tied_contacts(journey) FROM journeys ORDER BY customer;
CREATE TABLE correction AS
SELECT 1 AS customer, journey_agg(contact_record('phone/ticket', '2026-01-05 10:00Z', score => 2, id => contact_id('T-2026-1'))) AS j;

SELECT start_score(journey || j) AS merged, start_score(replace_contacts(journey, j)) AS replaced
FROM journeys JOIN correction USING (customer);
UPDATE journeys SET journey = replace_contacts(journey, j) FROM correction WHERE correction.customer = journeys.customer;
UPDATE journeys SET journey = remove_contacts(journey, ARRAY[contact_id('T-2026-2'), contact_id('T-2026-3')])
 WHERE customer IN (1, 2);
SELECT customer, variant(journey, 'channel') FROM journeys ORDER BY customer;
SELECT contact_count(a || b) AS merged, (a || b) - b = a AS taken_back
FROM (SELECT '{web/visit@2026-01-01T09:00:00Z, web/visit@2026-01-01T09:00:00Z}'::journey AS a,
             '{web/visit@2026-01-01T09:00:00Z, app/open@2026-01-02T09:00:00Z}'::journey AS b) AS two;
DROP TABLE event, shopper, ticket, journeys, correction;
