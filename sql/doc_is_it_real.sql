SET search_path = public, tp;

-- a number from 0 to 1 that looks like chance, and is the same on every machine
CREATE FUNCTION chance(customer int, what int) RETURNS float8 IMMUTABLE LANGUAGE sql
AS 'SELECT (hashint8extended(customer, what) & 1048575) / 1048576.0::float8';

CREATE TABLE customer AS
SELECT c AS id, chance(c, 1) < 0.3 AS loyal, timestamptz '2026-01-01Z' + c % 365 * interval '1 day' AS came FROM generate_series(1, 2000) c;

CREATE TABLE contact AS
SELECT id AS customer_id, touchpoint::touchpoint, came + (n * 9 + k) * interval '1 hour' AS occurred_at,
       CASE WHEN chance(id, 1000 + 10 * n + k) < 0.9 THEN     -- one in ten says nothing
           least(5, greatest(1, round(1.6 + better + 2.2 * chance(id, 2) + 2 * chance(id, 2000 + 10 * n + k)))) END AS score
FROM customer, (VALUES (1, 'web/search', 0.8, 0.8, 0), (2, 'app/home', 0.2, 0.7, 0), (3, 'store/visit', 0.4, 0.4, 0.4),
                       (4, 'phone/hotline', 0.25, 0.25, 0), (5, 'mail/offer', 0.5, 0.5, 0)) t (n, touchpoint, share, loyal_share, better),
     generate_series(1, 3) k                            -- some come again
WHERE chance(id, 100 + n) < CASE WHEN loyal THEN loyal_share ELSE share END AND (k = 1 OR chance(id, 3000 + 10 * n + k) < 0.3);

-- who buys, and when: the till is a contact too
CREATE TABLE purchase AS
SELECT id AS customer_id, came + interval '60 hours' AS bought_at FROM customer
WHERE chance(id, 7) < 0.15 + CASE WHEN loyal THEN 0.25 ELSE 0 END
    + CASE WHEN EXISTS (SELECT FROM contact WHERE customer_id = id AND touchpoint = 'store/visit') THEN 0.12 ELSE 0 END;
INSERT INTO contact SELECT customer_id, 'web/till', bought_at, NULL FROM purchase;
CREATE VIEW answer AS
SELECT customer_id, channel(touchpoint) AS channel, avg(score) AS score, count(*) - count(score) AS unanswered
FROM contact WHERE channel(touchpoint) <> 'web' OR label(touchpoint) <> 'till' GROUP BY 1, 2;

SELECT channel, mean_count(m) AS customers, round(mean(m)::numeric, 2) AS score,
       round(mean_ci_low(m)::numeric, 2) AS low, round(mean_ci_high(m)::numeric, 2) AS high
FROM (SELECT channel, mean_agg(score) AS m FROM answer GROUP BY channel) s ORDER BY mean(m) DESC;
SELECT what, (d).groups, (d).n, round((d).f::numeric, 2) AS f, round((d).p_value::numeric, 4) AS p_value
FROM (SELECT 'all' AS what, group_difference_agg(channel, score) AS d FROM answer
      UNION ALL SELECT 'without the store', group_difference_agg(channel, score) FROM answer WHERE channel <> 'store') s ORDER BY 1;

SELECT pair, round((c).change::numeric, 2) AS change, round((c).ci_low::numeric, 2) AS low, round((c).ci_high::numeric, 2) AS high, round((c).p_value::numeric, 4) AS p_value
FROM (SELECT 'web to app' AS pair, mean_change(mean_agg(score) FILTER (WHERE channel = 'web'), mean_agg(score) FILTER (WHERE channel = 'app')) AS c FROM answer
      UNION ALL SELECT 'web to store', mean_change(mean_agg(score) FILTER (WHERE channel = 'web'), mean_agg(score) FILTER (WHERE channel = 'store')) FROM answer) s ORDER BY 1;
SELECT channel, count(*) AS customers, count(*) - mean_count(mean_agg(score)) AS passed_over FROM answer GROUP BY channel ORDER BY channel;
CREATE TABLE visit AS
SELECT c AS id, CASE WHEN chance(c, 11) < 0.5 THEN 'old' ELSE 'new' END AS checkout,
       (SELECT journey_agg(touchpoint, timestamptz '2026-03-01Z' + c * interval '1 minute' + n * interval '5 minutes')
        FROM (VALUES (1, 'web/cart'::touchpoint, 1.0), (2, 'web/address', 0.7), (3, 'web/payment', CASE WHEN chance(c, 11) < 0.5 THEN 0.55 ELSE 0.62 END)) s (n, touchpoint, share)
        WHERE n = 1 OR chance(c, 12) < 0.7 AND (n = 2 OR chance(c, 13) < share)) AS j
FROM generate_series(1, 3000) c;

CREATE TABLE experiment AS
SELECT checkout, rate_agg(reaches_step(j, '{web/cart,web/address,web/payment}', '1 hour', 3)) AS paid FROM visit GROUP BY checkout;

SELECT checkout, rate_count(paid) AS visitors, round(100 * rate(paid)::numeric, 1) AS percent,
       round(100 * rate_ci_low(paid)::numeric, 1) AS low, round(100 * rate_ci_high(paid)::numeric, 1) AS high
FROM experiment ORDER BY checkout DESC;

SELECT round(100 * (c).change::numeric, 1) AS points, round(100 * (c).ci_low::numeric, 1) AS low, round(100 * (c).ci_high::numeric, 1) AS high,
       round((c).ratio::numeric, 2) AS ratio, round((c).p_value::numeric, 4) AS p_value
FROM (SELECT rate_change(o.paid, n.paid) AS c FROM experiment o, experiment n WHERE o.checkout = 'old' AND n.checkout = 'new') s;
CREATE VIEW by_month AS
SELECT to_char(came AT TIME ZONE 'UTC', 'YYYY-MM') AS month, mean(mean_agg(score)) AS score, sum(hotline) AS called, count(*) AS customers
FROM (SELECT id, came, avg(score) AS score,
             (bool_or(touchpoint = 'phone/hotline') OR extract(month FROM came AT TIME ZONE 'UTC') = 9 AND chance(id, 20) < 0.25)::int AS hotline
      FROM customer JOIN contact ON customer_id = id GROUP BY id, came) s
GROUP BY 1;

SELECT month, round(score::numeric, 2) AS score, round((c).lower::numeric, 2) AS lower, round((c).upper::numeric, 2) AS upper, coalesce((c).signal, '') AS signal,
       round(100.0 * called / customers, 1) AS percent_called, round(100 * (p).upper::numeric, 1) AS upper_percent, coalesce((p).signal, '') AS called_signal
FROM (SELECT *, control_chart(score) OVER (ORDER BY month) AS c, control_chart(called, customers) OVER (ORDER BY month) AS p FROM by_month) s
ORDER BY month;
SELECT control_svg(array_agg(month ORDER BY month), array_agg(score ORDER BY month), 760) FROM by_month \g (format=unaligned tuples_only=on)
CREATE TABLE journey_before AS
SELECT id, loyal, bought_at IS NOT NULL AS bought, slice(j, tstzrange(NULL, came + interval '60 hours', '[)')) AS j
FROM customer JOIN (SELECT customer_id, journey_agg(touchpoint, occurred_at) AS j FROM contact GROUP BY 1) s ON s.customer_id = id
LEFT JOIN purchase p ON p.customer_id = id;

CREATE FUNCTION effects(touchpoint_effect[]) RETURNS TABLE (part text, with_it bigint, bought text, without text, odds_ratio numeric, low numeric, high numeric, q numeric)
LANGUAGE sql AS $$
SELECT part, with_count, round(100.0 * with_converted / with_count) || ' %', round(100.0 * without_converted / without_count) || ' %',
       round(odds_ratio::numeric, 2), round(ci_low::numeric, 2), round(ci_high::numeric, 2), round(q_value::numeric, 4) FROM unnest($1)
$$;

SELECT * FROM effects((SELECT conversion_effect_agg(j, 'touchpoint', bought) FROM journey_before)) ORDER BY odds_ratio DESC;
SELECT loyal, e.* FROM (SELECT loyal, conversion_effect_agg(j, 'touchpoint', bought) AS all_effects FROM journey_before GROUP BY loyal) s, effects(all_effects) e
WHERE part IN ('app/home', 'store/visit') ORDER BY part, loyal;
DROP FUNCTION effects(touchpoint_effect[]);
DROP VIEW answer, by_month;
DROP TABLE customer, contact, purchase, visit, experiment, journey_before;
DROP FUNCTION chance(int, int);
