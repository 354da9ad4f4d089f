-- What the calls of calls.txt are given: journeys of :contacts contacts, lists of :elements elements.
-- Values are stored uncompressed where a call is about the value, so that the server's own unpacking,
-- which nobody can cancel, is not measured.
CREATE TABLE big (name text, j journey);
ALTER TABLE big ALTER j SET STORAGE EXTERNAL;
INSERT INTO big
SELECT 'few', journey_agg(('s' || i % 3 || ':c' || i % 7 || '/t' || i % 40)::touchpoint, '2020-01-01Z'::timestamptz + i * interval '1 s',
                          (i * 7919::bigint % 5)::float8, (i % 5)::float8, (i % 11)::float8, (i % 100) * interval '1 s', (i % 3)::float8,
                          (ARRAY['company', 'customer', NULL])[i % 3 + 1], i::bigint)
  FROM generate_series(1, :contacts) AS i;
INSERT INTO big
SELECT 'many', journey_agg(('c' || i % 50 || '/t' || i % 65000)::touchpoint, '2020-01-01Z'::timestamptz + i * interval '1 s',
                           (i * 7919::bigint % 1000)::float8 / 7, (i % 5)::float8)
  FROM generate_series(1, :contacts) AS i;
INSERT INTO big
SELECT 'one', journey_agg('c/t'::touchpoint, '2020-01-01Z'::timestamptz + i * interval '1 us', (i % 5)::float8)
  FROM generate_series(1, :contacts) AS i;

-- Rows, in the order that is worst for what sorts them.
CREATE TABLE fact AS
SELECT i, i % 1000 AS g, ('c' || i % 50 || '/t' || i % 65000)::touchpoint AS t,
       '2020-01-01Z'::timestamptz + (i * 7919::bigint % :contacts) * interval '1 s' AS at,
       (i * 7919::bigint % 1000003)::float8 AS x, (i * 104729::bigint % 999983)::float8 AS y,
       ARRAY[(i * 7919::bigint % 1000003)::float8, (i * 104729::bigint % 999983)::float8] AS xy,
       ARRAY[i % 17, i % 13 * 1.5, i % 11, sin(i), cos(i)]::float8[] AS five
  FROM generate_series(1, :contacts) AS i;
ALTER TABLE fact ADD r contact_record;
UPDATE fact SET r = contact_record(t, at, x, y, id => i);
-- efficient one and all: what a frontier is slowest on
CREATE TABLE curve AS SELECT i::float8 AS x, sqrt(i) AS y, ARRAY[i, -i]::float8[] AS xy, ARRAY[i, -i, sin(i)]::float8[] AS xyz
  FROM generate_series(1, :contacts) AS i;

-- Many journeys of twenty contacts.
CREATE TABLE walk AS
SELECT g, journey_agg(('c' || (i * 31 + g * 17) % 997 || '/t' || (i * g::bigint) % 20011)::touchpoint, '2020-01-01Z'::timestamptz + i * interval '1 h',
                      (i % 5)::float8, (i % 4)::float8) AS j
  FROM generate_series(1, :contacts / 20) AS g, generate_series(1, 20) AS i GROUP BY g;

CREATE TABLE flow (name text, f journey_flow);
ALTER TABLE flow ALTER f SET STORAGE EXTERNAL;
INSERT INTO flow SELECT 'dense', flow_agg(j, 'channel') FROM walk;
INSERT INTO flow SELECT 'wide', flow_agg(j, 'touchpoint') FROM walk;
INSERT INTO flow SELECT 'big', flow_agg(j, 'touchpoint') FROM big WHERE name = 'many';

INSERT INTO flow SELECT 'wide that converts', flow_agg(j, 'touchpoint', (g % 3)::float8, 1, 0) FROM walk;

CREATE TABLE list (name text, v text[]);
ALTER TABLE list ALTER v SET STORAGE EXTERNAL;
INSERT INTO list SELECT 'literal', array_agg('c' || i % 50 || '/t' || i) FROM generate_series(1, :elements) AS i;
INSERT INTO list SELECT 'wild', array_agg('*' || i % 10 || '*/*' || i || '*') FROM generate_series(1, :elements) AS i;
INSERT INTO list SELECT 'slow', array_agg(repeat('*a', 120) || i || '/*b') FROM generate_series(1, :elements) AS i;
INSERT INTO list SELECT 'all', array_agg('*'::text) FROM generate_series(1, :elements) AS i;
INSERT INTO list SELECT 'modes', '{strict_increase}';

CREATE TABLE numbers (name text, v float8[]);
INSERT INTO numbers SELECT 'rising', array_agg(i / (:elements + 1.0)) FROM generate_series(1, :elements) AS i;
INSERT INTO numbers SELECT 'square', array_agg(1.0) FROM generate_series(1, :side * :side) AS i;
INSERT INTO numbers SELECT 'long', array_agg(1.0 + i % 9) FROM generate_series(1, :contacts) AS i;

CREATE TABLE matrix AS SELECT array_agg(r ORDER BY i) AS v
  FROM (SELECT i, array_agg(CASE WHEN i = j THEN 1.0 WHEN i < j THEN 3.0 ELSE 1.0 / 3 END::float8 ORDER BY j) AS r
          FROM generate_series(1, :side) AS i, generate_series(1, :side) AS j GROUP BY i) AS rows;

CREATE TABLE path (v touchpoint[]);
INSERT INTO path SELECT array_agg(t ORDER BY i) FROM fact;

CREATE TABLE policy (name text, p contact_policy, raw jsonb);
INSERT INTO policy (name, raw)
SELECT 'literal', jsonb_build_object('cooldown', jsonb_agg(jsonb_build_object('after', 'c' || i % 50 || '/x' || i, 'wait', '90000 days')))
  FROM generate_series(1, :elements) AS i
UNION ALL
SELECT 'wild', jsonb_build_object('cooldown', jsonb_agg(jsonb_build_object('after', '*1*/*x' || i || '*', 'wait', '90000 days')))
  FROM generate_series(1, :elements) AS i
UNION ALL
SELECT 'exempt', jsonb_build_object('caps', jsonb_build_array(jsonb_build_object('max', 1, 'within', '1 h')), 'exempt', jsonb_agg('*1*/*x' || i || '*'))
  FROM generate_series(1, :elements) AS i
UNION ALL
SELECT 'caps', jsonb_build_object('caps', jsonb_agg(jsonb_build_object('max', i, 'within', i + 1 || ' s')))
  FROM generate_series(1, :elements) AS i
UNION ALL
SELECT 'steps', jsonb_build_object('caps', jsonb_agg(jsonb_build_object('max', i, 'per', 'month', 'timezone', 'Asia/Shanghai', 'touchpoint', '*1*/*t' || '1' || '* | x/' || i)))
  FROM generate_series(1, :elements) AS i
UNION ALL
SELECT 'exempt if', jsonb_build_object('min_gap', '1 h', 'caps', jsonb_build_array(jsonb_build_object('max', 1, 'within', '1 h')), 'exempt', jsonb_agg('*[score > ' || i || ']'))
  FROM generate_series(1000000, 1000000 + :elements) AS i
UNION ALL
SELECT 'calendars', jsonb_build_object('caps', jsonb_agg(jsonb_build_object('max', i, 'per', per, 'timezone', z)))
  FROM generate_series(1, :elements / 10) AS i, unnest('{day,week,month}'::text[]) AS per, unnest('{UTC,Asia/Shanghai,America/New_York,Europe/Berlin}'::text[]) AS z
UNION ALL
SELECT 'windows', jsonb_build_object('quiet', jsonb_agg(jsonb_build_object('from', to_char('0:00'::time + i % 1000 * interval '1 min', 'HH24:MI'), 'to', to_char('0:00'::time + i % 1000 * interval '1 min' + interval '7 hours', 'HH24:MI'),
       'timezone', z, 'days', CASE i % 2 WHEN 0 THEN '["mon","tue","wed"]' ELSE '["thu","fri","sat","sun"]' END::jsonb)))
  FROM generate_series(1, :elements / 4) AS i, unnest('{UTC,Asia/Shanghai,America/New_York,Europe/Berlin}'::text[]) AS z
UNION ALL
SELECT 'blackouts', jsonb_build_object('blackout', jsonb_agg(jsonb_build_object('from', to_char(date '2020-01-01' + i, 'YYYY-MM-DD'), 'to', to_char(date '2020-01-01' + i + i % 2, 'YYYY-MM-DD'), 'timezone', 'Europe/Berlin')))
  FROM generate_series(1, :elements) AS i;
UPDATE policy SET p = raw;

CREATE TABLE input (name text, v text);
ALTER TABLE input ALTER v SET STORAGE EXTERNAL;
INSERT INTO input SELECT name, j::text FROM big;
INSERT INTO input SELECT name || ' backwards', '{' || (SELECT string_agg(t || '@' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ', ' ORDER BY i DESC) FROM fact) || '}'
  FROM big WHERE name = 'many';
INSERT INTO input SELECT 'pattern of steps', string_agg('c' || i % 50 || '/t' || i, ' -> ') FROM generate_series(1, :elements) AS i;
INSERT INTO input SELECT 'pattern of 5000 steps', string_agg('c' || i % 50 || '/t*' || i, ' -> ') FROM generate_series(1, 5000) AS i;
INSERT INTO input SELECT 'pattern of alternatives', string_agg('*c' || i % 50 || '*/t*' || i, ' | ') FROM generate_series(1, 5000) AS i;
INSERT INTO input SELECT 'pattern of blanks', repeat(' ', 50000000) || 'a';
INSERT INTO input SELECT 'touchpoint of blanks', repeat(' ', 50000000) || 'a/b';
INSERT INTO input SELECT 'touchpoint of stars', repeat('*', 50000000);
INSERT INTO input SELECT 'flow', f::text FROM flow WHERE name = 'wide';
ANALYZE;
