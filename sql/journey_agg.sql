SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

CREATE TEMP TABLE contact (customer int, n int, t touchpoint, at timestamptz, score float8, expected float8, cost float8, duration interval, value float8, initiator text, id bigint);
INSERT INTO contact VALUES
    (1, 1, 'web/search', '2026-01-05 10:00:00+00', 4, 5, 1.25, '3 min', 99, 'customer', 17), (1, 2, 'app/push', '2026-01-04 10:00:00+00', NULL, NULL, 0, '0', -5, 'company', 16), (1, 3, 'shop', '2026-01-06 10:00:00+00', 2, NULL, NULL, NULL, NULL, NULL, 18),
    (2, 1, NULL, '2026-01-05 10:00:00+00', 1, 1, 1, '1 s', 1, 'company', 1), (2, 2, 'a', NULL, 1, 1, 1, '1 s', 1, 'company', 2), (3, 1, NULL, '2026-01-05 10:00:00+00', 1, 1, 1, '1 s', 1, 'company', 3), (3, 2, 'a', '2026-01-05 10:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- All forms; rows without touchpoint or time are passed over, no rows give NULL
SELECT customer, journey_agg(t, at) FROM contact GROUP BY 1 ORDER BY 1;
SELECT customer, journey_agg(t, at, score) FROM contact GROUP BY 1 ORDER BY 1;
SELECT customer, journey_agg(t, at, score, expected) FROM contact GROUP BY 1 ORDER BY 1;
SELECT customer, journey_agg(t, at, score, expected, cost, duration, value, initiator, id) FROM contact GROUP BY 1 ORDER BY 1;
SELECT customer, journey_agg(contact_record(t, at, score, expected, cost, duration, value, initiator, id)) FROM contact GROUP BY 1 ORDER BY 1;
SELECT journey_agg(t, at), journey_agg(t, at, score), journey_agg(contact_record(t, at)), rollup(NULL::journey) FROM contact WHERE false;
SELECT journey_agg(t, at) FILTER (WHERE n > 5), journey_agg(t, at) FILTER (WHERE n = 1), journey_agg(DISTINCT contact_record(t, '2026-01-01 00:00:00+00')) FROM contact;
-- as a window function the state goes on
SELECT n, journey_agg(t, at) OVER (ORDER BY n), contact_count(journey_agg(t, at) OVER (ORDER BY n ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS rest FROM contact WHERE customer = 1;
-- forms agree with each other and with one literal; any order in
SELECT count(DISTINCT j) FROM (SELECT journey_agg(t, at, score, expected, cost, duration, value, initiator, id ORDER BY n) FROM contact WHERE customer = 1
    UNION ALL SELECT journey_agg(t, at, score, expected, cost, duration, value, initiator, id ORDER BY n DESC) FROM contact WHERE customer = 1
    UNION ALL SELECT journey_agg(contact_record(t, at, score, expected, cost, duration, value, initiator, id) ORDER BY at) FROM contact WHERE customer = 1
    UNION ALL SELECT '{app/push@2026-01-04T10:00:00Z cost=0 duration=PT0S value=-5 by=company id=16, web/search@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=99 by=customer id=17, shop@2026-01-06T10:00:00Z score=2 id=18}') x(j);

-- Ids: one counts once, the greater stays; on two touchpoints or times it is a mistake
SELECT journey_agg(contact_record(t::touchpoint, at::timestamptz, score, id => id))
FROM (VALUES ('a', '2026-01-05 10:00:00+00', 1, 7), ('a', '2026-01-05 10:00:00+00', 3, 7), ('a', '2026-01-05 10:00:00+00', NULL, 7), ('b', '2026-01-05 10:00:00+00', 3, NULL), ('b', '2026-01-05 10:00:00+00', 3, NULL), ('b', '2026-01-05 10:00:00+00', 3, 8), ('b', '2026-01-05 10:00:00+00', 3, 8)) v(t, at, score, id);
SELECT contact_count(journey_agg(t, at, score, expected, cost, duration, value, initiator, id)) FROM contact, generate_series(1, 50) WHERE customer = 1;
SELECT journey_agg(contact_record(t, at, id => 5)) FROM contact WHERE customer = 1;
SELECT journey_agg('a', at, NULL, NULL, NULL, NULL, NULL, NULL, 5) FROM contact WHERE customer = 1;
SELECT journey_agg(t, 'epoch', NULL, NULL, NULL, NULL, NULL, NULL, -5) FROM contact WHERE customer = 1;
SELECT rollup(j) FROM unnest(ARRAY['{a@1970-01-01T00:00:00Z id=1}', '{}', '{a@1970-01-01T00:00:01Z id=1}']::journey[]) j;
-- ids at both ends of bigint
SELECT j, j::text::journey = j AS same FROM (SELECT journey_agg('a', 'epoch'::timestamptz + abs(id % 3) * interval '1 s', NULL, NULL, NULL, NULL, NULL, NULL, id) FROM unnest('{9223372036854775807,-9223372036854775808,NULL,0,-1,9223372036854775807,NULL}'::bigint[]) id) x(j);

-- rollup
SELECT rollup(j), rollup(j) = rollup(j ORDER BY j DESC) AS any_order FROM unnest(ARRAY['{b@1970-01-01T00:00:01Z}', NULL, '{}', '{a@1970-01-01T00:00:00Z id=1, c@1970-01-01T00:00:05Z}', '{a@1970-01-01T00:00:00Z id=1 score=2}', '{b@1970-01-01T00:00:01Z}']::journey[]) j;
SELECT rollup('{}'::journey), rollup(NULL::journey) IS NULL AS none;

-- Arguments that make no sense
SELECT args, state, message, hint
FROM (VALUES ($$'a', 'infinity'$$), ($$'a', '-infinity', 1$$), ($$'a', 'epoch', 'NaN'$$), ($$'a', 'epoch', 'infinity'$$), ($$'a', 'epoch', 1, '-infinity'$$), ($$'a', 'epoch', 1, 1, 'NaN', NULL, NULL, NULL, NULL$$), ($$'a', 'epoch', 1, 1, -1, NULL, NULL, NULL, NULL$$), ($$'a', 'epoch', 1, 1, 1, '-1 s', NULL, NULL, NULL$$),
    ($$'a', 'epoch', 1, 1, 1, '1 month', NULL, NULL, NULL$$), ($$'a', 'epoch', 1, 1, 1, '1 s', 'infinity', NULL, NULL$$), ($$'a', 'epoch', 1, 1, 1, '1 s', 1, 'nobody', NULL$$), ($$'a/b/c', 'epoch'$$)) v(args), failure(format('SELECT journey_agg(%s)', args));
-- not callable by hand
SELECT state IN ('42883', '0A000') AS refused FROM unnest(ARRAY['journey_agg_row(NULL, ''a'', now())', 'journey_agg_final(NULL)', 'journey_agg_deserialize(''\x01'', NULL)']) call, failure('SELECT ' || call);

-- Many touchpoints in one group, many groups
SELECT contact_count(j), cardinality(ARRAY(SELECT DISTINCT unnest(path(j)))) AS touchpoints, md5(journey_send(j)) = md5(journey_send(k)) AS any_order
FROM (SELECT journey_agg(touchpoint('c' || i % 7, 'l' || i % 1000), 'epoch'::timestamptz + i % 777 * interval '1 s', i % 10, NULL, NULL, NULL, NULL, NULL, i ORDER BY i), journey_agg(touchpoint('c' || i % 7, 'l' || i % 1000), 'epoch'::timestamptz + i % 777 * interval '1 s', i % 10, NULL, NULL, NULL, NULL, NULL, i ORDER BY hashint4(i)) FROM generate_series(1, 20000) i) x(j, k);
SELECT count(*), sum(contact_count(j)), count(DISTINCT j) FROM (SELECT journey_agg('a', 'epoch'::timestamptz + i * interval '1 s') AS j FROM generate_series(1, 60000) i GROUP BY i % 20000) x;

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.journey_agg(t, at), tp.journey_agg(t, at, score), tp.journey_agg(t, at, score, expected), tp.journey_agg(t, at, score, expected, cost, duration, value, initiator, id), tp.journey_agg(tp.contact_record(t, at)), tp.rollup('{a@1970-01-01T00:00:00Z}'::tp.journey) FROM contact WHERE n = 3;
