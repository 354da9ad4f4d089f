CREATE SCHEMA shop;
CREATE TABLE shop.contacts (
    id bigint PRIMARY KEY, customer int, channel text, label text, happened timestamptz, rating int, minutes float8
);
CREATE INDEX ON shop.contacts (customer);

SELECT tp.maintain_journeys('shop.contacts', 'journeys', key => '{customer}',
                            touchpoint => 'tp.touchpoint(channel, label)', occurred_at => 'happened', score => 'rating',
                            duration => 'minutes * interval ''1 minute''', id => 'id');
INSERT INTO shop.contacts VALUES
    (1, 1, 'web', 'search', '2026-01-05 10:00Z', 4, 3), (2, 1, 'shop', 'advice', '2026-01-07 15:00Z', 5, 25),
    (3, 2, 'web', 'search', '2026-01-06 09:00Z', 3, 8), (4, 1, 'phone', 'complaint', '2026-01-20 11:00Z', 1, 12);

SELECT customer, tp.variant(journey) AS way, tp.peak_end_score(journey, neutral => 3) AS remembered FROM shop.journeys ORDER BY customer;
UPDATE shop.contacts SET rating = 4 WHERE id = 4;
UPDATE shop.contacts SET customer = 2 WHERE id = 2;
WITH moved AS (DELETE FROM shop.contacts WHERE id = 3 RETURNING *)
INSERT INTO shop.contacts SELECT 30, 3, channel, label, happened, rating, minutes FROM moved;

SELECT customer, tp.variant(journey) AS way, tp.peak_end_score(journey, neutral => 3) AS remembered FROM shop.journeys ORDER BY customer;
SELECT tp.verify_journeys('shop.journeys');
CREATE INDEX ON shop.contacts (customer, happened);
SELECT tp.maintain_journeys('shop.contacts', 'monthly', key => '{customer}',
                            touchpoint => 'tp.touchpoint(channel, label)', occurred_at => 'happened', score => 'rating',
                            id => 'id', period => 'month');

INSERT INTO shop.contacts VALUES (7, 1, 'web', 'help', '2026-01-31 23:59Z', 3, 4), (8, 1, 'phone', 'thanks', '2026-02-01 00:00Z', 5, 2);
SELECT customer, to_char(period_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month, tp.variant(journey) AS way FROM shop.monthly ORDER BY customer, month;
SELECT customer, tp.variant(journey) AS way, tp.peak_end_score(journey, neutral => 3) AS remembered FROM shop.monthly_whole ORDER BY customer;
SELECT tp.variant(journey) AS way FROM shop.monthly_whole WHERE customer = 1;
CREATE TABLE shop.steps (customer int, place text, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE shop.steps_2025 PARTITION OF shop.steps FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
CREATE TABLE shop.steps_2026 PARTITION OF shop.steps FOR VALUES FROM ('2026-01-01Z') TO ('2027-01-01Z');
SELECT tp.maintain_journeys('shop.steps', 'quarterly', '{customer}', 'place', 'at', period => 'quarter');
INSERT INTO shop.steps VALUES (1, 'hall', '2025-11-03 10:00Z'), (1, 'desk', '2026-01-15 10:00Z'), (2, 'hall', '2025-12-03 10:00Z');

DROP TABLE shop.steps_2025;
SELECT tp.verify_journeys('shop.quarterly') AS without_contacts;
DELETE FROM shop.quarterly WHERE period_start < '2026-01-01Z';
SELECT customer, tp.variant(journey), tp.verify_journeys('shop.quarterly') AS wrong FROM shop.quarterly_whole;
CREATE TABLE shop.visits (customer int, place text, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE shop.visits_1 PARTITION OF shop.visits FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z');
SELECT tp.maintain_journeys('shop.visits', 'ways', '{customer}', 'place', 'at');

CREATE TABLE shop.visits_2 PARTITION OF shop.visits FOR VALUES FROM ('2026-02-01Z') TO ('2026-03-01Z');
SELECT tp.maintain_journeys('shop.visits', 'ways', '{customer}', 'place', 'at');
INSERT INTO shop.visits_2 VALUES (1, 'hall', '2026-02-03 10:00Z');

SELECT tp.verify_journeys('shop.ways');
SET session_replication_role = replica;
INSERT INTO shop.contacts VALUES (5, 2, 'web', 'unseen', '2026-02-01 10:00Z', 2, 1);
RESET session_replication_role;
SELECT tp.verify_journeys('shop.journeys') AS wrong, tp.rebuild_journeys('shop.journeys') AS made, tp.verify_journeys('shop.journeys') AS wrong_now;
SELECT tp.stop_maintaining_journeys('shop.journeys');
INSERT INTO shop.contacts VALUES (6, 2, 'web', 'later', '2026-02-02 10:00Z', 2, 1);
SELECT customer, tp.contact_count(journey) FROM shop.journeys ORDER BY customer;
SET client_min_messages = warning;
DROP TABLE shop.ways CASCADE;
INSERT INTO shop.visits VALUES (1, 'hall', '2026-01-03 10:00Z');
DROP SCHEMA shop CASCADE;
