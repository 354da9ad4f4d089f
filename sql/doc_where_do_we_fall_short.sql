SET search_path = public, tp;

CREATE TABLE contact (
    customer_id int,
    touchpoint  text,
    occurred_at timestamptz,
    expected    float8,
    score       float8
);
INSERT INTO contact
SELECT c, name, timestamptz '2026-01-05 09:00Z' + c * interval '14 hours' + n * interval '1 day',
       least(5, e + (c * 7 + n) % 2),
       greatest(1, least(5, s + (c * c * n + c * (7 * n + 3)) % 97 % 4 - 2 + c * 37 % 11 / 7 + CASE WHEN n = 5 AND c > 190 THEN 1 ELSE 0 END))
FROM generate_series(1, 400) c,
     (VALUES (1, 'web/search', 3, 4), (2, 'web/checkout', 4, 3), (3, 'store/counter', 4, 4),
             (4, 'app/tracking', 3, 4), (5, 'phone/hotline', 4, 2), (6, 'mail/invoice', 3, 3)) v (n, name, e, s);
UPDATE contact SET expected = NULL WHERE customer_id % 17 = 0;      -- some never said what they expected

CREATE TABLE opinion AS                                             -- how satisfied over all, 1 to 5, and would you recommend us, 0 to 10
SELECT customer_id, round(overall)::float8 AS overall, least(10, round(2.4 * overall - 1))::float8 AS recommend
FROM (SELECT customer_id, 0.45 * max(score) FILTER (WHERE touchpoint = 'mail/invoice') + 0.3 * min(score) + 0.3 * avg(score) + customer_id % 3 * 0.4 AS overall
      FROM contact GROUP BY customer_id) s;
SELECT touchpoint, gap_count(g) AS answers, asked - gap_count(g) AS passed_over,
       round(mean_expected(g)::numeric, 2) AS expected, round(mean_perceived(g)::numeric, 2) AS perceived,
       round(mean_gap(g)::numeric, 2) AS gap
FROM (SELECT touchpoint, count(*) AS asked, gap_agg(expected, score) AS g FROM contact GROUP BY touchpoint) s
ORDER BY mean_gap(g), touchpoint;
SELECT touchpoint, gap_count(g) AS customers, round(mean_gap(g)::numeric, 2) AS gap,
       round(gap_ci_low(g)::numeric, 2) AS low, round(gap_ci_high(g)::numeric, 2) AS high,
       round(gap_t(g)::numeric, 1) AS t, round(gap_p_value(g)::numeric, 4) AS p,
       round((false_discovery(gap_p_value(g)) OVER ())::numeric, 4) AS q, round(gap_effect_size(g)::numeric, 2) AS effect
FROM (SELECT touchpoint, gap_agg(expected, score) AS g FROM contact GROUP BY touchpoint) s
ORDER BY mean_gap(g), touchpoint;
SELECT touchpoint, rate_count(r) AS customers, round(100 * rate(r)::numeric, 1) AS percent_short,
       round(100 * rate_ci_low(r)::numeric, 1) AS low, round(100 * rate_ci_high(r)::numeric, 1) AS high, round(gap_correlation(g)::numeric, 2) AS correlation
FROM (SELECT touchpoint, rate_agg(score < expected) AS r, gap_agg(expected, score) AS g FROM contact GROUP BY touchpoint) s
ORDER BY 3 DESC, touchpoint;
CREATE TABLE measure (source text, expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8);
INSERT INTO measure (source, expected, perceived)
    SELECT 'customer', expected, score FROM contact WHERE touchpoint = 'phone/hotline' AND occurred_at < '2026-05-01Z';
INSERT INTO measure (source, understood) VALUES ('head of service', 4), ('team lead', 3.5), ('team lead', 4);
INSERT INTO measure (source, specified, promised) VALUES ('service standard', 3.5, NULL), ('advertisement', NULL, 4.5);
INSERT INTO measure (source, delivered) VALUES ('mystery call', 2), ('mystery call', 3), ('mystery call', 2.5);

SELECT round(knowledge::numeric, 2) AS knowledge, round(standards::numeric, 2) AS standards, round(delivery::numeric, 2) AS delivery,
       round(perception::numeric, 2) AS perception, round(customer::numeric, 2) AS customer, round(communication::numeric, 2) AS communication, n_expected, n_delivered
FROM (SELECT (service_gap_agg(expected, understood, specified, delivered, promised, perceived)).* FROM measure) g;
SELECT * FROM tolerance_zone(adequate => 3, desired => 4.5, perceived => 2.5);
SELECT round(servqual_index(gap, weight)::numeric, 4) AS weighted, round(avg(gap), 4) AS plain
FROM (VALUES ('tangibles', -.65, 11), ('reliability', -1.10, 32), ('responsiveness', -.83, 22), ('assurance', -.70, 19), ('empathy', -1.01, 16)) v (dimension, gap, weight);
CREATE VIEW customer AS
SELECT customer_id, o.overall,
       max(score) FILTER (WHERE touchpoint = 'web/search') AS search, max(score) FILTER (WHERE touchpoint = 'web/checkout') AS checkout,
       max(score) FILTER (WHERE touchpoint = 'store/counter') AS counter, max(score) FILTER (WHERE touchpoint = 'app/tracking') AS tracking,
       max(score) FILTER (WHERE touchpoint = 'phone/hotline') AS hotline, max(score) FILTER (WHERE touchpoint = 'mail/invoice') AS invoice
FROM contact c JOIN opinion o USING (customer_id) GROUP BY customer_id, o.overall;

SELECT driver, round(weight::numeric, 3) AS weight, round(percent::numeric, 1) AS percent,
       round(correlation::numeric, 2) AS correlation, round(mean::numeric, 2) AS mean
FROM driver_table((SELECT driver_agg(overall, ARRAY[search, checkout, counter, tracking, hotline, invoice]) FROM customer),
                  '{search,checkout,counter,tracking,hotline,invoice}')
ORDER BY weight DESC;

-- a row without the outcome or without one of the drivers is passed over
SELECT count(*) AS customers, count(*) FILTER (WHERE num_nulls(overall, search, checkout, counter, tracking, hotline, invoice) > 0) AS passed_over,
       round(r_squared(driver_agg(overall, ARRAY[search, checkout, counter, tracking, hotline, invoice]))::numeric, 2) AS r_squared
FROM customer;
SELECT driver, round(percent::numeric, 1) AS percent, round(correlation::numeric, 2) AS correlation
FROM driver_table((
    SELECT driver_agg(overall, ARRAY[peak_score(j, 3), end_score(j), mean_score(j)])
    FROM (SELECT customer_id, journey_agg(touchpoint::touchpoint, occurred_at, score) AS j FROM contact GROUP BY customer_id) s
    JOIN opinion USING (customer_id)), '{peak,end,mean}');
CREATE TABLE drawn AS
SELECT d, rollup(drivers) AS drivers
FROM (SELECT abs(hashint8(customer_id) % 100) AS bucket, driver_agg(overall, ARRAY[search, checkout, counter, tracking, hotline, invoice]) AS drivers FROM customer GROUP BY 1) s,
     generate_series(1, 200) d,
     LATERAL (SELECT count(*) AS times FROM unnest('{0.3679,0.7358,0.9197,0.9810,0.9963,0.9994}'::float8[]) x        -- how often one of many is drawn
              WHERE x <= (hashint8extended(bucket, d) & 1048575) / 1048576.0::float8) t, generate_series(1, times)
GROUP BY d;

SELECT driver, round(percentile_disc(0.025) WITHIN GROUP (ORDER BY weight)::numeric, 3) AS low, round(percentile_disc(0.975) WITHIN GROUP (ORDER BY weight)::numeric, 3) AS high
FROM drawn, driver_table(drivers, '{search,checkout,counter,tracking,hotline,invoice}') GROUP BY driver ORDER BY low DESC;
SELECT driver, quadrant, round(weight::numeric, 3) AS importance, round(mean::numeric, 2) AS performance, percent_of_draws
FROM (SELECT driver, weight, mean, ipa_quadrant(weight, mean) OVER () AS quadrant
      FROM driver_table((SELECT driver_agg(overall, ARRAY[search, checkout, counter, tracking, hotline, invoice]) FROM customer), '{search,checkout,counter,tracking,hotline,invoice}')) q
JOIN (SELECT driver, quadrant, round(100 * count(*) / 200.0) AS percent_of_draws
      FROM (SELECT driver, ipa_quadrant(weight, mean) OVER (PARTITION BY d) AS quadrant
            FROM drawn, driver_table(drivers, '{search,checkout,counter,tracking,hotline,invoice}')) e GROUP BY 1, 2) d USING (driver, quadrant)
ORDER BY quadrant, weight DESC;
SELECT quadrant_svg(array_agg(driver ORDER BY driver), array_agg(weight ORDER BY driver), array_agg(mean ORDER BY driver), 760)
FROM driver_table((SELECT driver_agg(overall, ARRAY[search, checkout, counter, tracking, hotline, invoice]) FROM customer), '{search,checkout,counter,tracking,hotline,invoice}') \g (format=unaligned tuples_only=on)
SELECT touchpoint, round(change::numeric, 2) AS change, round(ci_low::numeric, 2) AS low, round(ci_high::numeric, 2) AS high,
       round(t::numeric, 1) AS t, round(df::numeric, 1) AS df, round(p_value::numeric, 4) AS p
FROM (
    SELECT touchpoint, (gap_change(gap_agg(expected, score) FILTER (WHERE occurred_at < '2026-05-01Z'),
                                   gap_agg(expected, score) FILTER (WHERE occurred_at >= '2026-05-01Z'))).*
    FROM contact GROUP BY touchpoint) s
ORDER BY change DESC, touchpoint;
CREATE TABLE gap_by_day AS
SELECT date_trunc('day', occurred_at, 'UTC') AS day, touchpoint, gap_agg(expected, score) AS gaps FROM contact GROUP BY 1, 2;

SELECT to_char(day AT TIME ZONE 'UTC', 'YYYY-MM') AS month, gap_count(rollup(gaps)) AS answers, round(mean_gap(rollup(gaps))::numeric, 2) AS gap,
       round(gap_ci_low(rollup(gaps))::numeric, 2) AS low, round(gap_ci_high(rollup(gaps))::numeric, 2) AS high
FROM gap_by_day WHERE touchpoint = 'phone/hotline' GROUP BY 1 ORDER BY 1;
SELECT touchpoint AS x, round(mean_gap(g)::numeric, 3) AS y, round(gap_ci_low(g)::numeric, 3) AS y_low, round(gap_ci_high(g)::numeric, 3) AS y_high,
       CASE WHEN gap_ci_high(g) < 0 THEN 'red' WHEN gap_ci_low(g) > 0 THEN 'green' ELSE 'grey' END AS colour
FROM (SELECT touchpoint, gap_agg(expected, score) AS g FROM contact GROUP BY touchpoint) s
ORDER BY y, x;
SELECT round(nps(recommend)::numeric, 1) AS nps, round(csat(overall, 4)::numeric, 1) AS csat FROM opinion;

-- with n and interval
SELECT nps_count(n) AS answers, round(nps(n)::numeric, 1) AS nps, round(nps_ci_low(n)::numeric, 1) AS low, round(nps_ci_high(n)::numeric, 1) AS high,
       round(100 * rate(c)::numeric, 1) AS csat, round(100 * rate_ci_low(c)::numeric, 1) AS csat_low, round(100 * rate_ci_high(c)::numeric, 1) AS csat_high
FROM (SELECT nps_agg(recommend) AS n, rate_agg(overall >= 4) AS c FROM opinion) s;

SELECT round(channel_consistency(channel(touchpoint::touchpoint), score)::numeric, 3) AS consistency FROM contact;

-- and is that more than noise? One score of each customer in each channel
SELECT d.groups, d.n, round(d.f::numeric, 1) AS f, round(d.p_value::numeric, 4) AS p_value, round(d.eta_squared::numeric, 3) AS eta_squared
FROM (SELECT (group_difference_agg(channel, score)).*
      FROM (SELECT customer_id, channel(touchpoint::touchpoint) AS channel, avg(score) AS score FROM contact GROUP BY 1, 2) s) d;

SELECT category, better, round(worse::numeric, 4) AS worse, m, o, a, i, r, q
FROM (SELECT (kano_agg(having_it, lacking_it)).*
      FROM (VALUES ('like', 'dislike', 10), ('expect', 'dislike', 9), ('like', 'neutral', 1), ('neutral', 'neutral', 2), ('dislike', 'like', 3)) v (having_it, lacking_it, n),
           generate_series(1, n)) k;
DROP VIEW customer;
DROP TABLE contact, opinion, measure, gap_by_day, drawn;
