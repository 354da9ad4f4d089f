SET search_path = public, tp;
SET extra_float_digits = 0;    -- shorter figures on this page
SET intervalstyle = 'postgres';

CREATE TABLE customer (id int PRIMARY KEY, journey journey);
INSERT INTO customer VALUES
    (1, '{web/search@2026-03-02T09:00:00Z,web/basket@2026-03-02T09:20:00Z,web/payment@2026-03-02T09:25:00Z,email/thanks@2026-03-02T09:26:00Z}'),
    (2, '{web/search@2026-03-02T10:00:00Z,web/basket@2026-03-02T10:40:00Z,web/search@2026-03-03T08:00:00Z,web/basket@2026-03-03T08:05:00Z,web/payment@2026-03-03T08:15:00Z,email/thanks@2026-03-03T08:16:00Z}'),
    (3, '{web/search@2026-03-02T11:00:00Z,web/basket@2026-03-02T11:05:00Z,call/complaint@2026-03-02T12:05:00Z}'),
    (4, '{store/visit@2026-03-02T12:00:00Z,store/payment@2026-03-02T12:30:00Z}'),
    (5, '{web/search@2026-03-04T09:00:00Z,web/search@2026-03-04T09:02:00Z,web/basket@2026-03-04T09:12:00Z,web/payment@2026-03-04T09:30:00Z,call/complaint@2026-03-06T09:30:00Z,call/answer@2026-03-07T10:00:00Z}');

SELECT source, target, count, round(probability::numeric, 2) AS probability, mean_time
FROM (SELECT flow_agg(journey, 'label') AS f FROM customer) AS c, transitions(f)
WHERE source IN ('search', 'basket', 'payment') ORDER BY source, count DESC, target;
SELECT flow_svg(flow_agg(journey, 'label'), 20, 760) FROM customer \g (format=unaligned tuples_only=on)
SELECT id, round(c.fitness::numeric, 2) AS fitness, c.missing, c.unplanned
FROM customer, conformance(journey, '{web/search,web/basket,*/payment,email/thanks}') AS c ORDER BY id;
SELECT step, count(*) AS not_taken
FROM customer, conformance(journey, '{web/search,web/basket,*/payment,email/thanks}') AS c, unnest(c.missing) AS step
GROUP BY step ORDER BY not_taken DESC, step;
SELECT rule, a, b, array_agg(id ORDER BY id) FILTER (WHERE NOT check_rule(journey, rule, a, b)) AS broken_by
FROM customer, (VALUES ('response', '*/complaint', 'call/answer'), ('precedence', 'web/basket', 'web/payment'),
                       ('starts', 'web/*', NULL), ('absent', '*/complaint', NULL)) AS r (rule, a, b)
GROUP BY rule, a, b ORDER BY rule;
SELECT id, rework_count(journey), self_loop_count(journey), rework_count(journey, 'channel') AS by_channel FROM customer ORDER BY id;
SELECT round(path_entropy(journey, 'label')::numeric, 4) AS entropy, round(ln(5::numeric), 4) AS "all different" FROM customer;
SELECT b.id, edit_distance(a.journey, b.journey), lcs_length(a.journey, b.journey), round(similarity(a.journey, b.journey)::numeric, 2) AS similarity
FROM customer AS a, customer AS b WHERE a.id = 1 ORDER BY similarity DESC, b.id;
DROP TABLE customer;
