SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = warning;
-- By hand: first contact Mon 5 Jan, then 6, 20 Jan, 3 Feb, by weeks
CREATE TEMP TABLE one AS SELECT '{web/visit@2026-01-05T10:00:00Z, web/visit@2026-01-06T10:00:00Z, app/order@2026-01-20T10:00:00Z, web/visit@2026-02-03T10:00:00Z}'::journey AS j;
SELECT p FROM one, active_periods(j, 'week') AS p;
SELECT p FROM one, active_periods(j, 'week', 'web/*', 'Asia/Tokyo') AS p;
SELECT p FROM one, active_periods(j, 'month', 'call/*') AS p;
SELECT p, r FROM (VALUES ('hour'), ('day'), ('quarter'), ('year')) v(p), one, LATERAL (SELECT array_agg(a) AS r FROM active_periods(j, p) AS a) r;
SELECT period, returned, share, round(ci_low::numeric, 4) AS low, round(ci_high::numeric, 4) AS high, complete FROM one, unnest((SELECT retention_agg(j, 'week', 5, '*', '*', 'UTC') FROM one));
SELECT period, returned, share, complete FROM unnest((SELECT retention_agg(j, 'week', 5, '*', 'app/*', 'UTC', '2026-02-09 00:00', true) FROM one));
SELECT * FROM unnest((SELECT lifecycle_agg(j, 'week', '*', 'UTC') FROM one));
SELECT * FROM unnest((SELECT lifecycle_agg(j, 'week', '*', 'UTC', '2026-02-08 23:59:59.999999') FROM one)) OFFSET 4;
SELECT * FROM unnest((SELECT lifecycle_agg(j, 'week', '*', 'UTC', '2026-02-09 00:00') FROM one)) OFFSET 4;
SELECT * FROM unnest((SELECT stickiness_agg(j, 'week', '*', 'UTC', NULL) FROM one));
SELECT * FROM unnest((SELECT stickiness_agg(j, 'week', '*', 'UTC', '[2026-01-12, 2026-02-02)') FROM one));
SELECT * FROM unnest((SELECT stickiness_agg(j, 'week', 'call/*', 'UTC', '[2026-01-12, 2026-01-26]') FROM one));

-- Plain SQL beside it: customers over the days on which clocks change, over a day that an island skipped, over clocks turned
-- back across midnight, where an hour has half of itself, and where nothing ever changes
CREATE TEMP TABLE place (zone text, around timestamptz);
INSERT INTO place VALUES ('Europe/Berlin', '2026-03-29 01:00Z'), ('Europe/Berlin', '2025-10-26 01:00Z'), ('Pacific/Apia', '2011-12-30 10:00Z'), ('America/St_Johns', '2006-10-29 02:31Z'),
    ('America/St_Johns', '2006-04-02 03:31Z'), ('Australia/Lord_Howe', '2025-04-05 15:00Z'), ('Australia/Lord_Howe', '2025-10-04 15:30Z'), ('Asia/Kathmandu', '1985-12-31 18:30Z'), ('America/Sao_Paulo', '2018-11-04 03:00Z'), ('UTC', '2026-01-01 00:00Z'), ('+05:45', '2026-01-01 00:00Z'), ('cet', '2026-07-01 00:00Z'), ('CEST', '2026-01-01 00:00Z');
CREATE TEMP TABLE kind (period text, spread interval, grain interval);
INSERT INTO kind VALUES ('hour', '40 hours', '5 minutes'), ('day', '20 days', '30 minutes'), ('week', '70 days', '30 minutes'), ('month', '400 days', '6 hours'), ('quarter', '900 days', '12 hours'), ('year', '2000 days', '1 day');
-- A third of the visits lie within three hours of the change.
CREATE TEMP TABLE visit AS
SELECT row_number() OVER () AS n, zone, around, period, customer, date_trunc('minute', around + spread * (random_at - 0.5)) AS at, (ARRAY['web', 'app'])[1 + i % 2] AS channel
FROM place, kind, generate_series(1, 24) AS customer, generate_series(1, 6) AS i,
    LATERAL (SELECT CASE WHEN (customer + i) % 3 = 0 THEN 0.5 + (hashtext(zone || around || period || customer || i)::bigint % 1000) / 1000.0 * 10800 / extract(epoch FROM spread)
        ELSE abs(hashtext(i || 'x' || zone || around || period || customer)::bigint) % 100000 / 100000.0 END AS random_at) AS r;
CREATE TEMP TABLE traveller AS SELECT zone, around, period, customer, journey_agg(touchpoint(channel, 'x'), at, NULL, NULL, NULL, NULL, NULL, NULL, n) AS j FROM visit GROUP BY 1, 2, 3, 4;
-- Periods are the different beginnings there are, in order.
CREATE TEMP TABLE cut AS
SELECT zone, around, period, start, row_number() OVER (PARTITION BY zone, around, period ORDER BY start) AS nth, lead(start) OVER (PARTITION BY zone, around, period ORDER BY start) AS ends
FROM (SELECT DISTINCT zone, around, period, date_trunc(period, t, zone) AS start FROM place, kind, generate_series(around - spread, around + spread, grain) AS t) AS d;
CREATE TEMP TABLE met AS SELECT v.*, c.nth, c.start FROM visit v JOIN cut c USING (zone, around, period) WHERE c.start = date_trunc(v.period, v.at, v.zone);
SELECT count(*) = (SELECT count(*) FROM visit) AS "every visit has its period" FROM met;
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ
FROM (SELECT ARRAY(SELECT active_periods(j, period, 'web/*', zone)) AS ours, ARRAY(SELECT DISTINCT start FROM met m WHERE (m.zone, m.around, m.period, m.customer) = (t.zone, t.around, t.period, t.customer) AND channel = 'web' ORDER BY 1) AS theirs FROM traveller t) AS c;
CREATE FUNCTION pg_temp.plain_retention(z text, a timestamptz, p text, periods int, as_of timestamptz, or_after boolean) RETURNS TABLE (cohort timestamptz, period int, entered bigint, returned bigint, complete boolean) LANGUAGE sql AS $$
    WITH seen AS (SELECT * FROM met WHERE (zone, around, period) = (z, a, p) AND at <= coalesce(as_of, 'infinity')),
    first AS (SELECT DISTINCT ON (customer) customer, nth, start, at, n FROM seen WHERE channel = 'web' ORDER BY customer, at, n),
    size AS (SELECT nth, start, count(*) AS entered FROM first GROUP BY 1, 2),
    stop AS (SELECT coalesce(as_of, max(at)) AS at FROM seen)
    SELECT s.start, k, s.entered, (SELECT count(DISTINCT f.customer) FROM first f JOIN seen v USING (customer) WHERE f.nth = s.nth AND (v.at, v.n) > (f.at, f.n) AND (v.nth = s.nth + k OR or_after AND v.nth > s.nth + k)), c.ends <= stop.at
    FROM size s, generate_series(0, periods) AS k, cut c, stop WHERE (c.zone, c.around, c.period) = (z, a, p) AND c.nth = s.nth + k AND c.start <= stop.at ORDER BY 1, 2 $$;
-- Ties at one minute stand in the journey as they stand there: by id.
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, sum(cardinality(ours)) > 800 AS many
FROM (SELECT ARRAY(SELECT ROW(r.cohort, r.period, r.entered, r.returned, r.complete)::text FROM unnest((SELECT CASE form WHEN 1 THEN retention_agg(j, kind.period, 7, 'web/*', '*', zone) WHEN 2 THEN retention_agg(j, kind.period, 7, 'web/*', '*', zone, around) ELSE retention_agg(j, kind.period, 7, 'web/*', '*', zone, NULL, true) END FROM traveller t WHERE (t.zone, t.around, t.period) = (place.zone, place.around, kind.period))) AS r) AS ours,
    ARRAY(SELECT r::text FROM pg_temp.plain_retention(zone, around, kind.period, 7, CASE form WHEN 2 THEN around END, form = 3) AS r) AS theirs FROM place, kind, generate_series(1, 3) AS form) AS c;
CREATE FUNCTION pg_temp.plain_lifecycle(z text, a timestamptz, p text, as_of timestamptz) RETURNS TABLE (period_start timestamptz, new bigint, "returning" bigint, resurrecting bigint, dormant bigint) LANGUAGE sql AS $$
    WITH seen AS (SELECT * FROM met WHERE (zone, around, period) = (z, a, p) AND at <= coalesce(as_of, 'infinity')),
    active AS (SELECT DISTINCT customer, nth FROM seen WHERE channel = 'web'), stop AS (SELECT c.nth FROM cut c WHERE (c.zone, c.around, c.period) = (z, a, p) AND c.start = date_trunc(p, coalesce(as_of, (SELECT max(at) FROM seen)), z))
    SELECT c.start, (SELECT count(*) FROM active x WHERE x.nth = c.nth AND NOT EXISTS (SELECT FROM active y WHERE y.customer = x.customer AND y.nth < x.nth)),
        (SELECT count(*) FROM active x WHERE x.nth = c.nth AND EXISTS (SELECT FROM active y WHERE y.customer = x.customer AND y.nth = x.nth - 1)),
        (SELECT count(*) FROM active x WHERE x.nth = c.nth AND EXISTS (SELECT FROM active y WHERE y.customer = x.customer AND y.nth < x.nth - 1) AND NOT EXISTS (SELECT FROM active y WHERE y.customer = x.customer AND y.nth = x.nth - 1)),
        (SELECT count(*) FROM active x WHERE x.nth = c.nth - 1 AND NOT EXISTS (SELECT FROM active y WHERE y.customer = x.customer AND y.nth = c.nth))
    FROM cut c, stop WHERE (c.zone, c.around, c.period) = (z, a, p) AND c.nth BETWEEN (SELECT min(nth) FROM active) AND stop.nth ORDER BY 1 $$;
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, sum(cardinality(ours)) > 800 AS many
FROM (SELECT ARRAY(SELECT r::text FROM unnest((SELECT CASE form WHEN 1 THEN lifecycle_agg(j, kind.period, 'web/*', zone) ELSE lifecycle_agg(j, kind.period, 'web/*', zone, around) END FROM traveller t WHERE (t.zone, t.around, t.period) = (place.zone, place.around, kind.period))) AS r) AS ours,
    ARRAY(SELECT r::text FROM pg_temp.plain_lifecycle(zone, around, kind.period, CASE form WHEN 2 THEN around END) AS r) AS theirs FROM place, kind, generate_series(1, 2) AS form) AS c;
SELECT count(*), count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, sum(cardinality(ours)) > 200 AS many
FROM (SELECT ARRAY(SELECT r::text FROM unnest((SELECT stickiness_agg(j, kind.period, 'app/*', zone, span) FROM traveller t WHERE (t.zone, t.around, t.period) = (place.zone, place.around, kind.period))) AS r) AS ours,
    ARRAY(WITH active AS (SELECT customer, nth FROM met m WHERE (m.zone, m.around, m.period) = (place.zone, place.around, kind.period) AND channel = 'app' AND (span IS NULL OR at <@ span)),
        per AS (SELECT customer, count(DISTINCT nth) AS n FROM active GROUP BY 1),
        size AS (SELECT CASE WHEN span IS NULL THEN (SELECT max(nth) - min(nth) + 1 FROM active) ELSE (SELECT count(DISTINCT date_trunc(kind.period, t, zone)) FROM generate_series(lower(span), upper(span), kind.grain / 5) t WHERE t <@ span) END AS n)
        SELECT ROW(k, (SELECT count(*) FROM per WHERE per.n = k))::text FROM size, generate_series(1, size.n) AS k ORDER BY k) AS theirs
    FROM place, kind, LATERAL (VALUES (NULL::tstzrange), (tstzrange(around - spread / 8, around + spread / 8))) AS v(span)) AS c;

-- What it is asked of
SELECT retention_agg(j, 'day', 3, '*', '*', 'UTC') IS NULL AS r, lifecycle_agg(j, 'day', '*', 'UTC') IS NULL AS l, stickiness_agg(j, 'day', '*', 'UTC', NULL) IS NULL AS s FROM one WHERE false;
SELECT retention_agg(j, 'day', 3, '*', '*', 'UTC') AS r, lifecycle_agg(j, 'day', '*', 'UTC') AS l, stickiness_agg(j, 'day', '*', 'UTC', NULL) AS s FROM (VALUES (NULL::journey), ('{}')) v(j);
SELECT retention_agg(j, 'day', 3, 'call/*', '*', 'UTC') AS r, lifecycle_agg(j, 'day', 'call/*', 'UTC') AS l, stickiness_agg(j, 'day', '*', 'UTC', 'empty') AS s FROM one;
SELECT retention_agg(j, 'day', 3, '*', '*', 'UTC', '2025-01-01') AS r, lifecycle_agg(j, 'day', '*', 'UTC', '2025-01-01') AS l FROM one;
SELECT cardinality(retention_agg(j, 'day', 10000, '*', '*', 'UTC', '2126-01-01')) AS most FROM one;
SELECT * FROM unnest((SELECT retention_agg(j, 'year', 2, '*', '*', 'Asia/Tokyo') FROM (VALUES ('{a@294275-03-01T00:00:00Z, a@294276-12-30T00:00:00Z}'::journey)) v(j)));
SELECT count(*) FROM active_periods('{a@0001-01-01T00:00:00Z, a@2026-01-01T00:00:00Z, a@9999-01-01T00:00:00Z}', 'hour', '*', 'America/New_York');
\set VERBOSITY verbose
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.outcome(q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; hint text;
BEGIN
    EXECUTE q; RETURN 'no error';
EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT; RETURN concat_ws(' | ', SQLSTATE, message, nullif(hint, ''));
END $$;
SELECT q, pg_temp.outcome(format('SELECT %s FROM one', q)) FROM unnest(ARRAY[
    'active_periods(j, ''fortnight'')', 'active_periods(j, ''day'', ''*'', ''Mars/Olympus'')', 'active_periods(j, ''day'', ''*'', repeat(''x'', 300))', 'active_periods(j, NULL)', 'active_periods(j, ''day'', NULL)', 'active_periods(j, ''day'', ''*'', NULL)', 'active_periods(j, ''day'', ''a['')',
    'retention_agg(j, ''Day'', 3, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', 10001, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', -1, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', NULL, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', 3, NULL, ''*'', ''UTC'')', 'retention_agg(j, ''day'', 3, ''*'', NULL, ''UTC'')',
    'retention_agg(j, ''day'', 3, ''*'', ''*'', NULL)', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''Europe/Berlim'')', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''UTC'', ''infinity'')', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''UTC'', NULL, NULL)', 'retention_agg(j, ''day'', 3, ''a['', ''*'', ''UTC'')', 'retention_agg(j, ''day'', 3, ''*'', ''a['', ''UTC'')',
    'lifecycle_agg(j, ''hour'', ''*'', ''UTC'', ''2028-01-01'')', 'lifecycle_agg(j, ''decade'', ''*'', ''UTC'')', 'lifecycle_agg(j, ''day'', ''*'', '''')', 'stickiness_agg(j, ''day'', ''*'', ''UTC'', ''[1990-01-01, 2026-01-01]'')', 'stickiness_agg(j, ''day'', ''*'', ''UTC'', ''(,)'')']) AS q;
SELECT q, pg_temp.outcome(format('SELECT %s FROM one, generate_series(1, 2) g', q)) FROM unnest(ARRAY['retention_agg(j, CASE g WHEN 1 THEN ''day'' ELSE ''week'' END, 3, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', g, ''*'', ''*'', ''UTC'')', 'retention_agg(j, ''day'', 3, CASE g WHEN 1 THEN ''a'' ELSE ''b'' END, ''*'', ''UTC'')', 'retention_agg(j, ''day'', 3, ''*'', g::text, ''UTC'')',
    'retention_agg(j, ''day'', 3, ''*'', ''*'', CASE g WHEN 1 THEN ''UTC'' ELSE ''utc'' END)', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''UTC'', now() + g * interval ''1 day'')', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''UTC'', now(), g = 1)', 'lifecycle_agg(j, ''day'', g::text, ''UTC'')', 'stickiness_agg(j, ''day'', ''*'', ''UTC'', tstzrange(now() - g * interval ''1 day'', now()))']) AS q;
SELECT pg_temp.outcome($$SELECT retention_agg('{a@0001-01-01T00:00:00Z, a@2026-01-01T00:00:00Z}', 'hour', 3, '*', '*', 'UTC')$$);

-- The state: text and binary forms are lossless, what nobody can have counted is refused
CREATE TEMP TABLE state AS SELECT touchpoint_returns_combine(retention_agg_row('{}', j, 'week', 5, '*', 'app/*[value > 2, k = "x"]', 'UTC'), '{}') AS s FROM one
    UNION ALL SELECT retention_agg_row('{}', j, 'day', 5, '*', '*', 'UTC', '2026-02-01', true) FROM one UNION ALL SELECT lifecycle_agg_row('{}', j, 'month', 'web/*', 'Europe/Berlin') FROM one UNION ALL SELECT stickiness_agg_row('{}', j, 'day', '*', 'UTC', '[2026-01-01, 2026-02-01)') FROM one UNION ALL SELECT '{}';
SELECT s FROM state;
SELECT s::text = s::text::touchpoint_returns::text AS text, touchpoint_returns_send(touchpoint_returns_combine(s, s)) <> touchpoint_returns_send(s) OR s::text = '{}' AS adds FROM state;
SELECT l, pg_temp.outcome(format('SELECT %L::touchpoint_returns', l)) FROM unnest(ARRAY['', '{', '{} x', '{of=retention}', '{of=lifecycle, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="UTC", first=none, last=5, counts={0:0:1, 0:3:1}}',
    '{of=retention, period=day, periods=1, or_after=no, from=none, to=none, steps="*", "*", timezone="UTC", first=none, last=5, counts={0:-1:1,0:0:2}}', '{of=retention, period=day, periods=1, or_after=yes, from=none, to=none, steps="*", "*", timezone="UTC", first=none, last=5, counts={0:-1:1,0:0:1,0:1:1}}', '{of=retention, period=day, periods=1, or_after=no, from=none, to=none, steps="*", "*", timezone="UTC", first=none, last=5, counts={0:1:1}}',
    '{of=retention, period=day, periods=10001, or_after=no, from=none, to=none, steps="*", "*", timezone="UTC", first=none, last=5, counts={}}', '{of=stickiness, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="UTC", first=none, last=5, counts={}}', '{of=lifecycle, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="UTC", first=none, last=5, counts={0:0:9223372036854775808}}']) AS l;
SELECT pg_temp.outcome($$SELECT touchpoint_returns_lifecycle('{of=stickiness, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="UTC", first=4, last=5, counts={1:0:1}}')$$);
SELECT pg_temp.outcome($$SELECT touchpoint_returns_combine(a.s, b.s) FROM (SELECT s FROM state LIMIT 1) a, (SELECT s FROM state OFFSET 2 LIMIT 1) b$$);
SELECT pg_temp.outcome($$SELECT touchpoint_returns_lifecycle('{of=lifecycle, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="Nowhere", first=none, last=5, counts={0:0:1}}')$$);
-- In parts and in parallel to the same bytes
CREATE TABLE many_returns AS SELECT j, zone FROM traveller WHERE period = 'day';
ALTER TABLE many_returns SET (parallel_workers = 2);
SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 2;
CREATE TEMP TABLE answer AS SELECT retention_agg(j, 'day', 9, '*', 'app/*', 'Europe/Berlin') AS r, lifecycle_agg(j, 'week', '*', 'Europe/Berlin') AS l, stickiness_agg(j, 'week', '*', 'UTC', NULL) AS s FROM many_returns;
SET max_parallel_workers_per_gather = 0;
SELECT (retention_agg(j, 'day', 9, '*', 'app/*', 'Europe/Berlin'))::text = r::text AS r, (lifecycle_agg(j, 'week', '*', 'Europe/Berlin'))::text = l::text AS l, stickiness_agg(j, 'week', '*', 'UTC', NULL)::text = s::text AS s FROM many_returns, answer GROUP BY answer.r, answer.l, answer.s;
DROP TABLE many_returns;
