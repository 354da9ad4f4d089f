-- What is a finding and what is noise. The demo calls a difference one where chance alone makes as much in fewer than
-- one of a thousand: of groups, where they differ at all (group_difference_agg) and the pair does among all the pairs
-- (false_discovery); of figures without such a test, where 99 of 100 draws of the customers agree. It compares in dozens
-- of places: at one of twenty each, every file of noise would be told something.

CREATE FUNCTION finding_at() RETURNS float8 IMMUTABLE
RETURN 0.001::float8;

CREATE FUNCTION range_text(low float8, high float8, digits int) RETURNS text
RETURN CASE WHEN low IS NOT NULL AND high IS NOT NULL THEN format('%s to %s', round(low::numeric, digits), round(high::numeric, digits)) END;

CREATE FUNCTION counted(successes bigint, n bigint) RETURNS rate_summary
RETURN CASE WHEN n IS NOT NULL AND successes IS NOT NULL THEN format('{count=%s, successes=%s}', n, successes)::rate_summary END;

CREATE FUNCTION percent(r rate_summary, digits int DEFAULT 0) RETURNS text
RETURN round(100 * rate(r)::numeric, digits)::text;

CREATE FUNCTION percent_range(r rate_summary, digits int DEFAULT 0) RETURNS text
RETURN range_text(100 * rate_ci_low(r), 100 * rate_ci_high(r), digits);

-- Of a normal z: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 7.1.26, right to 1.5e-7.
CREATE FUNCTION two_sided(z float8) RETURNS float8
RETURN (SELECT least(1, t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-least(z * z / 2, 700)))
          FROM (SELECT 1 / (1 + 0.3275911 * abs(z) / sqrt(2)) AS t) AS s);

-- R. A. Fisher's z: atanh(r) is normal about its true value with variance 1/(n - 3).
CREATE FUNCTION correlation_range(r float8, n bigint) RETURNS text
RETURN CASE WHEN n > 3 AND abs(r) < 1 THEN range_text(tanh(atanh(r) - 1.96 / sqrt(n - 3)), tanh(atanh(r) + 1.96 / sqrt(n - 3)), 2)
       ELSE 'no range' END;

CREATE FUNCTION listed(names text[]) RETURNS text
RETURN concat(nullif(array_to_string(names[:cardinality(names) - 1], ', '), '') || ' and ', names[cardinality(names)]);

CREATE FUNCTION figures(f float8[], digits int) RETURNS text
RETURN (SELECT listed(array_agg(round(x::numeric, digits)::text ORDER BY i)) FROM unnest(f) WITH ORDINALITY AS u (x, i));

-- Groups by their means, each beside the best. Fewer than 30 customers are not compared: what they have of variance
-- may be chance. p is that of group_difference_agg.
CREATE FUNCTION ranked(names text[], means mean_summary[], p float8)
RETURNS TABLE (name text, of_best boolean, of_worst boolean, to_best text) LANGUAGE sql STABLE AS $$
    WITH entry AS (
        SELECT name, m, mean(m) AS mean FROM unnest($1, $2) AS u (name, m)
    ), compared AS (
        SELECT *, row_number() OVER (ORDER BY mean DESC, name) AS place, count(*) OVER () AS places
          FROM entry WHERE mean_count(m) >= 30
    ), pair AS (
        SELECT a.place AS upper, b.place AS lower, a.places, c.*, false_discovery(c.p_value) OVER () AS q
          FROM compared AS a JOIN compared AS b ON a.place < b.place, mean_change(a.m, b.m) AS c
    ), apart AS (
        SELECT *, coalesce($3 < finding_at() AND q < finding_at(), false) AS real FROM pair
    )
    SELECT e.name, c.place = 1 OR NOT best.real, c.place = c.places OR NOT worst.real,
           CASE WHEN c.place IS NULL THEN 'too few' WHEN c.place = 1 THEN '' WHEN best.real THEN range_text(best.ci_low, best.ci_high, 2)
           ELSE 'within the noise' END
      FROM entry AS e
      LEFT JOIN compared AS c USING (name)
      LEFT JOIN apart AS best ON best.upper = 1 AND best.lower = c.place
      LEFT JOIN apart AS worst ON worst.upper = c.place AND worst.lower = worst.places
$$;

-- 200 draws of the customers with replacement: in draw d those of bucket b come n times. What comes out the same in
-- nearly every draw does not hang on which customers they happened to be.
CREATE FUNCTION bucket(customer text) RETURNS int
RETURN abs(hashtextextended(customer, 1) % 100)::int;

CREATE TABLE draw AS
SELECT d, b, n
  FROM generate_series(1, 200) AS d, generate_series(0, 99) AS b,
       LATERAL (SELECT (hashint8extended(b, d) & 1048575) / 1048576.0::float8 AS u) AS chance,
       LATERAL (SELECT count(*)::int AS n			-- Poisson's: how often one of many is drawn
                  FROM unnest('{0.3678794,0.7357589,0.9196986,0.9810118,0.9963402,0.9994058}'::float8[]) AS x WHERE x <= u) AS times
 WHERE n > 0;
ANALYZE draw;

CREATE FUNCTION drawn(figures float8[], digits int) RETURNS text
RETURN (SELECT range_text(percentile_disc(0.025) WITHIN GROUP (ORDER BY x), percentile_disc(0.975) WITHIN GROUP (ORDER BY x), digits)
          FROM unnest(figures) AS x);
