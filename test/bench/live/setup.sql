-- 1,000 customers, contacts partitioned by month, journeys by customer and by case, whole, by month and by week.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS live CASCADE;
CREATE SCHEMA live;
CREATE SEQUENCE live.ids;
CREATE TABLE live.contacts (
    id bigint DEFAULT nextval('live.ids'), customer int, case_no int, channel text NOT NULL, label text,
    at timestamptz NOT NULL, score float8, cost float8, PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE live.contacts_1 PARTITION OF live.contacts FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z');
CREATE TABLE live.contacts_2 PARTITION OF live.contacts FOR VALUES FROM ('2026-02-01Z') TO ('2026-03-01Z');
CREATE TABLE live.contacts_3 PARTITION OF live.contacts DEFAULT;
CREATE INDEX ON live.contacts (customer, at);
CREATE INDEX ON live.contacts (case_no, customer, at);
INSERT INTO live.contacts (customer, case_no, channel, label, at, score, cost)
SELECT i % 1000, i % 7, (ARRAY['web', 'app', 'store'])[1 + i % 3], 'label ' || i % 11,
       timestamptz '2026-01-01Z' + i * interval '9 minutes', i % 5, i % 3 FROM generate_series(1, 10000) AS i;
SELECT tp.maintain_journeys('live.contacts', 'by_customer', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id');
-- without ids, so that nothing merges what was counted twice
SELECT tp.maintain_journeys('live.contacts', 'by_case', '{case_no,customer}', 'channel || ''/'' || label', 'at', 'score', cost => 'cost');
SELECT tp.maintain_journeys('live.contacts', 'monthly', '{customer}', 'tp.touchpoint(channel, label)', 'at', 'score', id => 'id', period => 'month');
SELECT tp.maintain_journeys('live.contacts', 'weekly_by_case', '{case_no,customer}', 'channel || ''/'' || label', 'at', 'score', cost => 'cost', period => 'week');
