SET search_path = public, tp;
SET timezone = 'UTC';

CREATE TABLE journey_by_customer (customer bigint, j journey) PARTITION BY HASH (customer);
CREATE TABLE journey_by_customer_0 PARTITION OF journey_by_customer FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE journey_by_customer_1 PARTITION OF journey_by_customer FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO journey_by_customer
SELECT c, journey_agg(touchpoint((ARRAY['web', 'app', 'shop'])[1 + (c + i) % 3], 'visit'),
                      '2026-01-01Z'::timestamptz + (c + 24 * i) * interval '1 hour', 1 + (c * i) % 5, 3)
FROM generate_series(1, 60) AS c, generate_series(1, 5) AS i GROUP BY c;
CREATE TABLE arrival (customer bigint, touchpoint touchpoint, at timestamptz);
INSERT INTO arrival SELECT p.customer, c.touchpoint, c.occurred_at FROM journey_by_customer AS p, contacts(p.j) AS c;

SELECT flow_agg(customer, contact_record(touchpoint, at), 'channel')
     = (SELECT flow_agg(j, 'channel') FROM (SELECT journey_agg(contact_record(touchpoint, at)) AS j FROM arrival GROUP BY customer) AS x) AS same
FROM arrival;
CREATE VIEW gaps_0 AS SELECT rollup(journey_gap(j)) AS gap, flow_agg(j, 'channel') AS flow, rate_agg(peak_end_score(j, 3) < 3) AS bad FROM journey_by_customer_0;
CREATE VIEW gaps_1 AS SELECT rollup(journey_gap(j)) AS gap, flow_agg(j, 'channel') AS flow, rate_agg(peak_end_score(j, 3) < 3) AS bad FROM journey_by_customer_1;

SELECT gap_count(p.gap), round(mean_gap(p.gap)::numeric, 3) AS mean_gap, rate_count(p.bad), round(rate(p.bad)::numeric, 3) AS bad,
       p.gap = w.gap AND p.flow = w.flow AND p.bad = w.bad AS same_as_over_all
FROM (SELECT rollup(gap) AS gap, rollup(flow) AS flow, rollup(bad) AS bad FROM (TABLE gaps_0 UNION ALL TABLE gaps_1) AS places) AS p,
     (SELECT rollup(journey_gap(j)) AS gap, flow_agg(j, 'channel') AS flow, rate_agg(peak_end_score(j, 3) < 3) AS bad FROM journey_by_customer) AS w;
