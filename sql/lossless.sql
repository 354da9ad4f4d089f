SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_min_messages = warning;

-- 20,000 random journeys: labels of any script with every character that is quoted, times from one end to the other,
-- tiny and huge numbers, every pattern of NULL, ids to both ends of bigint. A column of a journey is now and then
-- absent, constant, or of one narrow kind, so that every form of packing is met.
SELECT setseed(.125);
CREATE TEMP TABLE word AS
SELECT i, CASE i WHEN 1 THEN ' ' WHEN 2 THEN '"' WHEN 3 THEN '\' WHEN 4 THEN ' a' WHEN 5 THEN 'a ' WHEN 6 THEN '*' WHEN 7 THEN '{}' WHEN 8 THEN ':/,@"\{}* ' WHEN 9 THEN repeat('x', 255) WHEN 10 THEN repeat('"', 255) WHEN 11 THEN repeat('é', 127) WHEN 12 THEN U&'e\0301' WHEN 13 THEN U&'\+01F469\200D\+01F4BB'
        WHEN 14 THEN '营业厅' WHEN 15 THEN 'score=4' WHEN 16 THEN 'null' WHEN 17 THEN U&'\00A0' WHEN 18 THEN U&'\202Eabc' WHEN 19 THEN repeat(' ', 255) WHEN 20 THEN U&'\FEFF' WHEN 21 THEN U&'\+10FFFF' WHEN 22 THEN 'a > b' WHEN 23 THEN '(none)'
        ELSE (SELECT string_agg(CASE floor(random() * 6) WHEN 0 THEN chr(19968 + (random() * 20000)::int) WHEN 1 THEN chr(160 + (random() * 1500)::int) WHEN 2 THEN chr(127744 + (random() * 500)::int) WHEN 3 THEN substr(':/,@"\{}* =', 1 + (random() * 10)::int, 1) ELSE chr(33 + (random() * 93)::int) END, '') FROM generate_series(1, 1 + i % 17)) END AS w
FROM generate_series(1, 200) i;
CREATE TEMP TABLE shape AS
SELECT k, CASE WHEN k <= 20 THEN 5000 WHEN k % 100 = 0 THEN 0 ELSE least(5000, floor(exp(ln(10.5) + 1.1 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))))::int END AS n,
    1 + floor(random() * CASE WHEN k % 5 = 0 THEN 200 ELSE 6 END) AS words, floor(random() * 8) AS times, floor(random() * 11) AS ids, floor(random() * 9) AS scores, floor(random() * 9) AS expecteds, floor(random() * 9) AS costs, floor(random() * 9) AS "values", floor(random() * 8) AS durations, floor(random() * 6) AS initiators,
    floor(random() * 2000000) - 1000000 AS seed
FROM generate_series(1, 20000) k;

-- A number of a kind: absent, constant, whole, tenths, cents with NULLs, large, any exponent, a list of corners, all of them
CREATE FUNCTION pg_temp.number(kind float8, seed float8, r float8, s float8) RETURNS float8 LANGUAGE sql AS $$
SELECT CASE kind WHEN 0 THEN NULL WHEN 1 THEN seed / 1000 WHEN 2 THEN floor(r * 200) - 100 WHEN 3 THEN floor(r * 60000 - 30000) / 10 WHEN 4 THEN CASE WHEN s < .8 THEN floor(r * 3e9 - 15e8) / 100 END WHEN 5 THEN (r - .5) * 1e18
    WHEN 6 THEN CASE WHEN s < .9 THEN (r - .5) * 10 ^ (s * 600 - 290) END
    WHEN 7 THEN ('{4.5,0.30000000000000004,-0,0,1e-308,5e-324,-5e-324,2.2250738585072014e-308,1.797e308,1.7976931348623157e308,-1.7976931348623157e308,2147483647,-2147483647,2147483648,-2147483648,127,-127,-128,128,32767,-32768,9007199254740993,0.1,1e15,1e-15,1e22,123456.789,NULL,NULL}'::float8[])[1 + floor(r * 29)]
    ELSE CASE WHEN s < .4 THEN floor(r * 50) / 10 WHEN s < .6 THEN r WHEN s < .7 THEN '-0' END END $$;
CREATE TEMP TABLE raw AS
SELECT k, i, touchpoint(CASE WHEN r2 < .7 THEN w[1 + (r1 * 7919 * words)::int % words::int] END, w[1 + (r1 * words)::int % words::int + CASE WHEN words > 190 THEN 0 ELSE k % 10 END], CASE WHEN k % 3 = 0 AND r3 < .5 THEN w[1 + (r1 * 104729)::int % 200] END) AS t,
    '2000-01-01 00:00:00+00'::timestamptz + CASE times WHEN 0 THEN seed ELSE 0 END * interval '1 day' + CASE times WHEN 1 THEN floor(random() * 300) * 86400e6 WHEN 2 THEN floor(random() * 100000) * 1e6 WHEN 3 THEN floor(random() * 1e15) WHEN 4 THEN floor(random() * 5000) * 3600e6 WHEN 5 THEN floor(random() * 200) * 1e3 WHEN 6 THEN floor(random() * 3) ELSE 0 END * interval '1 microsecond'
        + CASE WHEN times = 7 THEN floor(random() * 109203527) - 2451544 ELSE 0 END * interval '1 day' + CASE WHEN times = 7 THEN floor(random() * 86400e6) ELSE 0 END * interval '1 microsecond' AS at,
    pg_temp.number(scores, seed, r4, r5) AS score, pg_temp.number(expecteds, seed, r6, r7) AS expected, abs(pg_temp.number(costs, seed, r8, r9)) AS cost, pg_temp.number("values", seed, r10, r11) AS value,
    CASE durations WHEN 0 THEN NULL WHEN 1 THEN abs(seed) WHEN 2 THEN floor(random() * 255) * 60e6 WHEN 3 THEN floor(random() * 70000) * 1e6 WHEN 4 THEN CASE WHEN random() < .7 THEN floor(random() * 1e12) END WHEN 5 THEN floor(random() * 9e15) WHEN 6 THEN floor(random() * 20) * 86400e6 ELSE CASE WHEN random() < .5 THEN floor(random() * 300) * 1e3 END END * interval '1 microsecond' AS duration,
    CASE initiators WHEN 0 THEN NULL WHEN 1 THEN 'company' ELSE (ARRAY['company', 'customer', 'third_party', NULL, NULL])[ceil(random() * 5)] END AS initiator,
    CASE WHEN ids < 3 THEN NULL WHEN ids = 3 THEN i WHEN ids = 4 THEN (i - n / 2) * 7 WHEN ids = 5 THEN i::bigint * 2147483648 - seed::bigint WHEN ids = 6 THEN CASE WHEN random() < .6 THEN i - n / 2 END WHEN ids = 7 THEN CASE WHEN random() < .5 THEN (i - n / 2)::bigint * 1099511627776 END WHEN ids = 8 THEN -i * 40000
        WHEN ids = 9 THEN CASE i WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 9223372036854775807 WHEN 3 THEN NULL ELSE -9223372036854775808 + i END ELSE CASE i WHEN 1 THEN 9223372036854775807 ELSE 9223372036854775807 - i END END AS id
FROM (SELECT array_agg(w ORDER BY i) AS w FROM word) words, shape, LATERAL (SELECT i, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6, random() AS r7, random() AS r8, random() AS r9, random() AS r10, random() AS r11 FROM generate_series(1, n) i) x;
CREATE TEMP TABLE lossless AS SELECT k, coalesce(j, '{}') AS j FROM shape LEFT JOIN (SELECT k, journey_agg(t, at, score, expected, cost, duration, value, initiator, id) AS j FROM raw GROUP BY k) x USING (k);
ANALYZE raw; ANALYZE lossless;

-- What they cover
SELECT count(*) AS journeys, percentile_disc(.5) WITHIN GROUP (ORDER BY contact_count(j)) BETWEEN 9 AND 12 AS median_10, max(contact_count(j)), min(contact_count(j)), count(DISTINCT j) > 19000 AS different, max(cardinality(ARRAY(SELECT DISTINCT unnest(path(j))))) > 256 AS many_touchpoints FROM lossless;
SELECT count(DISTINCT (score IS NULL, expected IS NULL, cost IS NULL, duration IS NULL, value IS NULL, initiator, id IS NULL)) = 2 ^ 6 * 4 AS every_pattern_of_null, min(at) < '4600-01-01 00:00:00+00 BC' AS early, max(at) > '293000-01-01 00:00:00+00' AS late, max(score) = 1.7976931348623157e308 AS huge, min(abs(score)) FILTER (WHERE score <> 0) = 5e-324 AS tiny, min(id) = -9223372036854775808 AND max(id) = 9223372036854775807 AS far_ids, bool_or(float8send(score) = '\x8000000000000000') AS minus_zero FROM raw;

-- Packed without loss: contacts() gives the rows back to the bit, -0 as 0
CREATE TEMP VIEW before AS SELECT k, touchpoint_send(t) AS t, at, float8send(score + 0) AS score, float8send(expected + 0) AS expected, float8send(cost + 0) AS cost, extract(epoch FROM duration) AS duration, float8send(value + 0) AS value, initiator, id FROM raw;
CREATE TEMP VIEW after AS SELECT k, touchpoint_send(touchpoint) AS t, occurred_at AS at, float8send(score) AS score, float8send(expected) AS expected, float8send(cost) AS cost, extract(epoch FROM duration) AS duration, float8send(value) AS value, initiator, id
FROM (SELECT * FROM lossless WHERE k NOT IN (SELECT k FROM raw WHERE abs(score) > 8e307 AND abs(expected) > 8e307) OFFSET 0) g, contacts(j); -- whose gap is a number
SELECT (SELECT count(*) FROM after) > 350000 AS contacts,
    (SELECT count(*) FROM (SELECT * FROM before WHERE k IN (SELECT k FROM after) EXCEPT ALL SELECT * FROM after) x) AS lost, (SELECT count(*) FROM (SELECT * FROM after EXCEPT ALL SELECT * FROM before) x) AS invented;

-- Text and jsonb, bit for bit and the same text, under three settings
CREATE TEMP TABLE said (setting int, k int, text text, json text, text_kept boolean, json_kept boolean, bytes_kept boolean);
CREATE TEMP VIEW say AS
SELECT k, md5(t) AS text, md5(b::text) AS json, t::journey = j AS text_kept, b::journey = j AS json_kept, md5(journey_send(t::journey)) = md5(journey_send(j)) AS bytes_kept
FROM (SELECT k, j, j::text AS t, j::jsonb AS b FROM lossless OFFSET 0) x;
SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -15;
INSERT INTO said SELECT 1, * FROM say;
SET timezone = 'America/St_Johns'; SET datestyle = 'German'; SET intervalstyle = 'iso_8601'; SET extra_float_digits = 0;
INSERT INTO said SELECT 2, * FROM say;
SET timezone = 'Pacific/Kiritimati'; SET datestyle = 'Postgres, MDY'; SET intervalstyle = 'postgres_verbose'; SET extra_float_digits = 3;
INSERT INTO said SELECT 3, * FROM say;
SELECT setting, count(*), bool_and(text_kept) AS text, bool_and(json_kept) AS jsonb, bool_and(bytes_kept) AS bytes FROM said GROUP BY 1 ORDER BY 1;
SELECT count(DISTINCT (k, text)) AS texts, count(DISTINCT (k, json)) AS jsons FROM said;
-- single contacts and touchpoints too
SELECT count(*) > 350000 AS contacts, count(*) FILTER (WHERE c::text::contact_record <> c) AS text, count(*) FILTER (WHERE k % 10 = 0 AND c::jsonb::contact_record <> c) AS jsonb, count(*) FILTER (WHERE t::text::touchpoint <> t OR touchpoint(channel(t), label(t), stage(t)) <> t) AS touchpoint
FROM (SELECT k, t, contact_record(t, at, score, expected, cost, duration, value, initiator, id) AS c FROM raw) x;
