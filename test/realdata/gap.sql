-- Gap analysis on real surveys, against published figures and by another route:
--   psql -v ON_ERROR_STOP=1 -v data=DIRECTORY -f test/realdata/gap.sql
-- DIRECTORY holds kiosk_servqual/, nps_garden_retail/ and mtcars_rwa.csv. The extension must be
-- installed in schema tp. Leaves nothing behind; the last line says that all figures hold.
\set ON_ERROR_STOP 1
\setenv TOUCHPOINT_DATA :data
BEGIN;
SET LOCAL search_path = public, tp;
SET LOCAL client_min_messages = warning;

CREATE TEMP TABLE kiosk (respondent int, item int, factor text, expectation float8, perception float8, importance float8, satisfaction float8);
CREATE TEMP TABLE respondent (respondent int, sex text, age text, frequency text, overall_satisfaction float8, overall_quality float8, reuse_intention float8, recommend_intention float8);
CREATE TEMP TABLE garden (row_no int, id bigint, nps float8, satisfaction float8, intention float8, visits float8, basket_eur float8, tenure float8, has_comment int, comment_chars int);
CREATE TEMP TABLE car (name text, mpg float8, cyl float8, disp float8, hp float8, gear float8);
\copy kiosk FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/kiosk_servqual/kiosk_servqual_long.csv' (FORMAT csv, HEADER)
\copy respondent FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/kiosk_servqual/respondents.csv' (FORMAT csv, HEADER)
\copy garden FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/nps_garden_retail/nps.csv' (FORMAT csv, HEADER)
\copy car FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/mtcars_rwa.csv' (FORMAT csv, HEADER)

\o /dev/null
\ir expect.psql

-- The survey's own figures: gaps by factor.
SELECT pg_temp.expect('rows of the kiosk survey', count(*), 5064, 0) FROM kiosk;
SELECT pg_temp.expect('gap of ' || factor, mean_gap(g), want, 5e-5)
FROM (SELECT factor, gap_agg(expectation, perception) AS g FROM kiosk GROUP BY factor) s
JOIN (VALUES ('reliability', -.6296), ('tangible', -.0145), ('economy', -1.2351), ('control', -1.3913),
             ('convenience', -1.4696), ('security', -1.7101)) v (factor, want) USING (factor);
SELECT pg_temp.expect('factors', count(DISTINCT factor), 7, 0),
       pg_temp.expect('factors named', count(DISTINCT factor) FILTER (WHERE factor IN ('reliability', 'tangible', 'economy', 'control', 'convenience', 'security')), 6, 0)
FROM kiosk;
SELECT pg_temp.expect('gap of the six factors', mean_gap(gap_agg(expectation, perception)), -1.0457, 5e-5)
FROM kiosk WHERE factor <> '(dropped by the authors)';
SELECT pg_temp.expect('gap of all items', mean_gap(gap_agg(expectation, perception)), -1.1021, 5e-5) FROM kiosk;
-- The same from summaries of each respondent, merged.
SELECT pg_temp.expect('gap of all items, merged', mean_gap(rollup(g)), -1.1021, 5e-5),
       pg_temp.expect('merged = whole', rollup(g) = (SELECT gap_agg(expectation, perception) FROM kiosk))
FROM (SELECT gap_agg(expectation, perception) AS g FROM kiosk GROUP BY respondent) s;

-- Every figure of every item by plain SQL.
SELECT pg_temp.expect(format('item %s n', item), gap_count(g), n, 0),
       pg_temp.expect(format('item %s mean', item), mean_gap(g), m, 1e-12),
       pg_temp.expect(format('item %s expected', item), mean_expected(g), e, 1e-12),
       pg_temp.expect(format('item %s perceived', item), mean_perceived(g), p, 1e-12),
       pg_temp.expect(format('item %s stddev', item), gap_stddev(g), s, 1e-12),
       pg_temp.expect(format('item %s t', item), gap_t(g), m / (s / sqrt(n)), 1e-9),
       pg_temp.expect(format('item %s correlation', item), gap_correlation(g), r, 1e-12),
       pg_temp.expect(format('item %s shortfalls', item), gap_shortfall_share(g), short, 1e-12)
FROM (
    SELECT item, gap_agg(expectation, perception) AS g, count(perception - expectation) AS n, avg(perception - expectation) AS m,
           avg(expectation) FILTER (WHERE perception IS NOT NULL) AS e, avg(perception) FILTER (WHERE expectation IS NOT NULL) AS p,
           stddev_samp(perception - expectation) AS s, corr(perception, expectation) AS r, avg((perception < expectation)::int) AS short
    FROM kiosk GROUP BY item
) q;

-- Student's t by Simpson's rule on its density, without any beta function.
CREATE FUNCTION pg_temp.student_tails(t float8, df int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    n int := 2 - df % 2;
    -- the density at 0: 1 / pi with 1, 1 / sqrt(8) with 2, and (n + 1) / n * sqrt(n / (n + 2)) times as much with 2 more
    front float8 := CASE n WHEN 1 THEN 1 / pi() ELSE 1 / sqrt(8::float8) END;
    steps int := 4000;
    h float8 := abs(t) / steps;
    area float8 := 0;
BEGIN
    WHILE n < df LOOP
        front := front * (n + 1) / n * sqrt(n / (n + 2)::float8);
        n := n + 2;
    END LOOP;
    FOR i IN 0..steps LOOP
        area := area + (CASE WHEN i IN (0, steps) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END)
            * (1 + (i * h) ^ 2 / df) ^ (-(df + 1) / 2.0::float8);
    END LOOP;
    RETURN 1 - 2 * front * area * h / 3;
END $$;
SELECT pg_temp.expect(format('item %s p-value', item), gap_p_value(g), pg_temp.student_tails(gap_t(g), gap_count(g)::int - 1), 1e-10),
       pg_temp.expect(format('item %s limit', item),
           pg_temp.student_tails((mean_gap(g) - gap_ci_low(g, 0.99)) / gap_stderr(g), gap_count(g)::int - 1), 0.01, 1e-10)
FROM (SELECT item, gap_agg(expectation, perception) AS g FROM kiosk GROUP BY item) s;

-- What drives overall satisfaction: the six factors' perception by respondent, weights by a second algorithm.
CREATE TEMP TABLE driver AS
SELECT respondent, overall_satisfaction AS y,
       ARRAY[avg(perception) FILTER (WHERE factor = 'reliability'), avg(perception) FILTER (WHERE factor = 'tangible'),
             avg(perception) FILTER (WHERE factor = 'economy'), avg(perception) FILTER (WHERE factor = 'control'),
             avg(perception) FILTER (WHERE factor = 'convenience'), avg(perception) FILTER (WHERE factor = 'security')] AS x
FROM kiosk JOIN respondent USING (respondent) GROUP BY respondent, overall_satisfaction;

\ir weights.psql
WITH complete AS (SELECT y, x FROM driver WHERE y IS NOT NULL AND array_position(x, NULL) IS NULL),
matrix AS (
    SELECT array_agg(line ORDER BY i) AS r, array_agg(ry ORDER BY i) AS ry
    FROM (SELECT i, array_agg(r ORDER BY j) AS line, max(ry) AS ry
          FROM (SELECT i, j, corr(x[i], x[j]) AS r, corr(y, x[i]) AS ry FROM complete, generate_series(1, 6) i, generate_series(1, 6) j GROUP BY i, j) c
          GROUP BY i) l),
summary AS (SELECT driver_agg(y, x) AS d FROM driver)
SELECT pg_temp.expect('weight of driver ' || i, (relative_weights(d))[i], (pg_temp.weights(r, ry))[i], 1e-10),
       pg_temp.expect('correlation of driver ' || i, (driver_correlations(d))[i], ry[i], 1e-12),
       pg_temp.expect('R squared', r_squared(d), (SELECT sum(w) FROM unnest(pg_temp.weights(r, ry)) w), 1e-10)
FROM matrix, summary, generate_series(1, 6) i;
\o
\echo drivers of overall satisfaction
SELECT driver, round(weight::numeric, 4) AS weight, round(percent::numeric, 1) AS percent, round(correlation::numeric, 3) AS correlation, round(mean::numeric, 2) AS mean
FROM driver_table((SELECT driver_agg(y, x) FROM driver), '{reliability,tangible,economy,control,convenience,security}') ORDER BY weight DESC;
\o /dev/null

-- Importance and performance of the items: the window form against the plain one with avg().
CREATE TEMP TABLE placed AS
SELECT item, factor, importance, performance, ipa_quadrant(importance, performance) OVER () AS quadrant,
       CASE WHEN importance >= avg(importance) OVER () THEN CASE WHEN performance >= avg(performance) OVER () THEN 'keep up the good work' ELSE 'concentrate here' END
            WHEN performance >= avg(performance) OVER () THEN 'possible overkill' ELSE 'low priority' END AS by_hand
FROM (SELECT item, factor, avg(importance) AS importance, avg(perception) AS performance FROM kiosk GROUP BY item, factor) s;
SELECT pg_temp.expect('quadrant of item ' || item, quadrant = by_hand) FROM placed;
SELECT pg_temp.expect('items', count(quadrant), 24, 0) FROM placed;
\o
\echo items by quadrant
SELECT quadrant, array_agg(item ORDER BY item) AS items FROM placed GROUP BY quadrant ORDER BY quadrant;
\o /dev/null

-- Net promoter score of a garden retailer: 8,465 promoters, 3,953 passives, 1,194 detractors.
SELECT pg_temp.expect('NPS', nps(nps), 53.4, 0.05), pg_temp.expect('NPS by hand', nps(nps), 100.0 * (8465 - 1194) / (8465 + 3953 + 1194), 1e-12),
       pg_temp.expect('CSAT', csat(satisfaction, 8), 100.0 * count(*) FILTER (WHERE satisfaction >= 8) / count(satisfaction), 1e-12) FROM garden;
SELECT pg_temp.expect('nps with intention', gap_correlation(gap_agg(nps, intention)), .81, .005),
       pg_temp.expect('nps with satisfaction', gap_correlation(gap_agg(nps, satisfaction)), .69, .005),
       pg_temp.expect('satisfaction with intention', gap_correlation(gap_agg(satisfaction, intention)), .65, .005) FROM garden;
SELECT pg_temp.expect('correlation ' || i, c[i], want, 1e-12)
FROM (SELECT driver_correlations(driver_agg(nps, ARRAY[satisfaction, intention])) AS c,
             ARRAY[corr(nps, satisfaction) FILTER (WHERE intention IS NOT NULL), corr(nps, intention) FILTER (WHERE satisfaction IS NOT NULL)] AS w FROM garden) s,
     unnest(w) WITH ORDINALITY u (want, i);

-- Relative weights as the R package rwa prints them.
SELECT pg_temp.expect('weight of ' || driver, weight, want, 5e-8), pg_temp.expect('percent of ' || driver, percent, want_percent, 5e-6)
FROM driver_table((SELECT driver_agg(mpg, ARRAY[cyl, disp, hp, gear]) FROM car), '{cyl,disp,hp,gear}')
JOIN (VALUES ('cyl', .2284797, 29.32274), ('disp', .2221469, 28.50999), ('hp', .2321744, 29.79691), ('gear', .0963886, 12.37037)) v (driver, want, want_percent) USING (driver);
SELECT pg_temp.expect('R squared of mpg', r_squared(driver_agg(mpg, ARRAY[cyl, disp, hp, gear])), .7791896, 5e-8) FROM car;
ROLLBACK;
\echo all figures hold
