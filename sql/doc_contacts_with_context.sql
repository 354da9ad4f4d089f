SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

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
