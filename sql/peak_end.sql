SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;

-- A journey of scores in order, a second apart; NULL is a contact without one.
CREATE FUNCTION pg_temp.scores(VARIADIC s float8[]) RETURNS journey LANGUAGE sql AS $$
    SELECT coalesce(journey_agg('a'::touchpoint, 'epoch'::timestamptz + i * interval '1 s', v), '{}') FROM unnest(s) WITH ORDINALITY x(v, i) $$;

-- Printed: Kahneman's colonoscopy patients B (peak 8, end 7) and A (peak 8, end 1)
SELECT peak_end_score(pg_temp.scores(2, 5, 8, 7), 0) AS b, peak_end_score(pg_temp.scores(2, 8, 4, 1), 0) AS a;
-- more pain, better memory: [-8,-7] and [-8,-7,-1] with neutral 0 give -7.5 and -4.5 (sums -15, -16)
SELECT peak_end_score(pg_temp.scores(-8, -7), 0), peak_end_score(pg_temp.scores(-8, -7, -1), 0), mean_score(pg_temp.scores(-8, -7)) * 2 AS sum, mean_score(pg_temp.scores(-8, -7, -1)) * 3 AS sum;
-- scores [6,2,5,7,4], durations [10,30,20,5,15], neutral 4.8 = the mean: peak 2, peak-end 3, mean 4.8, time-weighted 3.9375
SELECT peak_score(j, 4.8), peak_end_score(j, 4.8), mean_score(j), time_weighted_score(j)
FROM (SELECT journey_agg('a', 'epoch'::timestamptz + i * interval '1 min', s, NULL, NULL, d * interval '1 s', NULL, NULL, NULL) FROM unnest('{6,2,5,7,4}'::float8[], '{10,30,20,5,15}'::int[]) WITH ORDINALITY x(s, d, i)) x(j);
-- a wrong neutral hides disasters: [5,1,1,3] scores 2 with 3 and 4 with 0
SELECT peak_end_score(pg_temp.scores(5, 1, 1, 3), 3) AS three, peak_end_score(pg_temp.scores(5, 1, 1, 3), neutral => 0) AS zero;

-- By hand: peak, of equals the later, and its weight
SELECT s, c, w, peak_score(j, c), peak_end_score(j, c, w), start_score(j), end_score(j), max_score(j), min_score(j), scored_count(j)
FROM (VALUES ('{}'::float8[], 3, .5), ('{NULL}', 3, .5), ('{4}', 3, .5), ('{NULL,4,NULL}', 3, .5), ('{1,5}', 3, .5), ('{5,1}', 3, .5), ('{1,5,1,3}', 3, .5), ('{5,1,5,3}', 3, .5), ('{3,3,3}', 3, .5), ('{2,4}', 3, 0), ('{2,4,3}', 3, 1), ('{2,4,3}', 3, .25), ('{1,2,5}', 4, .5), ('{-5,5}', 0, .5), ('{5,-5}', 0, .5), ('{0,NULL,7,NULL}', 5, .7)) v(s, c, w), LATERAL pg_temp.scores(VARIADIC s) j;
-- empty, none scored, one score
SELECT j, mean_score(j), score_stddev(j), score_trend(j), time_weighted_score(j), peak_end_gap(j), score_summary(j, 3)
FROM unnest(ARRAY[NULL, '{}', '{a@1970-01-01T00:00:00Z}', '{a@1970-01-01T00:00:00Z score=4}', '{a@1970-01-01T00:00:00Z score=4 expected=5 duration=PT0S}', '{a@1970-01-01T00:00:00Z score=4 duration=PT1S}', '{a@1970-01-01T00:00:00Z duration=PT1S expected=5}', '{a@1970-01-01T00:00:00Z score=4, a@1970-01-01T00:00:00Z score=2}']::journey[]) j;

-- Against the server's own statistics and plain SQL: 400 random journeys of up to 60 contacts
SELECT setseed(.75);
CREATE TEMP TABLE raw AS
SELECT k, i, 'epoch'::timestamptz + floor(random() * 30) * interval '7 min' AS at, CASE WHEN random() < .7 THEN CASE WHEN k % 2 = 0 THEN 1 + floor(random() * 9) / 2 ELSE random() * 10 - 5 END END AS score, CASE WHEN random() < .6 THEN 1 + floor(random() * 5) END AS expected, CASE WHEN random() < .6 THEN floor(random() * 100) * interval '1 s' END AS duration
FROM generate_series(1, 400) k, LATERAL generate_series(1, k % 61) i;
-- ids in score order, so that of contacts at one instant the greater score comes later, as in the aggregates
CREATE TEMP TABLE j AS SELECT k, journey_agg('a', at, score, expected, NULL, duration, NULL, NULL, id) AS j FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY score NULLS FIRST, i) AS id FROM raw) x GROUP BY k;
CREATE TEMP TABLE plain AS
SELECT k, count(score)::int AS n, max(score) AS highest, min(score) AS lowest, avg(score::numeric)::float8 AS mean, stddev_samp(score::numeric)::float8 AS stddev, regr_slope(score, extract(epoch FROM at)::float8 / 86400) AS trend,
    (array_agg(score ORDER BY at, score) FILTER (WHERE score IS NOT NULL))[1] AS start, (array_agg(score ORDER BY at DESC, score DESC) FILTER (WHERE score IS NOT NULL))[1] AS "end",
    (array_agg(score ORDER BY abs(score - 3) DESC, at DESC, score DESC) FILTER (WHERE score IS NOT NULL))[1] AS peak, sum(extract(epoch FROM duration)::float8 * score) / nullif(sum(extract(epoch FROM duration)::float8) FILTER (WHERE score IS NOT NULL), 0) AS weighted
FROM raw GROUP BY k;
CREATE FUNCTION pg_temp.near(a float8, b float8) RETURNS boolean LANGUAGE sql AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL ELSE abs(a - b) <= 1e-12 + 1e-9 * abs(b) END $$;
SELECT count(*) AS journeys, count(*) FILTER (WHERE ROW(scored_count(j), max_score(j), min_score(j), start_score(j), end_score(j), peak_score(j, 3), peak_end_score(j, 3), peak_end_score(j, 3, .25)) IS DISTINCT FROM ROW(n, highest, lowest, start, "end", peak, .5 * peak + .5 * "end", .25 * peak + .75 * "end")) AS wrong,
    count(*) FILTER (WHERE NOT pg_temp.near(mean_score(j), mean)) AS mean, count(*) FILTER (WHERE NOT pg_temp.near(score_stddev(j), stddev)) AS stddev, count(*) FILTER (WHERE NOT pg_temp.near(score_trend(j), trend)) AS trend, count(*) FILTER (WHERE NOT pg_temp.near(time_weighted_score(j), weighted)) AS weighted, count(score_trend(j)) AS trends
FROM j JOIN plain USING (k);
-- the summary is the single functions
SELECT count(*) FILTER (WHERE score_summary(j, 3, .3) IS DISTINCT FROM ROW(scored_count(j), start_score(j), max_score(j), min_score(j), peak_score(j, 3), end_score(j), mean_score(j), score_stddev(j), score_trend(j), peak_end_score(j, 3, .3))::touchpoint_score_summary) AS wrong FROM j;
-- a call for each field, with settings and journeys that take turns, is what one call says
SELECT count(*) FILTER (WHERE ROW((score_summary(j, 3)).*) IS DISTINCT FROM ROW((s).*) OR ROW((score_summary(j, 5)).peak, (score_summary(j, 3, .9)).peak_end, (score_summary(discard(j, 'a/*'), 3)).trend) IS DISTINCT FROM ROW(peak_score(j, 5), peak_end_score(j, 3, .9), score_trend(discard(j, 'a/*')))) AS wrong FROM (SELECT j, score_summary(j, 3) AS s FROM j OFFSET 0) x;
-- the gap's peak-end is the peak-end of gaps, with neutral 0
SELECT count(*) FILTER (WHERE peak_end_gap(j, .4) IS DISTINCT FROM (SELECT peak_end_score(journey_agg(touchpoint, occurred_at, gap, NULL, NULL, NULL, NULL, NULL, id), 0, .4) FROM contacts(j) WHERE gap IS NOT NULL)) AS wrong, count(peak_end_gap(j)) > 300 AS some FROM j;
SELECT peak_end_gap('{a@1970-01-01T00:00:00Z score=1 expected=5, a@1970-01-01T00:00:01Z score=5 expected=1, a@1970-01-01T00:00:02Z score=3, a@1970-01-01T00:00:03Z score=3 expected=2}') AS by_hand;

-- Aggregates over plain columns: the same answers in any order
SELECT count(*) FILTER (WHERE a IS DISTINCT FROM peak_end_score(j, 3)) AS score, count(*) FILTER (WHERE w IS DISTINCT FROM peak_end_score(j, 3, .25)) AS weighted, count(*) FILTER (WHERE ROW((s).scored, (s).start_score, (s).highest, (s).lowest, (s).peak, (s).end_score, (s).peak_end) IS DISTINCT FROM ROW(scored_count(j), start_score(j), max_score(j), min_score(j), peak_score(j, 3), end_score(j), peak_end_score(j, 3))) AS summary,
    count(*) FILTER (WHERE NOT (pg_temp.near((s).mean, mean_score(j)) AND pg_temp.near((s).stddev, score_stddev(j)) AND pg_temp.near((s).trend, score_trend(j)))) AS statistics, count(*) FILTER (WHERE (t).peak_end IS DISTINCT FROM w) AS summary_weighted
FROM j JOIN (SELECT k, peak_end_score(score, at, 3), peak_end_score(score, at, 3, .25), score_summary(score, at, 3), score_summary(score, at, 3, .25 ORDER BY hashint4(i)) FROM raw GROUP BY k) x(k, a, w, s, t) USING (k);
SELECT peak_end_score(s, at::timestamptz, 3), score_summary(s, at::timestamptz, 3) FROM (VALUES (5, '2026-01-01 00:00+00'), (NULL, '2026-01-05 00:00+00'), (1, NULL), (2, '2026-01-02 00:00+00'), (3, '2026-01-03 00:00+00')) v(s, at);
SELECT peak_end_score(s, 'epoch', 3) AS greater_is_later, score_summary(s, 'epoch', 3) FROM unnest('{4,2,4,3}'::float8[]) s;
SELECT peak_end_score(1, 'epoch', 3) FILTER (WHERE false), score_summary(NULL::float8, 'epoch', 3), score_summary(1::float8, NULL, 3, .5), (SELECT peak_end_score(1, 'epoch', 3) WHERE false), (SELECT score_summary(1, 'epoch', 3) WHERE false);
SELECT i, peak_end_score(s, 'epoch'::timestamptz + i * interval '1 day', 3) OVER (ORDER BY i), (score_summary(s, 'epoch'::timestamptz + i * interval '1 day', 3) OVER (ORDER BY i)).trend FROM unnest('{5,1,1,3}'::float8[]) WITH ORDINALITY v(s, i);

-- adjust_scores: what if
SELECT adjust_scores('{web/a@1970-01-01T00:00:00Z score=2 expected=4 id=1, app/b@1970-01-01T00:00:01Z score=2, web/c@1970-01-01T00:00:02Z, web/d@1970-01-01T00:00:03Z score=4.5}', 'web/*', 1, 1, 5);
SELECT adjust_scores(j, 'a', 1, 1, 5) AS up, adjust_scores(j, 'a', -10, 1, 5) AS low, adjust_scores(j, 'b', 1, 1, 5) = j AS nobody, adjust_scores(j, '*', 0, -9, 9) = j AS nothing, adjust_scores(j, '*', 0, 3, 3) AS flat FROM (SELECT pg_temp.scores(1, NULL, 3)) x(j);
SELECT adjust_scores('{}', '*', 1, 1, 5), adjust_scores(NULL, '*', 1, 1, 5) IS NULL AS no_journey, adjust_scores('{}', NULL, 1, 1, 5) IS NULL AS no_glob, adjust_scores('{}', '*', NULL, 1, 5) IS NULL AS no_delta;
SELECT adjust_scores('{a@1970-01-01T00:00:00Z score=1}', '*', -1, -5, 5) AS zero, adjust_scores('{a@1970-01-01T00:00:00Z score=1e308}', '*', 1.7e308, -5, 1.75e308) AS kept_within;
-- contacts without id stand in score order: a new score may move one
SELECT adjust_scores('{a@1970-01-01T00:00:00Z score=1, b@1970-01-01T00:00:00Z score=2}', 'a', 2, 0, 9);
SELECT count(*) AS wrong FROM j WHERE adjust_scores(j, 'a', .5, 0, 4) <> (SELECT coalesce(journey_agg(touchpoint, occurred_at, CASE WHEN score IS NOT NULL THEN least(greatest(score + .5, 0), 4) END, expected, cost, duration, value, initiator, id), '{}') FROM contacts(j));

-- moments_of_truth: start, highest, lowest, peak, end; of equals the later
SELECT m.* FROM moments_of_truth('{use:web/a@1970-01-01T00:00:00Z, b@1970-01-01T00:00:01Z score=3, c@1970-01-01T00:00:02Z score=1, d@1970-01-01T00:00:03Z score=5, e@1970-01-01T00:00:04Z score=1, f@1970-01-01T00:00:05Z score=4, g@1970-01-01T00:00:06Z}', 3) m;
SELECT m.* FROM moments_of_truth('{a@1970-01-01T00:00:00Z score=2}', 3) m;
SELECT count(*) FROM moments_of_truth('{}', 3);
SELECT count(*) FROM moments_of_truth('{a@1970-01-01T00:00:00Z}', 3);
SELECT count(*) FROM moments_of_truth(NULL, 3);
SELECT count(*) AS wrong FROM j, moments_of_truth(j, 3) m, LATERAL (SELECT * FROM contacts(j) c WHERE c.position = m.position) c
WHERE m.score <> CASE moment WHEN 'start' THEN start_score(j) WHEN 'highest' THEN max_score(j) WHEN 'lowest' THEN min_score(j) WHEN 'peak' THEN peak_score(j, 3) ELSE end_score(j) END OR c.score <> m.score OR c.occurred_at <> m.occurred_at OR c.touchpoint <> m.touchpoint
    OR (moment <> 'start' AND EXISTS (SELECT FROM contacts(j) d WHERE d.position > m.position AND d.score = m.score)) OR (moment = 'start' AND EXISTS (SELECT FROM contacts(j) d WHERE d.position < m.position AND d.score IS NOT NULL));

-- Settings must be known, in range and the same on every row; numbers finite
SELECT call, state, message, hint
FROM (VALUES ($$peak_end_score('{}'::journey, NULL)$$), ($$peak_end_score(NULL::journey, NULL)$$), ($$peak_end_score('{}'::journey, 3, NULL)$$), ($$peak_end_score('{}'::journey, 3, -.1)$$), ($$peak_end_score('{}'::journey, 3, 1.1)$$), ($$peak_end_score('{}'::journey, 3, 'NaN')$$), ($$peak_end_score('{}'::journey, 'NaN')$$), ($$peak_end_score('{}'::journey, 'infinity')$$), ($$peak_score('{}', NULL)$$), ($$peak_score('{}', '-infinity')$$),
    ($$score_summary('{}'::journey, NULL)$$), ($$score_summary('{}'::journey, 3, 2)$$), ($$peak_end_gap('{}', NULL)$$), ($$peak_end_gap('{}', -1)$$), ($$count(*) FROM moments_of_truth('{}', NULL)$$), ($$count(*) FROM moments_of_truth(NULL, NULL)$$), ($$count(*) FROM moments_of_truth('{}', 'NaN')$$),
    ($$adjust_scores('{}', 'a/b/c', 1, 1, 5)$$), ($$adjust_scores('{}', '*', 1, 5, 1)$$), ($$adjust_scores('{}', '*', 'NaN', 1, 5)$$), ($$adjust_scores('{}', '*', 1, '-infinity', 5)$$), ($$adjust_scores('{}', '*', 1, 1, 'infinity')$$),
    ($$peak_end_score(s, 'epoch', NULL) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(s, 'epoch', s) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(NULL, NULL, s) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(s, 'epoch', 3, s / 2) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(s, 'epoch', 3, NULL) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(s, 'epoch', 3, 7) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score(s, 'epoch', 'NaN') FROM unnest('{1,2}'::float8[]) s$$),
    ($$peak_end_score(s, 'epoch', nullif(s, 2)) FROM unnest('{1,2}'::float8[]) s$$), ($$peak_end_score('NaN'::float8, 'epoch', 3)$$), ($$peak_end_score('infinity'::float8, 'epoch', 3)$$), ($$peak_end_score(1, 'infinity', 3)$$), ($$score_summary(s, 'epoch', s) FROM unnest('{1,2}'::float8[]) s$$), ($$score_summary(s, 'epoch', NULL) FROM unnest('{1,2}'::float8[]) s$$), ($$score_summary(s, 'epoch', 3, s / 2) FROM unnest('{1,2}'::float8[]) s$$), ($$score_summary('-infinity'::float8, 'epoch', 3)$$), ($$score_summary(1, '-infinity', 3)$$)) v(call), failure('SELECT ' || call);
-- at the ends of double precision
SELECT peak_end_score(j, 0), peak_score(j, -1.7e308), mean_score(j), score_stddev(j) IS NOT NULL AS stddev FROM (SELECT pg_temp.scores(1.7e308, 1.6e308, 1.7e308)) x(j);
SELECT peak_score(pg_temp.scores(-1.7e308, 1.7e308), 1.7e308), mean_score(pg_temp.scores(1.7e308, -1.7e308));
SELECT call, state, message FROM (VALUES ($$score_stddev(pg_temp.scores(-1.7e308, 1.7e308))$$), ($$score_trend(pg_temp.scores(-1.7e308, 1.7e308))$$), ($$peak_end_gap('{a@1970-01-01T00:00:00Z score=1e308 expected=-1e308}')$$), ($$peak_end_gap('{a@1970-01-01T00:00:00Z score=1e308 expected=-1e308, a@1970-01-01T00:00:01Z score=1 expected=1}', 0)$$), ($$score_summary(s, 'epoch', 3) FROM unnest('{1e308,1.5e308}'::float8[]) s$$)) v(call), failure('SELECT ' || call);

-- The header's answers and the columns' are the same: a summary stands in long journeys only
SELECT n, scored_count(j) = count(score) AS scored, max_score(j) = max(score) AND min_score(j) = min(score) AND mean_score(j) = avg(score) AS extremes, end_score(j) = (array_agg(score ORDER BY i DESC) FILTER (WHERE score IS NOT NULL))[1] AS "end", peak_score(j, 7) = (array_agg(score ORDER BY abs(score - 7) DESC NULLS LAST, i DESC))[1] AS peak, contact_count(j)
FROM unnest('{10,400,470,480,490,500,5000}'::int[]) n, LATERAL (SELECT i, nullif(3 + i * 7 % 11, 9) AS score FROM generate_series(1, n) i) v, LATERAL (SELECT journey_agg('a', 'epoch'::timestamptz + i * interval '1 s', nullif(3 + i * 7 % 11, 9)) FROM generate_series(1, n) i) x(j)
GROUP BY n, j ORDER BY n;

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.peak_end_score(j, 3), tp.peak_end_score(j, 3, .5), tp.peak_score(j, 3), tp.max_score(j), tp.min_score(j), tp.start_score(j), tp.end_score(j), tp.mean_score(j), tp.score_stddev(j), tp.scored_count(j), tp.score_trend(j), tp.time_weighted_score(j), tp.score_summary(j, 3), tp.peak_end_gap(j), tp.adjust_scores(j, '*', 1, 1, 5), m.moment
FROM (SELECT '{a@1970-01-01T00:00:00Z score=4 expected=5 duration=PT1S, a@1970-01-02T00:00:00Z score=2}'::tp.journey) x(j), tp.moments_of_truth(j, 3) m LIMIT 1;
SELECT tp.peak_end_score(score, at, 3) = tp.peak_end_score(score, at, 3, .5) AS same, tp.score_summary(score, at, 3) = tp.score_summary(score, at, 3, .5) AS same FROM raw;
