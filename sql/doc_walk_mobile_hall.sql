SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;    -- shorter figures on this page
SELECT tp.create_contact_model('hall');
SET search_path = hall;

INSERT INTO channels (channel, unit_cost, fixed_cost, ease, convenience, strengths) VALUES
    ('hall', 0, 6000, 2, 2, '{image,trust,purchase}'), ('machine', 0.1, 400, 4, 4, '{purchase}');
INSERT INTO stages VALUES ('arrive', 1), ('wait', 2), ('handle', 3), ('leave', 4);
INSERT INTO goals VALUES ('serve', NULL, 'the matter is settled');
INSERT INTO touchpoints (touchpoint, kind, hard_or_soft, area, zone, carrier, direction, goal, content) VALUES
    ('arrive:hall/sign and door', 'physical', 'hard', 'brand', '1 entrance', 'environment', 'one_way', 'serve', 'where to go'),
    ('arrive:hall/greeting', 'interpersonal', 'soft', 'service', '1 entrance', 'employee', 'two_way', 'serve', 'what brings you here'),
    ('wait:hall/queue', 'physical', 'soft', 'service', '2 waiting', 'customer', 'one_way', 'serve', 'a number'),
    ('wait:hall/seats', 'physical', 'hard', 'service', '2 waiting', 'environment', 'one_way', 'serve', 'a seat, a screen'),
    ('handle:hall/counter', 'interpersonal', 'soft', 'service', '3 counters', 'employee', 'two_way', 'serve', 'advice and contract'),
    ('handle:machine/top up', 'digital', 'hard', 'service', '4 machines', 'facility', 'one_way', 'serve', 'top up, print'),
    ('leave:hall/farewell', 'interpersonal', 'soft', 'service', '1 entrance', 'employee', 'two_way', 'serve', 'anything else?');
INSERT INTO places VALUES ('Station hall', NULL, 'Station Road 1'), ('Market hall', NULL, 'Market Square 3');
INSERT INTO service_standards (touchpoint, measure, target, better, document) VALUES
    ('wait:hall/queue', 'duration', 900, 'lower', 'service handbook, 4.2'),
    ('handle:hall/counter', 'score', 3, 'higher', 'service handbook, 5.1');
INSERT INTO customers (name, relation) SELECT 'visitor ' || n, 'customer' FROM generate_series(1, 80) n;
SELECT count(*) AS recorded
FROM generate_series(1, 80) n, LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 15 + n % 20 ELSE 5 + n % 12 END AS waited) w, LATERAL (VALUES
    (0, 'arrive:hall/greeting', 1, 4, 4),
    (2, 'wait:hall/queue', waited, CASE WHEN n % 2 = 0 THEN 1 + n % 3 ELSE 4 END, 3),
    (2 + waited, CASE WHEN n % 5 = 0 THEN 'handle:machine/top up' ELSE 'handle:hall/counter' END, 8,
        CASE WHEN n % 5 = 0 THEN 4 WHEN n % 2 = 0 THEN 5 ELSE 2 + n % 3 END, 4),
    (11 + waited, 'leave:hall/farewell', 1, CASE WHEN n % 2 = 0 THEN 4 ELSE 3 END, 3)
) v(minute, touchpoint, minutes, score, expected), LATERAL record_contact(n, v.touchpoint,
    '2024-05-01 09:00Z'::timestamptz + n * interval '5 hours' + v.minute * interval '1 minute',
    duration => v.minutes * interval '1 minute', score => v.score, expected => v.expected, initiator => 'customer',
    place => CASE WHEN n % 2 = 0 THEN 'Station hall' ELSE 'Market hall' END, goal_reached => v.touchpoint LIKE 'handle:%') r
WHERE r.recorded;
SELECT zone, customer, employee, environment, facility, mean_score FROM service_panorama ORDER BY zone;
SELECT tp.panorama_svg('hall', 760) \g (format=unaligned tuples_only=on)
CREATE TEMP TABLE visit AS
SELECT place, customer_id, (s).peak_end, (s).mean
FROM (SELECT place, customer_id, tp.score_summary(score, occurred_at, 3) AS s FROM valid_contacts GROUP BY 1, 2) v;

SELECT place, tp.mean_count(p) AS visitors, round(tp.mean(p)::numeric, 2) AS remembered, round(tp.mean_ci_low(p)::numeric, 2) AS low, round(tp.mean_ci_high(p)::numeric, 2) AS high,
    round(tp.mean(m)::numeric, 2) AS mean, round(tp.mean_ci_low(m)::numeric, 2) AS mean_low, round(tp.mean_ci_high(m)::numeric, 2) AS mean_high
FROM (SELECT place, tp.mean_agg(peak_end) AS p, tp.mean_agg(mean) AS m FROM visit GROUP BY place) v ORDER BY place;

SELECT what, round((c).change::numeric, 2) AS station_less_market, round((c).ci_low::numeric, 2) AS low, round((c).ci_high::numeric, 2) AS high, round((c).p_value::numeric, 4) AS p_value
FROM (SELECT 'remembered' AS what, tp.mean_change(tp.mean_agg(peak_end) FILTER (WHERE place = 'Market hall'), tp.mean_agg(peak_end) FILTER (WHERE place = 'Station hall')) AS c FROM visit
      UNION ALL SELECT 'mean', tp.mean_change(tp.mean_agg(mean) FILTER (WHERE place = 'Market hall'), tp.mean_agg(mean) FILTER (WHERE place = 'Station hall')) FROM visit) v ORDER BY 1 DESC;
SELECT touchpoint, tp.gap_count(m) AS n, round(tp.mean_gap(m)::numeric, 2) AS market, tp.gap_count(s) AS n2, round(tp.mean_gap(s)::numeric, 2) AS station,
    round((c).change::numeric, 2) AS difference, round((c).ci_low::numeric, 2) AS low, round((c).ci_high::numeric, 2) AS high
FROM (SELECT touchpoint, m, s, tp.gap_change(m, s) AS c
      FROM (SELECT touchpoint, tp.gap_agg(expected, score) FILTER (WHERE place = 'Market hall') AS m, tp.gap_agg(expected, score) FILTER (WHERE place = 'Station hall') AS s
            FROM valid_contacts GROUP BY touchpoint) g) g
ORDER BY touchpoint;
SELECT b.touchpoint, c.place, count(*) AS breaches, round(avg(b.measured)::numeric) AS measured, b.target, b.document
FROM standard_breaches b JOIN contacts c ON c.occurred_at = b.at AND c.id = b.contact_id
GROUP BY b.touchpoint, c.place, b.target, b.document ORDER BY 1, 2;
SELECT c.place, date_trunc('second', avg(tp.throughput_time(j.journey))) AS visit,
    date_trunc('second', avg(tp.processing_time(tp.keep(j.journey, 'handle:*/*')))) AS served,
    date_trunc('second', avg(tp.processing_time(tp.keep(j.journey, 'wait:*/*')))) AS waited
FROM journeys j JOIN (SELECT DISTINCT customer_id, place FROM contacts) c USING (customer_id) GROUP BY c.place ORDER BY c.place;
RESET search_path;
SELECT tp.drop_contact_model('hall', even_with_contacts => true);
