SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;

CREATE TEMP TABLE x (n int, j journey);
INSERT INTO x VALUES (0, NULL), (1, '{}'), (2, '{web/search@2026-01-05T10:00:00Z}'),
    (3, '{use:web/search@2026-01-05T10:00:00Z score=3 expected=4 cost=0.5 duration=PT2M value=10 by=customer id=1, web/search@2026-01-05T10:01:00Z score=3 duration=PT30S, app/push@2026-01-05T10:10:00Z cost=0.25 by=company, shop@2026-01-06T09:00:00Z score=5 expected=4.5 value=-2.5 duration=PT1H id=7, web/search@2026-01-06T09:30:00Z duration=PT3H by=third_party}');

-- contacts(): the rows again, in order
SELECT c.* FROM x, contacts(j) c WHERE n >= 2 ORDER BY n, position;
SELECT count(*) FROM contacts(NULL);
SELECT count(*) FROM contacts('{}');
SELECT contacts('{a@2026-01-05T10:00:00Z score=1}');
SELECT (contacts(j)).label, n FROM x WHERE n = 3 LIMIT 2;
SELECT * FROM contacts('{a@2026-01-05T10:00:00Z score=1e308 expected=-1e308}');
-- the planner knows the rows of a constant, and guesses ten
CREATE FUNCTION pg_temp.guess(q text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE p json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON) ' || q INTO p; RETURN p->0->'Plan'->>'Plan Rows'; END $$;
SELECT pg_temp.guess(format('SELECT * FROM contacts(%L)', journey(array_agg('a'::touchpoint)))) FROM generate_series(1, 123);
SELECT pg_temp.guess('SELECT * FROM contacts((SELECT j FROM x LIMIT 1))');

-- Counts, times, sums
SELECT n, contact_count(j), first_at(j), last_at(j), span(j), total_cost(j), total_value(j) FROM x ORDER BY n;
SELECT n, throughput_time(j), processing_time(j), idle_time(j) FROM x ORDER BY n;
-- idle: throughput less the union of what is busy. 0-10, 5-20, 20-25, 40-50, 45-46: busy 35 of 50
SELECT throughput_time(j), processing_time(j), idle_time(j)
FROM unnest(ARRAY['{a@1970-01-01T00:00:00Z duration=PT10S, a@1970-01-01T00:00:05Z duration=PT15S, a@1970-01-01T00:00:20Z duration=PT5S, a@1970-01-01T00:00:40Z duration=PT10S, a@1970-01-01T00:00:45Z duration=PT1S}',
    '{a@1970-01-01T00:00:00Z duration=P2D, b@1970-01-01T00:00:10Z}', '{a@1970-01-01T00:00:00Z, b@1970-01-03T01:00:10.5Z}', '{a@1970-01-01T00:00:00Z duration=PT0S}']::journey[]) j;
SELECT throughput_time(j) AS longest, idle_time(j) AS idle FROM (SELECT '{a@1970-01-01T00:00:00Z, a@+290000-01-01T00:00:00Z}'::journey) v(j);
-- one is in range where another is not
SELECT processing_time('{a@-4713-11-24T00:00:00Z duration=PT1H, a@+294276-12-31T23:59:59Z duration=PT1H}'), throughput_time(j), idle_time(j) FROM (SELECT '{a@1970-01-01T00:00:00Z duration=PT2000000000H, a@1970-01-01T00:00:00Z duration=PT2000000000H}'::journey) v(j);
SELECT call, state, message
FROM (VALUES ($$throughput_time('{a@-4713-11-24T00:00:00Z, a@+294276-12-31T23:59:59Z}')$$), ($$throughput_time('{a@1970-01-01T00:00:00Z, a@+294276-12-31T23:59:59Z duration=PT2562047788H}')$$), ($$processing_time('{a@1970-01-01T00:00:00Z duration=PT2562047788H, a@1970-01-01T00:00:00Z duration=PT2562047788H}')$$), ($$idle_time('{a@1970-01-01T00:00:00Z, a@+294276-12-31T23:59:59Z duration=PT2562047788H}')$$),
    ($$total_cost('{a@1970-01-01T00:00:00Z cost=1.7e308, a@1970-01-01T00:00:00Z cost=1.7e308}')$$), ($$total_value('{a@1970-01-01T00:00:00Z value=-1.7e308, a@1970-01-01T00:00:00Z value=-1.7e308}')$$)) v(call), failure('SELECT ' || call);
-- sums of decimals are as exact as sums of numeric
SELECT total_cost(j), total_value(j), mean_score(j) FROM (SELECT journey_agg('a', 'epoch'::timestamptz + i * interval '1 s', 0.1 * (i % 3), NULL, i / 10.0, NULL, 0.1, NULL, NULL) FROM generate_series(1, 1000) i) v(j);

-- path, variant
SELECT n, path(j), path(j, 'channel'), path(j, 'label'), path(j, 'stage') FROM x ORDER BY n;
SELECT n, variant(j), variant(j, 'channel'), variant(j, 'label', true), variant(j, 'stage', collapse => true), variant(j, collapse => true) FROM x ORDER BY n;
SELECT path(j), variant(j), variant(j, 'label') FROM (SELECT '{"a > b"@1970-01-01T00:00:00Z, " "/"\"x\""@1970-01-01T00:00:01Z}'::journey) v(j);
SELECT variant('{}', collapse => NULL) IS NULL AS no_collapse;
SELECT call, state, message, hint
FROM unnest(ARRAY['path', 'variant', 'collapse_repeats', 'first_occurrences']) f, unnest(ARRAY['''Channel''', '''''', 'NULL', '''touchpoints''']) part, format('%s(%s, %s)', f, '''{}''', part) call, failure('SELECT ' || call);
SELECT path(NULL, NULL);

-- slice: within the range
SELECT r, contact_count(slice(j, r::tstzrange)), path(slice(j, r::tstzrange), 'label')
FROM (SELECT journey('{a,b,c,d,e}'::touchpoint[], '2026-01-01 00:00:00+00')) v(j),
    unnest(ARRAY['[2026-01-01 00:00:01+00,2026-01-01 00:00:03+00]', '[2026-01-01 00:00:01+00,2026-01-01 00:00:03+00)', '(2026-01-01 00:00:01+00,2026-01-01 00:00:03+00]', '(2026-01-01 00:00:01+00,2026-01-01 00:00:03+00)', '(,)', '[,2026-01-01 00:00:02+00]', '(,2026-01-01 00:00:02+00)',
        '[2026-01-01 00:00:02+00,)', 'empty', '[-infinity,infinity]', '(-infinity,infinity)', '[infinity,infinity]', '[-infinity,-infinity]', '[2026-01-01 00:00:01.5+00,2026-01-01 00:00:01.6+00]', '[2025-01-01 00:00:00+00,2025-06-01 00:00:00+00]', '[2027-01-01 00:00:00+00,2027-06-01 00:00:00+00]', '[2026-01-01 00:00:01+00,2026-01-01 00:00:01+00]']) r;
SELECT slice('{}', '(,)'), slice(NULL, '(,)') IS NULL AS no_journey, slice('{}', NULL) IS NULL AS no_range, slice(j, span(j)) = j AS whole, slice('{a@-4713-11-24T00:00:00Z,b@+294276-12-31T23:59:59.999999Z}', '(-infinity,infinity)') FROM x WHERE n = 3;

-- keep, discard, collapse_repeats, first_occurrences
SELECT keep(j, 'web/*') = discard(j, '*/push') || 'shop@1970-01-01T00:00:00Z'::contact_record AS no, path(keep(j, 'web/*')), path(keep(j, 'search')), path(keep(j, 'nothing')), path(discard(j, 'web/*')), path(discard(j, '*')), path(keep(j, '*')) = path(j) AS everything FROM x WHERE n = 3;
SELECT n, path(collapse_repeats(j, 'touchpoint')), path(collapse_repeats(j, 'label')), path(collapse_repeats(j, 'stage')), path(first_occurrences(j, 'touchpoint')), path(first_occurrences(j, 'label')), path(first_occurrences(j, 'stage')) FROM x ORDER BY n;
SELECT keep(NULL, '*'), keep('{}', NULL), discard('{}', '*'), keep('{}', 'x');
SELECT keep('{}', 'a/b/c');
SELECT discard('{}', '');
SELECT collapse_repeats('{}', NULL);
SELECT first_occurrences('{}', 'nothing');
-- the first of repeats stays with its fields; what remains packs as if it had never been longer
SELECT collapse_repeats('{a@1970-01-01T00:00:00Z score=1, a@1970-01-01T00:00:01Z score=2, x/a@1970-01-01T00:00:02Z, b@1970-01-01T00:00:03.5Z}', 'label'), first_occurrences('{a@1970-01-01T00:00:00Z id=5, b@1970-01-01T00:00:01Z, a@1970-01-01T00:00:02Z id=6}', 'touchpoint');
SELECT bool_and(k = k::text::journey AND journey_send(k) = journey_send(k::text::journey)) AS minimal
FROM x, LATERAL unnest(ARRAY[keep(x.j, 'web/*'), discard(x.j, 'web/*'), collapse_repeats(x.j, 'channel'), first_occurrences(x.j, 'label'), slice(x.j, '[2026-01-05 10:01+00,2026-01-06 09:00+00]')]) k;

-- sessionize: cut where the pause from start to start is longer than max_gap
SELECT gap, s FROM unnest('{00:00:00,00:00:00.999999,00:01,00:09,00:08:59.999999,23:00,100 days}'::interval[]) gap, x, sessionize(j, gap) s WHERE n = 3;
SELECT count(*) FROM sessionize('{}', '1 s');
SELECT count(*) FROM sessionize(NULL, '1 s');
SELECT count(*) FROM sessionize('{a@1970-01-01T00:00:00Z}', NULL);
SELECT count(*) FROM sessionize('{a@-4713-11-24T00:00:00Z, b@+294276-12-31T23:59:59Z}', '106751991 days');
SELECT gap, state, message, hint FROM unnest('{1 month,-1 s,1 year 3 days,106751992 days}'::text[]) gap, failure(format('SELECT * FROM sessionize(%L, %L)', '{}', gap));

-- against plain SQL on 300 random journeys
SELECT setseed(.5);
CREATE TEMP TABLE raw AS
SELECT k, i, touchpoint(CASE WHEN random() < .8 THEN 'c' || floor(random() * 3) END, 'l' || floor(random() * 4), CASE WHEN random() < .3 THEN 's' || floor(random() * 2) END) AS t, 'epoch'::timestamptz + floor(random() * 40) * interval '1 min' AS at,
    CASE WHEN random() < .7 THEN floor(random() * 10) / 2 END AS score, CASE WHEN random() < .5 THEN random() END AS expected, CASE WHEN random() < .5 THEN floor(random() * 1000) / 100 END AS cost, CASE WHEN random() < .5 THEN floor(random() * 900) * interval '1 s' END AS duration, CASE WHEN random() < .3 THEN floor(random() * 2000 - 1000) END AS value,
    (ARRAY['company', 'customer', 'third_party', NULL])[ceil(random() * 4)] AS initiator
FROM generate_series(1, 300) k, LATERAL generate_series(1, k % 23) i;
CREATE TEMP TABLE packed AS SELECT k, journey_agg(t, at, score, expected, cost, duration, value, initiator, i) AS j FROM raw GROUP BY k;
SELECT count(*) AS journeys, count(*) FILTER (WHERE ROW(contact_count(j), first_at(j), last_at(j), span(j), round(total_cost(j)::numeric, 9), total_value(j), processing_time(j), throughput_time(j), idle_time(j), path(j), path(j, 'channel'), variant(j), variant(j, 'stage'))
    IS DISTINCT FROM ROW(n::int, first, last, tstzrange(first, last, '[]'), round(cost::numeric, 9), value, processing, throughput, throughput - coalesce(busy, '0'), r.path, channels, array_to_string(r.path, ' > '), stages)) AS wrong
FROM packed p JOIN (
    SELECT k, count(*) AS n, min(at) AS first, max(at) AS last, sum(cost) AS cost, sum(value) AS value, sum(duration) AS processing, max(at + coalesce(duration, '0')) - min(at) AS throughput, array_agg(t::text ORDER BY at, i) AS path, array_agg(channel(t) ORDER BY at, i) AS channels,
        string_agg(coalesce(stage(t), '(none)'), ' > ' ORDER BY at, i) AS stages,
        (SELECT sum(upper(b) - lower(b)) FROM unnest(range_agg(tstzrange(at, at + coalesce(duration, '0')))) b) AS busy
    FROM raw GROUP BY k) r USING (k);
SELECT count(*) AS contacts, count(*) FILTER (WHERE ROW(c.touchpoint, c.channel, c.label, c.stage, c.occurred_at, c.score, c.expected, c.gap, c.cost, c.duration, c.value, c.initiator) IS DISTINCT FROM ROW(t, channel(t), label(t), stage(t), at, a.score, a.expected, a.score - a.expected, a.cost, a.duration, a.value, a.initiator)) AS wrong
FROM (SELECT k, t, at, score, expected, cost, duration, value, initiator, i FROM raw) a FULL JOIN (SELECT k, c.* FROM packed, contacts(j) c) c ON c.k = a.k AND c.id = a.i;
SELECT count(*) AS wrong FROM packed WHERE j <> (SELECT rollup(s) FROM sessionize(j, '3 min') s) OR (SELECT count(*) FROM sessionize(j, '3 min'))
    <> (SELECT count(*) FILTER (WHERE pause > '3 min' OR pause IS NULL) FROM (SELECT occurred_at - lag(occurred_at) OVER (ORDER BY position) AS pause FROM contacts(j)) v);
SELECT count(*) AS wrong FROM packed WHERE j <> keep(j, 'c1/*') || discard(j, 'c1/*') OR path(keep(j, 'c1/l*')) IS DISTINCT FROM (SELECT coalesce(array_agg(touchpoint::text ORDER BY position), '{}') FROM contacts(j) WHERE channel = 'c1')
    OR path(collapse_repeats(j, 'channel'), 'channel') IS DISTINCT FROM (SELECT array_agg(channel ORDER BY position) FROM (SELECT position, channel, channel IS DISTINCT FROM lag(channel) OVER (ORDER BY position) OR position = 1 AS kept FROM contacts(j)) v WHERE kept)
    OR (SELECT array_agg(id ORDER BY position) FROM contacts(first_occurrences(j, 'label'))) IS DISTINCT FROM (SELECT array_agg(id ORDER BY position) FROM (SELECT position, id, row_number() OVER (PARTITION BY label ORDER BY position) FROM contacts(j)) v WHERE row_number = 1);

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.contact_count(j), tp.first_at(j), tp.last_at(j), tp.span(j), tp.total_cost(j), tp.total_value(j), tp.throughput_time(j), tp.processing_time(j), tp.idle_time(j), tp.path(j), tp.variant(j) FROM x WHERE n = 2;
SELECT tp.slice(j, '(,)'), tp.keep(j, '*'), tp.discard(j, '*'), tp.collapse_repeats(j, 'label'), tp.first_occurrences(j, 'label'), s, c.label FROM x, tp.sessionize(j, '1 s') s, tp.contacts(j) c WHERE n = 2;
