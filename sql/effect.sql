-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT (e).part, (e).with_count FROM (SELECT unnest(tp.conversion_effect_agg('{web/a@2026-01-05T10:00:00Z}', 'channel', true)) AS e) s;

SET search_path = public, tp;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';
CREATE FUNCTION pg_temp.journeys(n int, path text, converted boolean) RETURNS TABLE (j journey, converted boolean)
LANGUAGE sql AS 'SELECT journey(path::touchpoint[]), converted FROM generate_series(1, n)';

-- Fisher's exact test against published p-values: the lady tasting tea (.4857; The Design of Experiments, 1935); criminal twins,
-- 10 of 13 against 2 of 17 (Statistical Methods for Research Workers; R's fisher.test: .0005367); studying (Wikipedia,
-- "Fisher's exact test": 1, 11, 9, 3: .002759).
CREATE TABLE published (name text, a int, b int, c int, d int, p numeric);
INSERT INTO published VALUES ('tea', 3, 1, 1, 3, .4857), ('twins', 10, 3, 2, 15, .0005367), ('studying', 1, 11, 9, 3, .002759);
SELECT name, round((e).p_value::numeric, scale(p)) = p AS published, round((e).odds_ratio::numeric, 6) AS odds_ratio, round((e).ci_low::numeric, 6) AS low, round((e).ci_high::numeric, 6) AS high,
       pg_temp.near((e).odds_ratio, a::float8 * d / (b * c)) AS odds, pg_temp.near(ln((e).ci_high / (e).odds_ratio), 1.959963984540054 * sqrt(1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d)) AS limits
FROM published, LATERAL (SELECT unnest(conversion_effect_agg(j, 'label', converted)) AS e FROM (
    SELECT * FROM pg_temp.journeys(a, '{milk}', true) UNION ALL SELECT * FROM pg_temp.journeys(b, '{milk}', false)
    UNION ALL SELECT * FROM pg_temp.journeys(c, '{tea}', true) UNION ALL SELECT * FROM pg_temp.journeys(d, '{tea}', false)) t) u
WHERE (e).part = 'milk' ORDER BY name;

-- Every count and figure against plain SQL; once a journey, however often it passes.
CREATE TABLE customer AS
SELECT i AS id, (SELECT journey_agg(touchpoint(NULLIF((ARRAY['web', 'app', 'shop', ''])[1 + (i * 7 + k * 5) % 4], ''), 'l' || (i * 31 + k * k * 7) % 9), timestamptz '2026-01-01Z' + k * interval '1 hour')
                 FROM generate_series(1, i % 6) k) AS j, CASE WHEN i % 23 <> 0 THEN i * 7919 % 5 < 2 OR i % 31 = 0 END AS converted
FROM generate_series(1, 700) i;
UPDATE customer SET j = '{}' WHERE j IS NULL AND id % 12 = 0;
CREATE TABLE effect AS SELECT aspect, (e).* FROM unnest('{touchpoint,channel,label,stage}'::text[]) aspect, LATERAL (SELECT unnest(conversion_effect_agg(j, aspect, converted)) AS e FROM customer) s;
SELECT e.aspect, count(*) AS parts, bool_and(with_count = w AND with_converted = wc AND without_count = n - w AND without_converted = c - wc) AS counts, bool_and(e.q_value = e.q) AS q
FROM (SELECT *, false_discovery(p_value) OVER (PARTITION BY aspect) AS q FROM effect) e
FULL JOIN (SELECT aspect, p, count(*) AS w, count(*) FILTER (WHERE converted) AS wc
           FROM (SELECT DISTINCT aspect, id, converted, p FROM customer, unnest('{touchpoint,channel,label,stage}'::text[]) aspect, unnest(path(j, aspect)) p WHERE converted IS NOT NULL AND p IS NOT NULL) t GROUP BY 1, 2) d
  ON d.aspect = e.aspect AND d.p = e.part,
(SELECT count(*) AS n, count(*) FILTER (WHERE converted) AS c FROM customer WHERE converted IS NOT NULL AND j IS NOT NULL) totals
GROUP BY 1 ORDER BY 1;
SELECT aspect, array_agg(part) = array_agg(part ORDER BY part COLLATE "C") AS in_order FROM effect WHERE aspect <> 'touchpoint' GROUP BY 1 ORDER BY 1;
-- touchpoints in touchpoint order
SELECT array_agg(part::touchpoint) = array_agg(part::touchpoint ORDER BY part::touchpoint) AS in_order FROM effect WHERE aspect = 'touchpoint';
-- how many were passed over
SELECT count(*) - (SELECT min(with_count + without_count) FROM effect) AS passed_over, count(*) FILTER (WHERE converted IS NULL OR j IS NULL) AS lacking FROM customer;
-- a cell of 0: a half in each; a margin of 0: no figures, and no test among the others
SELECT part, with_count, with_converted, without_count, without_converted, round(odds_ratio::numeric, 6) AS odds_ratio, round(ci_low::numeric, 6) AS low, round(ci_high::numeric, 6) AS high,
       round(p_value::numeric, 6) AS p_value, round(q_value::numeric, 6) AS q_value
FROM unnest((SELECT conversion_effect_agg(j, 'label', converted) FROM (SELECT * FROM pg_temp.journeys(6, '{all,good}', true) UNION ALL SELECT * FROM pg_temp.journeys(5, '{all,bad}', false)) t)) ORDER BY 1;
SELECT conversion_effect_agg(j, 'label', true) FROM pg_temp.journeys(2, '{a}', true);
-- values of a property
SELECT part, with_count, with_converted, without_count FROM unnest((SELECT conversion_effect_agg(j, 'properties.campaign', c) FROM (VALUES
    ('{a@2026-01-05T10:00:00Z properties={"campaign":"spring"}, b@2026-01-05T11:00:00Z}'::journey, true), ('{a@2026-01-05T10:00:00Z}', false),
    ('{a@2026-01-05T10:00:00Z properties={"campaign":"fall"}, b@2026-01-05T11:00:00Z properties={"campaign":"spring"}}', false)) v (j, c)));
-- nothing to say
SELECT conversion_effect_agg(j, 'label', converted) FROM customer WHERE false;
SELECT conversion_effect_agg(NULL, 'label', true), conversion_effect_agg('{}', 'label', true), conversion_effect_agg('{a@2026-01-05T10:00:00Z}', 'label', NULL);

-- Wrong questions.
SELECT fails(format('SELECT conversion_effect_agg(j, %s, converted) FROM customer', part)) FROM unnest(ARRAY['NULL', $$'colour'$$, $$(ARRAY['label', 'channel'])[1 + id % 2]$$]) part;
SELECT fails(format('SELECT conversion_effect_final(%L)', t)) FROM unnest(ARRAY['{of=linear, part=channel, values=no, sums={{1, 0,web}}}', '{of=effect, part=channel, values=no, sums={{3, 1,web}}}',
    '{of=effect, part=channel, values=no, sums={{3, 1,web}, {2, 1,""}}}', '{of=effect, part=channel, values=no, sums={{3, 1,web}, {3, 2,""}}}', '{of=effect, part=channel, values=no, sums={{3, 2,web}, {4, 1,""}}}']) t;
SELECT fails(format('SELECT %L::touchpoint_ledger', t)) FROM unnest(ARRAY['{of=effect, part=channel, values=no, sums={{3, 4,web}}}', '{of=effect, part=channel, values=no, sums={{0.5, 0,web}}}', '{of=effect, part=channel, values=no, sums={{0, 0,web}}}', '{of=effect, part=channel, values=no, sums={{1e300, 0,web}}}']) t;
SELECT conversion_effect_row(conversion_effect_row('{}', '{web/a@2026-01-05T10:00:00Z, b@2026-01-05T11:00:00Z}', 'touchpoint', true), '{}', 'touchpoint', false);

-- The plan does not matter.
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT j, converted FROM customer, generate_series(1, 20);
ANALYZE many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT conversion_effect_agg(j, ''touchpoint'', converted) FROM many', 'Partial Aggregate') AS parallel;
CREATE TABLE parallel AS SELECT conversion_effect_agg(j, 'touchpoint', converted) AS e FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT conversion_effect_agg(j, 'touchpoint', converted) = (SELECT e FROM parallel) AS same FROM many;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP TABLE published, customer, effect, many, parallel;
