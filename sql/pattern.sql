SET search_path = public, tp;
SET timezone = 'UTC';

-- Canonical text, which reads back as the same value.
CREATE TABLE pattern (id serial, input text, p journey_pattern);
INSERT INTO pattern (input, p) SELECT t, t::journey_pattern FROM unnest(ARRAY[
    'web/product* -> web/cart -[<= 30 min]-> web/checkout',
    '(store/* | app/*) => */purchase -[!support/*]-> */complaint[score < 3] $',
    '"Create Fine" => "Send Fine"', ' ( ( web/cart ) ) ', '"web"/"cart"', '^ a+ -> (b)* -> c? -> d{2} -> e{2,} -> f{2,5} $',
    'a[score>1]* | (b|c) | ((a+)?)+', 'a -[<7 days,<=7 days,>1 hour,> 90 min,!x,!y*]-> b', 'a -[<= 1 week 1.5 days, >= 0 s]-> b',
    'a[gap<=-0.5,by=customer,duration>=5 min,cost<>0,value!=1e3,expected=0.1]', 'use:app/"push (new)" -> 办理:营业厅/等候区',
    '"->" -> "a-" -> "=>x" -> a=b']) t;
SELECT p, p::text::journey_pattern = p AS same FROM pattern ORDER BY id;
SELECT count(*) AS wrong FROM pattern WHERE p <> p::text::journey_pattern OR journey_pattern_hash(p) <> journey_pattern_hash(p::text::journey_pattern)
    OR p::text::journey_pattern::text <> p::text;
SELECT 'a | b'::journey_pattern = '( a )|"b"', 'a'::journey_pattern < 'b', 'a'::journey_pattern >= 'b', journey_pattern_cmp('b', 'a');
SELECT journey_pattern_send('a -[<= 1 s]-> 等');

-- 42601 with the place and what was expected.
CREATE FUNCTION refusal(text) RETURNS TABLE (state text, detail text) LANGUAGE plpgsql AS $$
DECLARE d text; s text;
BEGIN
    PERFORM $1::journey_pattern;
    RETURN QUERY SELECT 'accepted', ''::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, s = RETURNED_SQLSTATE;
    RETURN QUERY SELECT s, d;
END $$;
SELECT t AS pattern, r.* FROM unnest(ARRAY['', 'a ->', '-> a', 'a b', '(a', 'a)', 'a->b', 'a-[<= 1 day]-> b', 'a -[]-> b', 'a -[<= 7]-> b',
    'a -[<= 1 month]-> b', 'a -[<= 1 day] b', 'a -[= 1 day]-> b', 'a -[!]-> b', 'a[score]', 'a[mood < 3]', 'a[score < nan]', 'a[by < customer]',
    'a[by = me]', 'a[score < 3', 'a//b', '"a', 'a{0}', 'a{3,2}', 'a{}', 'a+?', 'a |', '^', 'a $ b', 'a{1001}', 'a{1,65535}', '(a{1000}){11}']) t, refusal(t) r;
SELECT 'web/cart -> web/checkout -[<= 7 fortnights]-> store/*'::journey_pattern;
SELECT state FROM refusal(repeat('(', 101) || 'a' || repeat(')', 101)) UNION ALL SELECT state FROM refusal(repeat('(', 100) || 'a' || repeat(')', 100));

-- Letters as touchpoints, an hour apart.
CREATE FUNCTION letters(text) RETURNS journey LANGUAGE sql IMMUTABLE AS
    $$SELECT journey(array_remove(regexp_split_to_array($1, ''), '')::touchpoint[], '2026-01-01 00:00Z', '1 hour')$$;

-- What each sign means. Count the matches, and see them.
SELECT pattern, path, letters(path) ~ pattern::journey_pattern AS matches, match_count(letters(path), pattern::journey_pattern),
       ARRAY(SELECT array_to_string(path(m), '') FROM matches(letters(path), pattern::journey_pattern) m) AS found
FROM (VALUES ('a -> b', 'axb'), ('a => b', 'axb'), ('a => b', 'ab'), ('a -> a', 'a'), ('a -> b', 'aabbab'),
    ('^ a', 'ba'), ('^ a', 'aba'), ('b $', 'ab'), ('b $', 'aba'), ('^ a $', 'a'), ('^ a => b $', 'abb'),
    ('a | b', 'xabx'), ('(a | b) => c', 'acbcc'), ('a+', 'aabaaa'), ('a+ => b', 'aabab'), ('a{2}', 'aaaaa'), ('a{2,} $', 'aaaaa'),
    ('a => b? => c', 'acabcaxc'), ('a -> b? => c', 'axc'), ('b? => c', 'xcbc'), ('a => (b => b)* => c', 'acabbcabc'),
    ('a -[!x]-> b', 'axbab'), ('a -[!x]-> b', 'axb'), ('a -[!a]-> b', 'aab'), ('a -[!b]-> b', 'axb'),
    ('a -[<= 2 hours]-> b', 'axb'), ('a -[< 2 hours]-> b', 'axb'), ('a -[> 1 hour]-> b', 'ab'), ('a -[>= 1 hour, <= 2 hours]-> b', 'aabxb'),
    ('((a*)*)*', 'xaxx'), ('(a)*', 'xx'), ('* => *', 'abcde'), ('a => (b | ^ c)', 'ac'), ('(a $ | b) -> c', 'abc'), ('a', '')) v (pattern, path);

-- Conditions; what a contact lacks meets none.
SELECT p, match_count('{a@2026-01-01T00:00:00Z score=2 expected=4 cost=1 duration=PT5M value=-3 by=customer, a@2026-01-02T00:00:00Z}', p::journey_pattern)
FROM unnest(ARRAY['a', 'a[score < 3]', 'a[score >= 2]', 'a[score > 2]', 'a[score <> 2]', 'a[expected = 4]', 'a[gap = -2]', 'a[gap > -2]', 'a[cost <= 1]', 'a[value < 0]',
    'a[duration = 5 min]', 'a[duration < 300 s]', 'a[duration <= 300 s]', 'a[by = customer]', 'a[by <> customer]', 'a[by <> company]', 'a[score < 3, value > 0]']) p;

-- leftmost start, its earliest end, then on behind it
SELECT array_to_string(path(m), '') FROM matches(letters('aabcbacbb'), 'a -> c? -> b') m;
SELECT array_to_string(path(first_match(letters('xaabcb'), 'a -> b')), ''), first_match(letters('x'), 'a') IS NULL AS none;
SELECT first_match(NULL, 'a') IS NULL, match_count(letters('a'), NULL) IS NULL;
-- a match keeps what its contacts carry
SELECT first_match('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z score=2 id=7, c@2026-01-03T00:00:00Z}', 'b -> c');

-- The same question as joins of contacts: in the cart, support within two days, then a complaint, no purchase in between.
CREATE TABLE trip AS
SELECT n AS id, journey_agg((ARRAY['web/cart', 'support/chat', 'support/call', 'store/purchase', 'web/complaint', 'web/home'])[1 + get_byte(decode(md5(n || '/' || k), 'hex'), 0) % 6]::touchpoint,
        '2026-01-01 00:00Z'::timestamptz + (k * 12 + get_byte(decode(md5(n || '/' || k), 'hex'), 1) % 24) * interval '1 hour', NULL, NULL, NULL, NULL, NULL, NULL, k) AS j
FROM generate_series(1, 2000) n, generate_series(1, 7) k GROUP BY n;
CREATE TABLE stop AS SELECT trip.id, c.position, c.touchpoint, c.occurred_at AS at FROM trip, contacts(j) c;
CREATE INDEX ON stop (id);
ANALYZE stop;
SELECT count(*) FILTER (WHERE j ~ 'web/cart -[<= 2 days]-> support/* -[!*/purchase]-> */complaint') AS matched,
       count(*) FILTER (WHERE (j ~ 'web/cart -[<= 2 days]-> support/* -[!*/purchase]-> */complaint')
                           IS DISTINCT FROM EXISTS (
            SELECT FROM stop a JOIN stop b USING (id) JOIN stop c USING (id)
            WHERE id = trip.id AND a.touchpoint = 'web/cart' AND channel(b.touchpoint) = 'support' AND label(c.touchpoint) = 'complaint'
              AND b.position > a.position AND c.position > b.position AND b.at <= a.at + interval '2 days'
              AND NOT EXISTS (SELECT FROM stop d WHERE d.id = trip.id AND d.position > b.position AND d.position < c.position AND d.touchpoint = 'store/purchase'))) AS wrong
FROM trip;
-- and a run of the very next ones, as window functions find it
SELECT count(*) FILTER (WHERE j ~ '^ web/home => support/*') AS matched,
       count(*) FILTER (WHERE (j ~ '^ web/home => support/*') IS DISTINCT FROM ((path(j))[1] = 'web/home' AND (path(j))[2] LIKE 'support/%')) AS wrong
FROM trip;
SELECT sum(match_count(j, 'support/*')) AS by_pattern, (SELECT count(*) FROM stop WHERE channel(touchpoint) = 'support') AS by_rows FROM trip;

-- A pattern in a column, changing from row to row.
SELECT p, count(*) FROM trip, (VALUES ('web/cart'::journey_pattern), ('web/cart => web/cart'), ('^ web/cart')) v (p) WHERE j ~ p GROUP BY p ORDER BY p;

-- Hostile: nests, 1,000 alternatives, 10,000 contacts of one touchpoint. No backtracking, and it can be stopped.
-- The b that they wait for came too early, so nothing is ruled out by its absence.
CREATE TABLE hostile AS SELECT journey('b'::touchpoint || array_fill('a'::touchpoint, '{10000}')) AS j;
SELECT j ~ 'a -> (((a)*)*)* -> b' AS nest, j ~ 'a -> (((a)* -> (a)*)* -> ((a)* -> (a)*)*)* -> b' AS nests, j ~ 'a -> (a? => a?){500} => b' AS optional,
       match_count(j, '((a)+)+') AS runs, match_count(j, 'a{1000}') AS thousands FROM hostile;
SELECT j ~ (SELECT '(' || string_agg('*a' || n || '*', ' | ') || ' | a) -> b' FROM generate_series(1, 1000) n)::journey_pattern AS alternatives FROM hostile;
SET statement_timeout = '100ms';
SELECT j ~ '((a | a) -[> 1 s, < 1 hour]-> a? -> a{2,9}){400} -> b' FROM hostile;
-- What iterations share is read once, however many share it: 5,000 iterations of 20,000 exclusions.
SET statement_timeout = '5s';
SELECT '{a@2026-01-05T10:00:00Z}' ~ format('((a -[%s]-> b){1000}){5}', string_agg(format('!s%s:c%s/l%s', n, n, n), ','))::journey_pattern AS many_times_many
FROM generate_series(1, 20000) n;
RESET statement_timeout;
RESET statement_timeout;
-- Thousands of slow globs on touchpoints that look like them: stopped while they are tried, whoever tries them.
CREATE TABLE alike AS SELECT journey(ARRAY[(repeat('a', 190) || n)::touchpoint]) AS j FROM generate_series(1, 2000) n, generate_series(1, 2);
CREATE INDEX alike_j ON alike USING gin (j);
ANALYZE alike;
CREATE FUNCTION stopped(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE since timestamptz := clock_timestamp();
BEGIN
    EXECUTE query;
    RETURN 'done';
EXCEPTION WHEN query_canceled THEN
    RETURN CASE WHEN clock_timestamp() < since + interval '2 s' THEN 'in time' ELSE 'late' END;
END $$;
SELECT '(' || string_agg('*' || repeat('a', 100) || n || 'b*', ' | ') || ')' AS slow FROM generate_series(1, 6000) n \gset
SET statement_timeout = '100ms';
SELECT stopped(format('EXPLAIN SELECT FROM alike WHERE j ~ %L', :'slow')) AS planning;
SELECT stopped(format('SELECT j ~ %L FROM (SELECT journey(array_agg((repeat(''a'', 190) || n)::touchpoint)) AS j FROM generate_series(1, 64) n) s', :'slow')) AS matching;
SET enable_seqscan = off;
SELECT stopped(format('SELECT FROM alike WHERE j ~ (SELECT %L::journey_pattern)', :'slow')) AS index_scan;
RESET enable_seqscan;
RESET statement_timeout;

-- With the schema off the search path.
SET search_path = public;
SELECT j OPERATOR(tp.~) 'web/cart -> support/*'::tp.journey_pattern, tp.match_count(j, 'support/*'), tp.first_match(j, 'web/nowhere') IS NULL FROM trip WHERE id = 1;
SELECT count(*) FROM trip, tp.matches(j, 'web/cart');

DROP TABLE pattern, trip, stop, hostile, alike;
DROP FUNCTION letters, refusal, stopped;
