SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

---- contact_id ----

-- Golden values: they are stored in journeys, so they never change. SHA-256 of "abc" begins ba7816bf8f01cfea (FIPS 180-4).
SELECT key, contact_id(key), to_hex(contact_id(key)) FROM unnest('{abc,"",order-1,订单-1}'::text[]) AS key;
SELECT contact_id('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'), to_hex(contact_id('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'));
SELECT contact_id('550e8400-e29b-41d4-a716-446655440000'::uuid), contact_id('550E8400E29B41D4A716446655440000'::uuid) = contact_id('550e8400-e29b-41d4-a716-446655440000') AS as_its_text, contact_id('550E8400-E29B-41D4-A716-446655440000') = contact_id('550e8400-e29b-41d4-a716-446655440000') AS other_letters;
-- what the server's own sha256 says, for lengths around each block
CREATE FUNCTION pg_temp.by_server(key text) RETURNS bigint LANGUAGE sql AS $$
    SELECT ('x' || encode(substr(sha256(convert_to(key, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint | (1::bigint << 63) $$;
SELECT count(*), count(*) FILTER (WHERE contact_id(k) IS DISTINCT FROM pg_temp.by_server(k)) AS wrong, count(*) FILTER (WHERE contact_id(k) >= 0) AS not_negative, count(DISTINCT contact_id(k)) AS different
FROM (SELECT repeat('客x', n) || n AS k FROM generate_series(0, 400) n UNION SELECT repeat('a', n) FROM generate_series(0, 300) n UNION SELECT 'order ' || n FROM generate_series(1, 20000) n) x;
SELECT count(*) FILTER (WHERE contact_id(u) IS DISTINCT FROM pg_temp.by_server(u::text)) AS wrong FROM (SELECT md5(n::text)::uuid AS u FROM generate_series(1, 5000) n) x;
SELECT contact_id(NULL::text), contact_id(NULL::uuid);
-- the same row twice counts once, whatever its key is
SELECT contact_count(journey_agg(contact_record('web/a', at, id => contact_id(key)))) FROM (VALUES ('o-1', timestamptz '2026-01-01Z'), ('o-2', '2026-01-02Z'), ('o-1', '2026-01-01Z')) v (key, at);

---- Corrections: what || does, and what replace_contacts does ----

CREATE TEMP TABLE version AS SELECT name, j::journey FROM (VALUES
    ('first', '{support/call@2026-01-05T10:00:00Z score=4 value=100 id=17, web/a@2026-01-06T10:00:00Z id=18, web/b@2026-01-06T10:00:00Z score=1}'),
    ('down', '{support/call@2026-01-05T10:00:00Z score=2 value=80 id=17}'), ('up', '{support/call@2026-01-05T10:00:00Z score=5 id=17}'),
    ('moved', '{support/chat@2026-02-05T10:00:00Z score=2 id=17, web/c@2026-02-06T10:00:00Z id=19}')) v (name, j);
SELECT b.name, a.j || b.j AS merged FROM version a, version b WHERE a.name = 'first' AND b.name IN ('down', 'up') ORDER BY 1;
SELECT b.name, replace_contacts(a.j, b.j) AS replaced FROM version a, version b WHERE a.name = 'first' AND b.name <> 'first' ORDER BY 1;
\set VERBOSITY default
SELECT a.j || b.j FROM version a, version b WHERE a.name = 'first' AND b.name = 'moved';
\set VERBOSITY terse
-- ids make it idempotent; contacts without id are a bag
SELECT replace_contacts(replace_contacts(a.j, b.j), b.j) = replace_contacts(a.j, b.j) AS again FROM version a, version b WHERE a.name = 'first' AND b.name = 'moved';
SELECT replace_contacts(j, j), replace_contacts(j, '{}') = j AS by_nothing, replace_contacts('{}', j) = j AS nothing FROM version WHERE name = 'first';
SELECT replace_contacts(NULL, '{}'), replace_contacts('{}', NULL);

---- Erasure ----

SELECT remove_contacts(j, '{17}'), remove_contacts(j, '{18,17,17,-5}'), remove_contacts(j, '{}') = j AS none, remove_contacts(j, '[7:7]={18}') FROM version WHERE name = 'first';
SELECT remove_contacts('{}', '{1}'), remove_contacts(NULL, '{1}'), remove_contacts('{a@2026-01-01T00:00:00Z id=-9223372036854775808, b@2026-01-02T00:00:00Z id=9223372036854775807}', '{-9223372036854775808}');
\set VERBOSITY default
SELECT remove_contacts('{}', NULL);
SELECT remove_contacts('{}', '{1,NULL}');
SELECT remove_contacts('{}', '{{1,2},{3,4}}');
SELECT remove_contacts(NULL, NULL);
\set VERBOSITY terse

---- Difference ----

SELECT (a.j || b.j) - b.j = a.j AS law, a.j - a.j AS empty, a.j - '{}' = a.j AS less_nothing, '{}' - a.j AS of_nothing FROM (SELECT j FROM version WHERE name = 'first') a, (SELECT '{web/b@2026-01-06T10:00:00Z score=1, web/z@2026-01-09T10:00:00Z id=99}'::journey AS j) b;
-- a bag: one takes out one; another field is another contact
SELECT '{a@2026-01-01T00:00:00Z, a@2026-01-01T00:00:00Z, a@2026-01-01T00:00:00Z}'::journey - '{a@2026-01-01T00:00:00Z}';
SELECT '{a@2026-01-01T00:00:00Z score=4 id=1}'::journey - '{a@2026-01-01T00:00:00Z score=5 id=1}';
SELECT NULL::journey - '{}'::journey, '{}'::journey - NULL::journey;
-- an operator without commutator
SELECT oprcom, oprresult::regtype FROM pg_operator WHERE oid = 'tp.-(tp.journey,tp.journey)'::regoperator;

---- Against plain SQL over the rows ----

CREATE TEMP TABLE pair AS
WITH contact AS (
    SELECT k, side, journey_agg(touchpoint('c' || i % 3, 'l' || (i * k) % 5), timestamptz '2026-01-01Z' + (i * k % 7) * interval '1 hour', CASE WHEN (i + k) % 3 > 0 THEN (i * (1 + CASE WHEN i % 2 = 0 THEN side ELSE 0 END) % 5)::float8 END, NULL::float8, NULL::float8, NULL::interval, CASE WHEN i % 6 = 0 THEN side::float8 END, CASE WHEN i % 2 = 0 THEN 'customer' END, CASE WHEN i % 4 > 1 THEN i - 10 END::bigint) AS j
    FROM generate_series(1, 300) k, generate_series(0, 1) side, generate_series(1, 1 + k % 40) i WHERE side = 0 OR (i + k) % 4 < 2 GROUP BY k, side)
SELECT k, a.j AS a, coalesce(b.j, '{}') AS b, ARRAY(SELECT (n * k % 30 - 10)::bigint FROM generate_series(1, k % 9) n) AS ids FROM contact a LEFT JOIN (SELECT * FROM contact WHERE side = 1) b USING (k) WHERE a.side = 0;
CREATE FUNCTION pg_temp.rows_of(journey) RETURNS SETOF contact_record LANGUAGE sql AS $$
    SELECT contact_record(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id) FROM contacts($1) $$;
CREATE FUNCTION pg_temp.journey_of(contact_record[]) RETURNS journey LANGUAGE sql AS $$ SELECT coalesce(journey_agg(c), '{}') FROM unnest($1) c $$;
SELECT count(*), count(*) FILTER (WHERE remove_contacts(a, ids) <> pg_temp.journey_of(ARRAY(SELECT c FROM pg_temp.rows_of(a) c WHERE id(c) IS NULL OR id(c) <> ALL (ids)))) AS removed_wrong,
    count(*) FILTER (WHERE replace_contacts(a, b) <> pg_temp.journey_of(ARRAY(SELECT c FROM pg_temp.rows_of(a) c WHERE NOT EXISTS (SELECT FROM pg_temp.rows_of(b) d WHERE id(d) = id(c)) UNION ALL SELECT c FROM pg_temp.rows_of(b) c))) AS replaced_wrong,
    count(*) FILTER (WHERE a - b <> pg_temp.journey_of(ARRAY(SELECT c FROM pg_temp.rows_of(a) c EXCEPT ALL SELECT c FROM pg_temp.rows_of(b) c))) AS subtracted_wrong,
    count(*) FILTER (WHERE tied_contacts(a) <> (SELECT count(*) FROM contacts(a) x WHERE (id IS NULL OR id < 0) AND EXISTS (SELECT FROM contacts(a) y WHERE y.occurred_at = x.occurred_at AND y.position <> x.position))) AS tied_wrong,
    count(*) FILTER (WHERE remove_contacts(a, ids) <> a) > 100 AS some_removed, count(*) FILTER (WHERE replace_contacts(a, b) <> a || b) > 50 AS some_replaced, count(*) FILTER (WHERE a - b <> a) > 100 AS some_subtracted, count(*) FILTER (WHERE tied_contacts(a) > 0) > 100 AS some_tied
FROM pair;

---- Ties ----

SELECT tied_contacts(j::journey), j FROM (VALUES
    ('{}'), ('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z}'), ('{a@2026-01-01T00:00:00Z, b@2026-01-01T00:00:00Z}'), ('{a@2026-01-01T00:00:00Z id=1, b@2026-01-01T00:00:00Z id=2}'),
    ('{a@2026-01-01T00:00:00Z id=0, b@2026-01-01T00:00:00Z id=2, c@2026-01-01T00:00:00Z}'), ('{a@2026-01-01T00:00:00Z id=-2, b@2026-01-01T00:00:00Z id=-1}'), ('{a@2026-01-01T00:00:00Z id=-2, b@2026-01-02T00:00:00Z id=-1}')) v (j);
SELECT tied_contacts(NULL);

-- Long journeys, which lie out of line and have a summary
SELECT contact_count(j), contact_count(remove_contacts(j, ids)), contact_count(j - remove_contacts(j, ids)), replace_contacts(remove_contacts(j, ids), j) = j AS back, tied_contacts(j)
FROM (SELECT journey_agg(touchpoint('c', 'l' || i % 500), timestamptz '2026-01-01Z' + i / 2 * interval '1 minute', i % 7, NULL::float8, NULL::float8, NULL::interval, NULL::float8, NULL::text, CASE WHEN i % 10 > 0 THEN i ELSE -i END) AS j, ARRAY(SELECT generate_series(1, 20000, 3)::bigint) AS ids FROM generate_series(1, 20000) i) x;
