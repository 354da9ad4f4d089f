SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

-- Text form: touchpoint@time [key=value ...]; fields in any order in, in one order out
SELECT 'web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=99 by=customer id=17'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z id=17 by=customer value=99 duration=PT3M cost=1.25 expected=5 score=4'::contact_record;
SELECT input, input::contact_record AS output
FROM (VALUES ('a@2026-01-05T10:00:00Z'), (E' \t"a b" @\n2026-01-05T10:00:00Z\r'), ('s:c/l@2026-01-05 10:00:00+00 score=1  expected=2'),
    ('a@2026-01-05T10:00Z'), ('a@2026-01-05t10:00z'), ('a@2026-01-05T10:00:00.5Z'), ('a@2026-01-05T10:00:00.123456Z'), ('a@2026-01-05T10:00:00.1234565Z'),
    ('a@2026-01-05T10:00:59.9999999Z'), ('a@2026-01-05T24:00:00Z'), ('a@2026-12-31T23:59:60Z'),
    ('a@2026-01-05T10:00:00+08'), ('a@2026-01-05T10:00:00+08:00'), ('a@2026-01-05T10:00:00-0330'), ('a@2026-01-05T10:00:00+05:53:28'),
    ('a@2024-02-29T00:00:00Z'), ('a@2000-02-29T00:00:00Z'), ('a@0000-02-29T00:00:00Z'),
    ('a@0000-01-01T00:00:00Z'), ('a@-0001-12-31T23:59:59.999999Z'), ('a@-0043-03-15T12:00:00Z'), ('a@-4713-11-24T00:00:00Z'), ('a@9999-12-31T23:59:59.999999Z'),
    ('a@+10000-01-01T00:00:00Z'), ('a@10000-01-01T00:00:00Z'), ('a@+294276-12-31T23:59:59.999999Z'), ('a@+002026-01-05T10:00:00Z')) v(input);
-- the server's own input agrees (astronomical year 0 is 1 BC)
SELECT count(*) AS wrong
FROM (VALUES ('0001-01-01 00:00:00+00', '0001-01-01T00:00:00Z'), ('0001-12-31 23:59:59+00 BC', '0000-12-31T23:59:59Z'), ('0044-03-15 12:00:00+00 BC', '-0043-03-15T12:00:00Z'),
    ('4714-11-24 00:00:00+00 BC', '-4713-11-24T00:00:00Z'), ('294276-12-31 23:59:59.999999+00', '+294276-12-31T23:59:59.999999Z'),
    ('1900-02-28 23:00:00-05', '1900-03-01T04:00:00Z'), ('2024-02-29 12:00+05:30', '2024-02-29T06:30:00Z')) v(server, ours)
WHERE occurred_at(('a@' || ours)::contact_record) <> server::timestamptz OR contact_record('a', server::timestamptz)::text <> 'a@' || ours;
-- so do 1,889 times over the whole range
SELECT count(*) AS wrong
FROM (SELECT '4714-11-24 00:00:00+00 BC'::timestamptz + (i * 149317.7) * interval '1 hour' + i * interval '1.000001 s' FROM generate_series(0, 17000, 9) i) x(t)
WHERE contact_record('a', t)::text <> 'a@' || CASE WHEN extract(year FROM t) < 1 THEN CASE WHEN extract(year FROM t) = -1 THEN '' ELSE '-' END || to_char(-extract(year FROM t) - 1, 'FM0000')
    WHEN extract(year FROM t) > 9999 THEN '+' || extract(year FROM t) ELSE to_char(extract(year FROM t), 'FM0000') END
    || to_char(t, '-MM-DD"T"HH24:MI:SS') || rtrim(rtrim(to_char(t, '.US'), '0'), '.') || 'Z';

-- Numbers: shortest exact form, -0 is 0
SELECT input, score(('a@2026-01-01T00:00:00Z score=' || input)::contact_record), 'score=' || input::float8 = split_part(('a@2026-01-01T00:00:00Z score=' || input)::contact_record::text, ' ', 2) AS shortest
FROM unnest(ARRAY['4', '4.0', '+4', '-4', '.5', '5.', '0.1', '0.30000000000000004', '1e3', '1E+3', '1e-7', '123456789012345678', '1e22', '1e300', '-1.7976931348623157e308', '5e-324', '2.2250738585072014e-308', '0', '-0', '-0.0e5', '00012.500']) input
ORDER BY input::float8, input;
-- Durations: days are of 24 hours
SELECT input, duration(('a@2026-01-01T00:00:00Z duration=' || input)::contact_record), split_part(('a@2026-01-01T00:00:00Z duration=' || input)::contact_record::text, ' ', 2) AS output
FROM unnest(ARRAY['PT48H', 'PT3M', 'PT0.5S', 'PT0S', 'P0D', 'P2D', 'P1W', 'P1W2DT3H4M5.000006S', 'pt1h', 'PT90M', 'PT3600S', 'PT1H30M', 'P1DT1S', 'PT0.0000004S', 'PT0.0000005S', 'PT2562047788H54.775807S', 'PT23H59M59.999999S']) input
ORDER BY 2, 1;
SELECT initiator(('a@2026-01-01T00:00:00Z by=' || by)::contact_record) FROM unnest('{company,customer,third_party}'::text[]) by;
SELECT id(('a@2026-01-01T00:00:00Z id=' || id)::contact_record) FROM unnest('{0,-1,+5,9223372036854775807,-9223372036854775808,0017}'::text[]) id;

-- Malformed: 22P02; numbers and times that nobody can hold 22003; past a limit 54000
SELECT left(input, 60) AS input, state, detail
FROM (VALUES (''), ('a'), ('@2026-01-01T00:00:00Z'), ('web/@2026-01-01T00:00:00Z'), ('"a@2026-01-01T00:00:00Z'), ('a@'), ('a@now'),
    ('a@2026-01-01'), ('a@2026-01-01T00:00:00'), ('a@2026-01-01 00:00:00'), ('a@2026-01-01T00:00:00 Europe/Paris'), ('a@2026-01-01T00:00:00Zx'), ('a@2026-01-01TZ'), ('a@2026-01-01T00Z'), ('a@2026-01-01T00:00:00.Z'),
    ('a@26-01-01T00:00:00Z'), ('a@2026-13-01T00:00:00Z'), ('a@2026-00-01T00:00:00Z'), ('a@2026-02-29T00:00:00Z'), ('a@1900-02-29T00:00:00Z'), ('a@2026-01-32T00:00:00Z'), ('a@2026-01-00T00:00:00Z'), ('a@2026-1-1T00:00:00Z'),
    ('a@2026-01-01T25:00:00Z'), ('a@2026-01-01T24:00:01Z'), ('a@2026-01-01T00:60:00Z'), ('a@2026-01-01T00:00:61Z'), ('a@2026-01-01T00:00:00+16'), ('a@2026-01-01T00:00:00+08:60'), ('a@2026-01-01T00:00:00+8'),
    ('a@-4713-11-23T23:59:59Z'), ('a@+294277-01-01T00:00:00Z'), ('a@9999999-01-01T00:00:00Z'), ('a@99999999-01-01T00:00:00Z'), ('a@infinity'), ('a@-infinity'), ('a@294276-12-31T23:59:59-01'),
    ('a@2026-01-01T00:00:00Z 4'), ('a@2026-01-01T00:00:00Z score'), ('a@2026-01-01T00:00:00Z score 4'), ('a@2026-01-01T00:00:00Z score='), ('a@2026-01-01T00:00:00Z score = 4'), ('a@2026-01-01T00:00:00Z Score=4'), ('a@2026-01-01T00:00:00Z mood=4'), ('a@2026-01-01T00:00:00Z initiator=customer'),
    ('a@2026-01-01T00:00:00Z score=4 score=4'), ('a@2026-01-01T00:00:00Z by=customer by=company'), ('a@2026-01-01T00:00:00Z id=1 score=2 id=1'), ('a@2026-01-01T00:00:00Z score=4 duration=PT1S duration=PT1S'),
    ('a@2026-01-01T00:00:00Z score=four'), ('a@2026-01-01T00:00:00Z score=4x'), ('a@2026-01-01T00:00:00Z score=4,5'), ('a@2026-01-01T00:00:00Z score=0x10'), ('a@2026-01-01T00:00:00Z score=1e'), ('a@2026-01-01T00:00:00Z score=.'), ('a@2026-01-01T00:00:00Z score=--4'), ('a@2026-01-01T00:00:00Z score="4"'), ('a@2026-01-01T00:00:00Z score=NULL'),
    ('a@2026-01-01T00:00:00Z score=NaN'), ('a@2026-01-01T00:00:00Z score=-nan'), ('a@2026-01-01T00:00:00Z expected=inf'), ('a@2026-01-01T00:00:00Z cost=Infinity'), ('a@2026-01-01T00:00:00Z value=-infinity'), ('a@2026-01-01T00:00:00Z score=1e309'), ('a@2026-01-01T00:00:00Z score=1e-400'),
    ('a@2026-01-01T00:00:00Z cost=-1'), ('a@2026-01-01T00:00:00Z cost=-0.01'),
    ('a@2026-01-01T00:00:00Z duration=-PT3M'), ('a@2026-01-01T00:00:00Z duration=PT-3M'), ('a@2026-01-01T00:00:00Z duration=P1M'), ('a@2026-01-01T00:00:00Z duration=P1Y'), ('a@2026-01-01T00:00:00Z duration=P1Y2M'), ('a@2026-01-01T00:00:00Z duration=3 minutes'), ('a@2026-01-01T00:00:00Z duration=180'), ('a@2026-01-01T00:00:00Z duration=P'), ('a@2026-01-01T00:00:00Z duration=PT'), ('a@2026-01-01T00:00:00Z duration=P1DT'),
    ('a@2026-01-01T00:00:00Z duration=PT1M1H'), ('a@2026-01-01T00:00:00Z duration=PT1S1S'), ('a@2026-01-01T00:00:00Z duration=PT1D'), ('a@2026-01-01T00:00:00Z duration=P1H'), ('a@2026-01-01T00:00:00Z duration=PT0.5H'), ('a@2026-01-01T00:00:00Z duration=PT1.S'), ('a@2026-01-01T00:00:00Z duration=PT1'), ('a@2026-01-01T00:00:00Z duration=PT9999999999999999999999S'), ('a@2026-01-01T00:00:00Z duration=PT2562047788H54.775808S'),
    ('a@2026-01-01T00:00:00Z by=nobody'), ('a@2026-01-01T00:00:00Z by=Customer'), ('a@2026-01-01T00:00:00Z by='), ('a@2026-01-01T00:00:00Z by=customers'),
    ('a@2026-01-01T00:00:00Z id=1.5'), ('a@2026-01-01T00:00:00Z id=x'), ('a@2026-01-01T00:00:00Z id=9223372036854775808'), ('a@2026-01-01T00:00:00Z id=-9223372036854775809'), ('a@2026-01-01T00:00:00Z id='), ('a@2026-01-01T00:00:00Z id=1e3'),
    ('a@2026-01-01T00:00:00Z, b@2026-01-01T00:00:00Z'), ('{a@2026-01-01T00:00:00Z}'), ('a@2026-01-01T00:00:00Z}'), (E'a\nb@2026-01-01T00:00:00Z'), (E'a@2026-01-01T00:00:00Z\x01'), (repeat('{', 10000000)), (repeat('x', 300) || '@2026-01-01T00:00:00Z'), ('a@2026-01-01T00:00:00Z score=' || repeat('1', 10000000))) v(input),
    failure('contact_record', input);
SELECT 'web/checkout@2026-01-05 10:00:00 score=4'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z mood=4'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z score=NaN'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z cost=-1'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z duration=P1M'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z by=us'::contact_record;
SELECT 'web/checkout@2026-01-05T10:00:00Z score=4 score=5'::contact_record;

-- Constructor and accessors
SELECT contact_record('web/checkout', '2026-01-05 10:00:00+00', 4, 5, 1.25, '3 minutes', 99, 'customer', 17);
SELECT contact_record('web/checkout', '2026-01-05 10:00:00+00'), contact_record(touchpoint => 'a', occurred_at => 'epoch', value => -5, duration => '2 days 01:00', id => -3, initiator => 'third_party');
SELECT (x).*, gap(c), c = contact_record(touchpoint(c), occurred_at(c), score(c), expected(c), cost(c), duration(c), value(c), initiator(c), id(c)) AS same
FROM (VALUES ('web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT51H value=99 by=customer id=17'::contact_record), ('a@2026-01-05T10:00:00Z'), ('a@2026-01-05T10:00:00Z score=2'), ('a@2026-01-05T10:00:00Z expected=2'), ('a@2026-01-05T10:00:00Z score=0 expected=0 cost=0 duration=PT0S value=0 id=0')) v(c),
    LATERAL (SELECT touchpoint(c), occurred_at(c), score(c), expected(c), cost(c), duration(c), value(c), initiator(c), id(c)) x;
SELECT contact_record(NULL, now()) IS NULL AS nowhere, contact_record('a', NULL) IS NULL AS never;
SELECT contact_record('a', 'epoch', '-0', '-0', '-0', '0', '-0')::text AS minus_zero, contact_record('a', 'epoch', '-0') = 'a@1970-01-01T00:00:00Z score=0' AS same;
SELECT contact_record('a', 'epoch', duration => '-1 day 48:00')::text AS net, contact_record('a', 'epoch', duration => '106751991 days 04:00:54.775807')::text AS longest;
SELECT call, state, message, hint
FROM (VALUES ($$score => 'NaN'$$), ($$score => 'infinity'$$), ($$expected => '-infinity'$$), ($$cost => 'NaN'$$), ($$value => 'NaN'$$), ($$value => 'infinity'$$), ($$cost => -1$$), ($$cost => -5e-324$$),
    ($$duration => '-1 second'$$), ($$duration => '1 day -25:00'$$), ($$duration => '1 month'$$), ($$duration => '-1 year'$$), ($$duration => '106751992 days'$$), ($$duration => '106751991 days 04:00:54.775808'$$), ($$initiator => 'nobody'$$), ($$initiator => ''$$), ($$initiator => 'Company'$$)) v(call),
    failure(format('SELECT contact_record(%L, %L, %s)', 'a', 'epoch', call));
SELECT contact_record('a', 'infinity');
SELECT contact_record('a', '-infinity');
SELECT contact_record('a', 'epoch', cost => -1);
SELECT gap('a@1970-01-01T00:00:00Z score=1e308 expected=-1e308'::contact_record);
SELECT touchpoint(NULL::contact_record), occurred_at(NULL), score(NULL), expected(NULL), cost(NULL), duration(NULL), value(NULL), initiator(NULL), id(NULL), gap(NULL);

-- Order: occurred_at, id (NULL first), score (NULL first), touchpoint, expected, cost, duration, value, initiator
CREATE TEMP TABLE c AS
SELECT contact_record(t::touchpoint, 'epoch'::timestamptz + s * interval '1 s', score, expected, cost, d * interval '1 s', value, b, id) AS c, t, s, score, expected, cost, d, value, b, id
FROM unnest('{a,b}'::text[]) t, unnest('{0,1}'::int[]) s, unnest('{NULL,1.5}'::float8[]) score, unnest('{NULL,-1}'::float8[]) expected, unnest('{NULL,0}'::float8[]) cost,
    unnest('{NULL,7}'::int[]) d, unnest('{NULL,-2}'::float8[]) value, unnest('{NULL,company,customer,third_party}'::text[]) b, unnest('{NULL,-9223372036854775808,5}'::bigint[]) id;
SELECT count(*), count(DISTINCT c), count(DISTINCT c::text), count(DISTINCT contact_record_hash(c)) > 1500 AS spread FROM c;
-- ORDER BY c is ORDER BY of its fields
SELECT count(*) AS wrong
FROM (SELECT row_number() OVER (ORDER BY c) AS n, row_number() OVER (ORDER BY s, id NULLS FIRST, score NULLS FIRST, t, expected NULLS FIRST, cost NULLS FIRST, d NULLS FIRST, value NULLS FIRST, b NULLS FIRST) AS m FROM c) x
WHERE n <> m;
SELECT count(*) AS wrong
FROM (SELECT c, lead(c) OVER (ORDER BY c) AS d FROM c) x
WHERE NOT (c < d AND c <= d AND d > c AND d >= c AND c <> d AND contact_record_cmp(c, d) = -1 AND contact_record_cmp(d, c) = 1 AND contact_record_cmp(c, c) = 0
    AND NOT c = d AND NOT d < c AND NOT d <= c AND NOT c > d AND NOT c >= d AND c = c AND c <= c AND c >= c AND NOT c <> c AND NOT c < c);
SELECT count(*) AS wrong FROM c WHERE c::text::contact_record <> c OR c::jsonb::contact_record <> c OR contact_record_hash(c::text::contact_record) <> contact_record_hash(c)
    OR contact_record_hash_extended(c::text::contact_record, 3) <> contact_record_hash_extended(c, 3) OR contact_record_hash_extended(c, 3) = contact_record_hash_extended(c, 4);
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT count(*) AS merge FROM c x JOIN c y USING (c);
RESET enable_hashjoin; SET enable_mergejoin = off;
SELECT count(*) AS hash FROM c x JOIN c y USING (c);
RESET enable_nestloop; RESET enable_mergejoin;
CREATE INDEX ON c USING btree (c);
CREATE INDEX ON c USING hash (c);
SET enable_seqscan = off; SET enable_sort = off;
SELECT c FROM c WHERE c > 'b@1970-01-01T00:00:01Z score=1.5 expected=-1 cost=0 duration=PT7S value=-2 by=customer id=5' ORDER BY c;
SELECT t, s, score FROM c WHERE c = 'a@1970-01-01T00:00:00Z score=1.5';
RESET enable_seqscan; RESET enable_sort;

-- Casts: text by I/O, jsonb explicitly
SELECT ('a@2026-01-01T00:00:00' || 'Z')::contact_record, 'a@2026-01-01T00:00:00Z'::contact_record::text || '!', ARRAY['a@2026-01-01T00:00:00Z', NULL]::contact_record[];
SELECT castcontext, count(*) FROM pg_cast WHERE 'contact_record'::regtype IN (castsource, casttarget) GROUP BY 1;

-- Binary: version 1, flags 0, which fields, time in microseconds since 2000, fields, touchpoint
SELECT contact_record_send('a@2000-01-01T00:00:01Z'), contact_record_send('a@2000-01-01T00:00:01Z score=1 by=third_party id=-1');

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.contact_record('web/x', 'epoch', 4, id => 5), tp.touchpoint(c), tp.occurred_at(c), tp.score(c), tp.expected(c), tp.cost(c), tp.duration(c), tp.value(c), tp.initiator(c), tp.id(c), tp.gap(c), tp.jsonb(c), c::jsonb::tp.contact_record
FROM (SELECT 'a@1970-01-01T00:00:00Z score=1 expected=2'::tp.contact_record) x(c);
SELECT a OPERATOR(tp.=) b AS eq, a OPERATOR(tp.<>) b AS ne, a OPERATOR(tp.<) b AS lt, a OPERATOR(tp.<=) b AS le, a OPERATOR(tp.>) b AS gt, a OPERATOR(tp.>=) b AS ge
FROM (SELECT 'a@1970-01-01T00:00:00Z score=1'::tp.contact_record, 'a@1970-01-01T00:00:00Z score=2'::tp.contact_record) x(a, b);
SELECT count(DISTINCT c) FROM c;
SELECT c FROM c ORDER BY c LIMIT 1;
