SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

-- Text form: {contact, contact, ...}, in order
SELECT '{web/search@2026-01-05T10:00:00Z, web/checkout@2026-01-05T10:05:00Z score=4}'::journey;
SELECT input, input::journey AS output
FROM (VALUES ('{}'), (' { } '), ('{a@2026-01-05T10:00:00Z}'), (E'\n{ a@2026-01-05T10:00:00Z\t,\r"b"@2026-01-05T09:00:00Z score=1 } '), ('{a@2026-01-05T10:00:00Z,a@2026-01-05T10:00:00Z}'),
    ('{b@2026-01-05T10:00:00Z,a@2026-01-05T10:00:00Z,s:a@2026-01-05T10:00:00Z,c/a@2026-01-05T10:00:00Z,z@2026-01-05T10:00:00Z score=1,z@2026-01-05T10:00:00Z id=-5}'),
    ('{"a,b}"@2026-01-05T10:00:00Z by=company}'), ('{a@2026-01-05T10:00:00Z id=1 score=1,a@2026-01-05T10:00:00Z score=1 id=1}'), ('{a@2026-01-05T10:00:00Z id=1,a@2026-01-05T10:00:00Z id=1 score=1}')) v(input);
SELECT left(input, 50) AS input, state, detail
FROM (VALUES (''), ('a@2026-01-05T10:00:00Z'), ('{'), ('}'), ('{}}'), ('{} x'), ('{,}'), ('{a@2026-01-05T10:00:00Z,}'), ('{a@2026-01-05T10:00:00Z'), ('{a@2026-01-05T10:00:00Z;b@2026-01-05T10:00:00Z}'), ('{{a@2026-01-05T10:00:00Z}}'),
    ('{a@2026-01-05T10:00:00Z} {b@2026-01-05T10:00:00Z}'), ('{a}'), ('{a,b}'), ('{a@2026-01-05}'), ('{a@2026-01-05T10:00:00Z score=NaN}'), ('{a@2026-01-05T10:00:00Z, b@2026-01-05T10:00:00Z cost=-1}'), ('{"a@2026-01-05T10:00:00Z}'), ('[]'), ('null'), (E'{a\n@2026-01-05T10:00:00Z}'), (E'{a\x02@2026-01-05T10:00:00Z}'),
    ('{a@2026-01-05T10:00:00Z id=1,b@2026-01-05T10:00:00Z id=1}'), ('{a@2026-01-05T10:00:00Z id=1,a@2026-01-05T10:00:01Z id=1}'), (repeat('{', 10000000)), ('{' || repeat('a@2026-01-05T10:00:00Z,', 100000) || '}')) v(input),
    failure('journey', input);
SELECT '{web/search@2026-01-05T10:00:00Z web/checkout@2026-01-05T10:05:00Z}'::journey;
SELECT '{web/search, web/checkout}'::journey;
SELECT '{a@2026-01-05T10:00:00Z id=1, b@2026-01-05T10:00:00Z id=1}'::journey;
SELECT '{a@2026-01-05T10:00:00Z id=1, b@2026-01-05T10:00:00Z, a@2026-01-05T10:00:01Z id=1}'::journey;
-- up to 65,535 different touchpoints
SELECT contact_count(j), cardinality(ARRAY(SELECT DISTINCT unnest(path(j)))) AS touchpoints, j::text::journey = j AS same, journey_send(j) = journey_send(j::text::journey) AS same_message
FROM (SELECT journey(array_agg(touchpoint(NULL, i::text))) FROM generate_series(1, 65535) i) x(j);
SELECT journey(array_agg(touchpoint(NULL, i::text))) FROM generate_series(1, 65536) i;

-- From a path
SELECT journey('{web/search,web/cart,web/search}'::touchpoint[]);
SELECT journey('{a,b}'::touchpoint[], '2026-01-05 10:00:00+00'), journey('{a,b}'::touchpoint[], step => '1 day 01:00'), journey(path => '{b,a}'::touchpoint[], started => '2026-01-05 10:00:00+00', step => '00:00:00.000001');
SELECT journey('{}'::touchpoint[]), journey(NULL::touchpoint[]) IS NULL AS no_path, journey('{a}'::touchpoint[], NULL) IS NULL AS no_start, journey('{a}'::touchpoint[], step => NULL) IS NULL AS no_step;
SELECT call, state, message, hint
FROM (VALUES ($$journey('{a,NULL}'::touchpoint[])$$), ($$journey('{{a,b},{c,d}}'::touchpoint[])$$), ($$journey('{a}'::touchpoint[], step => '0')$$), ($$journey('{a}'::touchpoint[], step => '-1 s')$$), ($$journey('{a}'::touchpoint[], step => '1 month')$$),
    ($$journey('{a}'::touchpoint[], 'infinity')$$), ($$journey('{a}'::touchpoint[], '-infinity')$$), ($$journey('{a,b}'::touchpoint[], '294276-12-31 23:59:59+00')$$), ($$journey('{a,b,c}'::touchpoint[], step => '106751991 days')$$)) v(call),
    failure('SELECT ' || call);
SELECT journey('[5:6]={a,b}'::touchpoint[]);

-- Merging: ids make it idempotent, contacts without id are a bag
SELECT '{a@2026-01-05T10:00:00Z}'::journey || '{a@2026-01-05T10:00:00Z}' AS bag, '{a@2026-01-05T10:00:00Z id=1}'::journey || '{a@2026-01-05T10:00:00Z id=1}' AS once,
    '{a@2026-01-05T10:00:00Z id=1 score=5 cost=1}'::journey || '{a@2026-01-05T10:00:00Z id=1 score=5 expected=1}' AS greater, '{a@2026-01-05T10:00:00Z id=1}'::journey || '{a@2026-01-05T10:00:00Z}' AS with_and_without;
SELECT '{b@2026-01-05T10:00:01Z}'::journey || 'a@2026-01-05T10:00:00Z score=4'::contact_record, '{}'::journey || 'a@2026-01-05T10:00:00Z'::contact_record, '{}'::journey || '{}', NULL::journey || '{}' AS n1, '{}'::journey || NULL::contact_record AS n2;
SELECT '{a@2026-01-05T10:00:00Z id=1}'::journey || '{b@2026-01-05T10:00:00Z id=1}';
SELECT '{a@2026-01-05T10:00:00Z id=1}'::journey || 'a@2026-01-05T10:00:01Z id=1'::contact_record;
-- commutative and associative: 3,000 triples of random journeys, some with shared ids; an id tells its touchpoint and time
SELECT setseed(.25);
CREATE TEMP TABLE r AS
SELECT n, (SELECT coalesce(journey_agg(touchpoint(NULL, chr(97 + abs(hashint8(i)) % 5)), 'epoch'::timestamptz + (abs(hashint8(i)) % 7) * interval '1 s', s, NULL, NULL, NULL, v, NULL, CASE WHEN i < 12 THEN i END), '{}')
    FROM (SELECT floor(random() * 20)::bigint + 0 * n AS i, nullif(floor(random() * 4), 0) AS s, nullif(floor(random() * 2), 0) AS v FROM generate_series(1, (random() * 8)::int + 0 * n) g) x) AS j
FROM generate_series(1, 9000) n;
SELECT count(*), count(*) FILTER (WHERE a.j || b.j <> b.j || a.j) AS not_commutative, count(*) FILTER (WHERE (a.j || b.j) || c.j <> a.j || (b.j || c.j)) AS not_associative,
    count(*) FILTER (WHERE journey_send((a.j || b.j) || c.j) <> journey_send(c.j || (b.j || a.j))) AS other_bytes, count(*) FILTER (WHERE a.j || '{}' <> a.j) AS not_neutral,
    count(*) FILTER (WHERE contact_count(a.j || b.j) < contact_count(a.j) + contact_count(b.j)) > 500 AS some_merge
FROM r a JOIN r b ON b.n = a.n + 1 JOIN r c ON c.n = a.n + 2 WHERE a.n % 3 = 1;
-- || contact by contact is the same as all at once
SELECT count(*) AS wrong FROM r WHERE j <> (SELECT coalesce(journey_agg(contact_record(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id)), '{}') FROM contacts(j));
CREATE AGGREGATE pg_temp.append(contact_record) (SFUNC = journey_add, STYPE = journey, INITCOND = '{}');
SELECT count(*) AS wrong FROM r WHERE n < 1000 AND j <> (SELECT pg_temp.append(contact_record(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id) ORDER BY hashint4(position)) FROM contacts(j));

-- Passes through all, any
SELECT j, j @> '{}' AS all_of_none, j && '{}' AS any_of_none, j @> '{a}' AS a, j @> '{a,b}' AS ab, j @> '{a,z}' AS az, j && '{z,b}' AS zb, j && '{z}' AS z, j @> '{x/a}' AS xa, j @> '{a,a}' AS aa, j @> '{a,NULL}' AS a_null, j && '{a,NULL}' AS any_null, j @> '{{a},{b}}' AS nested
FROM unnest(ARRAY['{}', '{a@2026-01-05T10:00:00Z}', '{a@2026-01-05T10:00:00Z,b@2026-01-05T10:00:00Z,x/c@2026-01-05T10:00:00Z,s:c@2026-01-05T10:00:00Z}']::journey[]) j;
-- as arrays of their paths say
SELECT count(*) AS wrong FROM r, unnest(ARRAY['{}', '{a}', '{b,c}', '{a,e}', '{f}', '{a,b,c,d,e}']) p WHERE (j @> p::touchpoint[]) <> (path(j) @> p::text[]) OR (j && p::touchpoint[]) <> (path(j) && p::text[]);

-- Order: contact by contact, the shorter first
SELECT j FROM unnest(ARRAY['{}', '{b@2026-01-05T10:00:00Z}', '{a@2026-01-05T10:00:00Z}', '{a@2026-01-05T10:00:00Z,b@2026-01-05T10:00:00Z}', '{a@2026-01-05T09:00:00Z}', '{a@2026-01-05T10:00:00Z score=0}', '{a@2026-01-05T10:00:00Z id=0}', '{a@2026-01-05T10:00:00Z,a@2026-01-05T10:00:00Z}', '{s:a@2026-01-05T10:00:00Z}']::journey[]) j ORDER BY j;
-- as arrays of contact records say
CREATE TEMP TABLE o AS
SELECT n, j, ARRAY(SELECT contact_record(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id) FROM contacts(j) ORDER BY position) AS a FROM r WHERE n <= 400;
SELECT count(*) AS pairs, count(*) FILTER (WHERE journey_cmp(x.j, y.j) <> btarraycmp(x.a, y.a) OR (x.j < y.j) <> (x.a < y.a) OR (x.j <= y.j) <> (x.a <= y.a) OR (x.j = y.j) <> (x.a = y.a) OR (x.j <> y.j) <> (x.a <> y.a)
    OR (x.j >= y.j) <> (x.a >= y.a) OR (x.j > y.j) <> (x.a > y.a) OR (x.j = y.j) <> (journey_hash_extended(x.j, 1) = journey_hash_extended(y.j, 1)) OR (x.j = y.j AND journey_hash(x.j) <> journey_hash(y.j))) AS wrong
FROM o x, o y;
SELECT count(*) = (SELECT count(DISTINCT a) FROM o) AS sort FROM (SELECT DISTINCT ON (j) j FROM o ORDER BY j) x;
SELECT count(*) = (SELECT count(DISTINCT a) FROM o) AS hash FROM (SELECT j FROM o GROUP BY j) x;
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT count(*) = (SELECT count(*) FROM o x, o y WHERE x.a = y.a) AS merge FROM o x JOIN o y USING (j);
RESET enable_hashjoin; SET enable_mergejoin = off;
SELECT count(*) = (SELECT count(*) FROM o x, o y WHERE x.a = y.a) AS hash FROM o x JOIN o y USING (j);
RESET enable_nestloop; RESET enable_mergejoin;
CREATE INDEX ON o USING btree (j);
CREATE INDEX ON o USING hash (j);
SET enable_seqscan = off;
SELECT count(*) = (SELECT count(*) FROM r WHERE n <= 400 AND contact_count(j) = 0) AS empty FROM o WHERE j = '{}';
SELECT count(*) = (SELECT count(*) FROM r WHERE n <= 400 AND j < '{a@1970-01-01T00:00:03Z}') AS before FROM o WHERE j < '{a@1970-01-01T00:00:03Z}';
RESET enable_seqscan;
ANALYZE o;

-- Stored: any storage gives the same answers; small ones have no summary, large ones a header that says it all
SELECT typstorage, typlen, typalign FROM pg_type WHERE typname = 'journey';
CREATE TEMP TABLE s (storage text, size int, j journey);
INSERT INTO s SELECT 'external', size, j FROM unnest('{0,1,2,10,100,5000,70000}'::int[]) size, LATERAL (SELECT coalesce(journey_agg(touchpoint('c' || i % 3, 'l' || i % 7), 'epoch'::timestamptz + CASE WHEN size = 5000 THEN i / 100 ELSE i END * 61 * interval '1 s', (i * 37 % 50) / 10.0, 3, i % 4, i % 9 * interval '1 s', -(i % 5), 'company', CASE WHEN size <> 5000 THEN i END), '{}') FROM generate_series(1, size) i) x(j);
ALTER TABLE s ALTER j SET STORAGE main;
INSERT INTO s SELECT 'main', size, (j::text)::journey FROM s WHERE storage = 'external';
ALTER TABLE s ALTER j SET STORAGE extended;
INSERT INTO s SELECT 'extended', size, (j::text)::journey FROM s WHERE storage = 'external';
ALTER TABLE s ALTER j SET STORAGE plain;
INSERT INTO s SELECT 'plain', size, (j::text)::journey FROM s WHERE storage = 'external' AND size <= 100;
SELECT size, count(*), count(DISTINCT j), min(contact_count(j)) AS n, count(DISTINCT (first_at(j), last_at(j), span(j), total_cost(j), total_value(j), scored_count(j), max_score(j), min_score(j), end_score(j), mean_score(j), peak_end_score(j, 3), peak_score(j, 3), start_score(j), score_stddev(j), md5(j::text), md5(journey_send(j)), contact_count(slice(j, '(,)')))) AS answers
FROM s GROUP BY size ORDER BY size;
SELECT storage, size, pg_column_size(j) < 200 AS tiny, pg_column_compression(j) IS NOT NULL AS compressed FROM s WHERE size IN (10, 5000) ORDER BY size, storage;
-- the header agrees with the columns
SELECT storage, size, contact_count(j) = n AND (n = 0) = (first_at(j) IS NULL) AND ROW(first_at(j), last_at(j), scored_count(j)::bigint, max_score(j), min_score(j), total_cost(j), total_value(j), end_score(j)) IS NOT DISTINCT FROM ROW(c1, c2, c3, c4, c5, c6, c7, c8) AS agrees
FROM s, LATERAL (SELECT count(*), min(occurred_at), max(occurred_at), count(score), max(score), min(score), sum(cost), sum(value), (array_agg(score ORDER BY position DESC))[1] FROM contacts(j)) x(n, c1, c2, c3, c4, c5, c6, c7, c8)
ORDER BY storage, size;
DROP TABLE s;

-- Casts and arrays
SELECT ('{a@2026-01-05T10:00:00' || 'Z}')::journey, '{}'::journey::text || '!', ARRAY['{}', NULL, '{"x y"@2026-01-05T10:00:00Z}']::journey[];
SELECT castcontext, count(*) FROM pg_cast WHERE 'journey'::regtype IN (castsource, casttarget) GROUP BY 1;

-- Binary: version 1, flags 0, contacts, touchpoints, touchpoints, contacts
SELECT journey_send('{}'), journey_send('{a@2000-01-01T00:00:01Z,b@2000-01-01T00:00:02Z id=1}');

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.journey('{a,b}'::tp.touchpoint[]), '{}'::tp.journey OPERATOR(tp.||) '{a@1970-01-01T00:00:00Z}'::tp.journey AS merged, '{}'::tp.journey OPERATOR(tp.||) 'a@1970-01-01T00:00:00Z'::tp.contact_record AS added,
    '{a@1970-01-01T00:00:00Z}'::tp.journey OPERATOR(tp.@>) '{a}'::tp.touchpoint[] AS all_of, '{a@1970-01-01T00:00:00Z}'::tp.journey OPERATOR(tp.&&) '{a,b}'::tp.touchpoint[] AS any_of;
SELECT a OPERATOR(tp.=) b AS eq, a OPERATOR(tp.<>) b AS ne, a OPERATOR(tp.<) b AS lt, a OPERATOR(tp.<=) b AS le, a OPERATOR(tp.>) b AS gt, a OPERATOR(tp.>=) b AS ge
FROM (SELECT '{}'::tp.journey, '{a@1970-01-01T00:00:00Z score=2}'::tp.journey) x(a, b);
SELECT count(DISTINCT j) = (SELECT count(DISTINCT a) FROM o) AS same FROM o;
SELECT j FROM o ORDER BY j LIMIT 1;
