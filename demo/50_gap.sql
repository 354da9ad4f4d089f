-- Where do we fall short? The gap table, what the fix changed, and what to mend first.
-- Reads table contact (customer_id, touchpoint, occurred_at, score, expected) of the sample.

\echo
\echo === Where do we fall short? gap = score - expected, negative is a shortfall
SELECT touchpoint, gap_count(g) AS pairs,
       round(mean_expected(g)::numeric, 2) AS expected, round(mean_perceived(g)::numeric, 2) AS perceived,
       round(mean_gap(g)::numeric, 2) AS gap,
       round(gap_ci_low(g)::numeric, 2) AS low, round(gap_ci_high(g)::numeric, 2) AS high,
       round(gap_p_value(g)::numeric, 4) AS p,
       round(100 * gap_shortfall_share(g)::numeric) AS "% short"
FROM (SELECT touchpoint, gap_agg(expected, score) AS g FROM contact GROUP BY touchpoint) s
WHERE gap_count(g) > 0
ORDER BY mean_gap(g), touchpoint;

\echo === What to mend first: importance = how far the score moves with the mean of the customer
WITH customer AS (
    SELECT customer_id, avg(score) AS overall FROM contact GROUP BY customer_id
),
point AS (
    SELECT touchpoint, corr(c.score, overall) AS importance, avg(c.score) AS performance
    FROM contact c JOIN customer USING (customer_id) GROUP BY touchpoint
)
SELECT touchpoint, round(importance::numeric, 2) AS importance, round(performance::numeric, 2) AS performance,
       ipa_quadrant(importance, performance) OVER () AS quadrant
FROM point
ORDER BY quadrant, importance DESC, touchpoint;

\echo === Is the experience the same in every channel? 1 = it is
SELECT round(channel_consistency(channel(touchpoint), score)::numeric, 3) AS consistency FROM contact;
