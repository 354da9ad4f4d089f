-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT (tp.service_gap_agg(1, 2, 3, 4, 5, 6)).customer, (tp.service_gaps(1, 2, 3, 4, 5, 6)).communication,
       (tp.tolerance_zone(1, 2, 3)).verdict, tp.servqual_index(1, 2), tp.nps(9), tp.csat(4, 4),
       (tp.kano_agg('like', 'dislike')).category, tp.channel_consistency('web', x), tp.ipa_quadrant(1, 1, 2, 2)
FROM generate_series(1, 2) x;
SELECT x, tp.ipa_quadrant(x, -x) OVER () FROM generate_series(1, 3) x;

SET search_path = public, tp;

CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';

-- Service gaps: customer = knowledge + standards + delivery + perception.
SELECT g.*, knowledge + standards + delivery + perception = customer AS adds_up
FROM service_gaps(expected => 5, understood => 4.5, specified => 4, delivered => 3.25, promised => 4.75, perceived => 3) g;
SELECT service_gaps(5, NULL, 4, NULL, 4.75, 3), service_gaps(NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE survey (source text, expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8);
INSERT INTO survey (source, expected, perceived) SELECT 'customer', 3 + i % 3, 2 + i % 4 FROM generate_series(1, 100) i;
INSERT INTO survey (source, understood) SELECT 'manager', 3 + i % 2 * 0.3 FROM generate_series(1, 7) i;
INSERT INTO survey (source, specified) VALUES ('standard', 4);
INSERT INTO survey (source, delivered) SELECT 'audit', 3 + i * 0.1 FROM generate_series(1, 5) i;
SELECT pg_temp.near((g).knowledge, u - e) AS knowledge, pg_temp.near((g).standards, s - u) AS standards, pg_temp.near((g).delivery, d - s) AS delivery,
       (g).communication, pg_temp.near((g).perception, p - d) AS perception, pg_temp.near((g).customer, p - e) AS customer,
       (g).n_expected, (g).n_understood, (g).n_specified, (g).n_delivered, (g).n_promised, (g).n_perceived
FROM (SELECT service_gap_agg(expected, understood, specified, delivered, promised, perceived) AS g, avg(expected) AS e,
             avg(understood) AS u, avg(specified) AS s, avg(delivered) AS d, avg(perceived) AS p FROM survey) q;
SELECT service_gap_agg(1, 2, 3, 4, 5, 6) FROM survey WHERE false;
SELECT fails('SELECT service_gaps(1, ''NaN'', 3, 4, 5, 6)'), fails('SELECT service_gaps(-1.7e308, 1.7e308, 3, 4, 5, 6)'),
       fails('SELECT service_gap_agg(1, 2, 3, 4, 5, ''infinity'')'),
       fails('SELECT service_gap_agg(1.7e308, 2, 3, 4, 5, 1) FROM generate_series(1, 2)');

-- Zone of tolerance, LibQUAL 2004: minimum 5.70, desired 7.72, perceived 6.92.
SELECT round((z).adequacy::numeric, 10) AS adequacy, round((z).superiority::numeric, 10) AS superiority, round((z).width::numeric, 10) AS width, (z).verdict
FROM (SELECT tolerance_zone(5.70, 7.72, 6.92) AS z) s;
SELECT p, (tolerance_zone(5, 7, p)).verdict FROM unnest('{4.9, 5, 6, 7, 7.1}'::float8[]) p;
SELECT tolerance_zone(5, NULL, 4), tolerance_zone(5, 7, NULL), tolerance_zone(NULL, NULL, NULL) IS NULL AS nothing, (tolerance_zone(5, 5, 5)).verdict;
SELECT fails('SELECT tolerance_zone(7, 5, 6)'), fails('SELECT tolerance_zone(7, 5, NULL)'), fails('SELECT tolerance_zone(1, ''NaN'', 2)');

-- SERVQUAL index: five dimensions and their weights.
SELECT round(servqual_index(gap, weight)::numeric, 10) AS weighted, round(servqual_index(gap, 1)::numeric, 10) AS plain
FROM (VALUES (-.65, 11), (-1.10, 32), (-.83, 22), (-.70, 19), (-1.01, 16)) v (gap, weight);
SELECT servqual_index(gap, weight) FROM (VALUES (-1, 1), (NULL, 100), (-3, 1), (50, NULL), (7, 0)) v (gap, weight);
SELECT servqual_index(gap, weight) AS no_weight, servqual_index(NULL, weight) AS no_gap FROM (VALUES (-1, 0), (-2, 0)) v (gap, weight);
SELECT servqual_index(1, 1) AS no_rows WHERE false;
SELECT fails('SELECT servqual_index(1, -1)'), fails('SELECT servqual_index(''NaN'', 1)'), fails('SELECT servqual_index(1e200, 1e200)');

-- Importance and performance: the whole partition, whatever the frame and the order.
SELECT ipa_quadrant(i, p, 3, 3) FROM (VALUES (3, 2.9), (3, 3), (2.9, 2.9), (2.9, 3), (NULL, 3), (3, NULL)) v (i, p);
CREATE TABLE moment (id int, branch text, importance float8, performance float8);
INSERT INTO moment SELECT i, 'branch ' || i % 3, CASE WHEN i % 11 <> 0 THEN i * 7919 % 50 / 10.0 END, CASE WHEN i % 13 <> 0 THEN i * 104729 % 50 / 10.0 END FROM generate_series(1, 300) i;
SELECT count(*), count(q) AS placed, bool_and(q IS NOT DISTINCT FROM by_hand) AS same
FROM (
    SELECT ipa_quadrant(importance, performance) OVER (PARTITION BY branch) AS q,
           ipa_quadrant(importance, performance,
               avg(importance) FILTER (WHERE performance IS NOT NULL) OVER (PARTITION BY branch),
               avg(performance) FILTER (WHERE importance IS NOT NULL) OVER (PARTITION BY branch)) AS by_hand
    FROM moment) s;
SELECT bool_and(a IS NOT DISTINCT FROM b AND a IS NOT DISTINCT FROM c AND a IS NOT DISTINCT FROM d AND a IS NOT DISTINCT FROM e) AS same
FROM (
    SELECT ipa_quadrant(importance, performance) OVER () AS a,
           ipa_quadrant(importance, performance) OVER (ORDER BY id) AS b,
           ipa_quadrant(importance, performance) OVER (ORDER BY performance DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c,
           ipa_quadrant(importance, performance) OVER (ORDER BY importance ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS d,
           ipa_quadrant(importance, performance) OVER (ORDER BY id RANGE BETWEEN 5 FOLLOWING AND 1 FOLLOWING) AS e
    FROM moment) s;
SELECT ipa_quadrant(i, p) OVER () FROM (VALUES (0.1, 1), (0.1, 2), (0.1, 3)) v (i, p);
SELECT ipa_quadrant(i, p) OVER () FROM (VALUES (NULL::float8, 1), (0.1, NULL)) v (i, p);
SELECT ipa_quadrant(5, 5) OVER ();
SELECT fails('SELECT ipa_quadrant(x, 1) OVER () FROM (VALUES (1), (''NaN''::float8)) v (x)'),
       fails('SELECT ipa_quadrant(x, NULL) OVER () FROM (VALUES (1), (''infinity''::float8)) v (x)'),
       fails('SELECT ipa_quadrant(1, 2, ''NaN'', 3)'),
       fails('SELECT ipa_quadrant(1.7e308, 1) OVER () FROM generate_series(1, 2)');
-- What the arguments leave behind, here 200 MB, goes while the partition is read.
SELECT ipa_quadrant(length(repeat('x', 20000) || i), i) OVER () AS q, (SELECT sum(total_bytes) < 64 * 1024 * 1024 FROM pg_backend_memory_contexts) AS lean
FROM generate_series(1, 10000) i LIMIT 1;

-- Net promoter score.
SELECT nps(s) AS all_scores, (count(*) FILTER (WHERE s >= 9) - count(*) FILTER (WHERE s <= 6)) * 100.0 / count(*) AS by_hand
FROM generate_series(0, 10) s;
SELECT nps(9), nps(8), nps(6), nps(NULL::float8), nps(8.5) AS between, nps(6.5) AS above_six;
SELECT nps(1) AS no_rows WHERE false;
SELECT fails('SELECT nps(11)'), fails('SELECT nps(-1)'), fails('SELECT nps(''NaN''::float8)');

-- Customer satisfaction.
SELECT csat(s, 4), 100.0 * count(*) FILTER (WHERE s >= 4) / count(s) AS by_hand FROM (VALUES (1), (2), (4), (5), (5), (NULL)) v (s);
SELECT csat(NULL, 4) AS no_scores, csat(3.9, 4), csat(4, 4);
SELECT csat(1, 4) AS no_rows WHERE false;
SELECT fails('SELECT csat(4, NULL)'), fails('SELECT csat(4, x) FROM generate_series(3, 4) x'), fails('SELECT csat(NULL, x) FROM generate_series(3, 4) x'),
       fails('SELECT csat(4, ''NaN'')'), fails('SELECT csat(''infinity'', 4)');

-- Kano: the whole table, and n = 25 with M 9, O 10, A 1, I 2, R 3: category O, better .5, worse -.8636.
SELECT f, (kano_agg(f, 'like')).category AS "like", (kano_agg(f, 'expect')).category AS expect, (kano_agg(f, 'neutral')).category AS neutral,
       (kano_agg(f, 'accept')).category AS accept, (kano_agg(f, 'dislike')).category AS dislike
FROM unnest('{like,expect,neutral,accept,dislike}'::text[]) WITH ORDINALITY v (f, i) GROUP BY f, i ORDER BY i;
CREATE TABLE kano AS
SELECT f, d FROM (VALUES ('expect', 'dislike', 9), ('Like', 'Dislike', 10), ('like', 'neutral', 1), ('NEUTRAL', 'accept', 2), ('dislike', 'like', 3)) v (f, d, n), generate_series(1, n);
SELECT category, better, round(worse::numeric, 4) AS worse, m, o, a, i, r, q FROM (SELECT (kano_agg(f, d)).* FROM kano) s;
SELECT (kano_agg(f, d)).* FROM kano WHERE false;
SELECT (kano_agg(f, d)).* FROM (VALUES ('like', NULL), (NULL, 'like')) v (f, d);
SELECT (kano_agg(f, d)).* FROM (VALUES ('like', 'like'), ('dislike', 'like')) v (f, d);
SELECT (kano_agg(f, d)).category AS of_equals FROM (VALUES ('like', 'neutral'), ('like', 'dislike'), ('expect', 'dislike'), ('expect', 'expect')) v (f, d);
SELECT fails('SELECT kano_agg(''good'', ''like'')'), fails('SELECT kano_agg(''like'', '''')'), fails('SELECT kano_agg(''like'', E''dis\nlike'')');

-- Consistency of channels: 1 - eta squared, from its definition.
CREATE TABLE visit AS
SELECT i, 'channel ' || i % 6 AS channel, (i * 7919 % 50) / 10.0 + i % 6 * 0.4 AS score FROM generate_series(1, 2000) i;
SELECT pg_temp.near(channel_consistency(channel, score),
                    1 - (SELECT sum(n * (m - (SELECT avg(score) FROM visit)) ^ 2) FROM (SELECT count(*) AS n, avg(score) AS m FROM visit GROUP BY channel) c)
                        / (var_pop(score) * count(*))::float8) AS same,
       channel_consistency(channel, score) BETWEEN 0.5 AND 1 AS range
FROM visit;
SELECT channel_consistency(c, s) AS between_only FROM (VALUES ('a', 0.1), ('a', 0.1), ('b', 0.7), ('b', 0.7), ('b', 0.7)) v (c, s);
SELECT channel_consistency(c, s) AS same_level FROM (VALUES ('a', 1), ('a', 3), ('b', 2), ('b', 2), ('b', NULL), (NULL, 100)) v (c, s);
SELECT channel_consistency('a', x) AS one_channel, channel_consistency('a', 0.1) AS no_variance, channel_consistency(NULL, x) AS no_channel FROM generate_series(1, 5) x;
SELECT channel_consistency('a', 1) AS no_rows WHERE false;
SELECT channel_consistency(i::text, i) AS all_different, pg_temp.near(channel_consistency((i % 1000)::text, i), 399e6 / (399e6 + 999999)) AS many FROM generate_series(1, 20000) i;
SELECT fails('SELECT channel_consistency(i::text, 1) FROM generate_series(1, 65536) i'), fails('SELECT channel_consistency(''a'', ''NaN'')'), fails('SELECT channel_consistency(''a'', 1e200)');

-- The plan does not matter: serial, parallel, running.
CREATE VIEW figures AS
SELECT service_gap_agg(i % 5, i % 4, i % 3, i % 7, i % 6, i % 2) AS s, servqual_index(i % 5, i % 3) AS q, nps(i % 11) AS n, csat(i % 5, 3) AS c,
       kano_agg((ARRAY['like', 'expect', 'dislike'])[1 + i % 3], (ARRAY['neutral', 'like', 'accept', 'dislike'])[1 + i % 4]) AS k,
       channel_consistency(channel, i % 13) AS h
FROM visit;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT * FROM figures;
ALTER TABLE visit SET (parallel_workers = 2);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT * FROM figures', 'Partial Aggregate') AS parallel;
SELECT f.s = t.s AS s, f.q = t.q AS q, f.n = t.n AS n, f.c = t.c AS c, f.k = t.k AS k, pg_temp.near(f.h, t.h) AS h FROM figures f, serial t;
SELECT fails('SELECT csat(1, 3 + (i > 1990)::int) FROM visit');
RESET max_parallel_workers_per_gather;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
SELECT array_agg(n ORDER BY i) AS n, array_agg(round(h::numeric, 4) ORDER BY i) AS h FROM (
    SELECT i, nps(i % 11) OVER w AS n, channel_consistency(channel, score) OVER w AS h FROM visit WHERE i <= 6 WINDOW w AS (ORDER BY i)) s;

-- States: text read back bit for bit under any setting, binary with golden values of release 0.1.
SET extra_float_digits = -15;
SELECT t = t::touchpoint_tally::text AS text, touchpoint_tally_send(t::touchpoint_tally) = touchpoint_tally_send(t::touchpoint_tally::text::touchpoint_tally) AS bits
FROM (SELECT servqual_accum(servqual_accum('{0, 0}', 0.1, 0.7), 0.3, 1e-9)::text AS t) s;
RESET extra_float_digits;
SELECT servqual_accum(servqual_accum('{0, 0}', 0.1, 0.7), 0.3, 1e-9) AS tally,
       channel_consistency_accum(channel_consistency_accum('{0}', E'a"\\', 0.1), '', 3) AS channels;
SELECT encode(touchpoint_tally_send('{2 7.5, 0}'), 'hex'), encode(touchpoint_channels_send('{9.25, "é" 1 0.5, "网" 1 3}'), 'hex');
SELECT c = c::touchpoint_channels::text AS text FROM (SELECT '{10.010000000000000 5e-19, "" 1 3, "a\"\\" 1 0.1}'::touchpoint_channels::text AS c) s;
SELECT fails(format('SELECT %L::touchpoint_tally', t)) FROM unnest(ARRAY['', '{}', '{-1}', '{0 1}', '{1 1 1}', '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}']) t;
SELECT fails(format('SELECT %L::touchpoint_channels', t)) FROM unnest(ARRAY['', '{}', '{-1}', '{0, a 1}', '{0, "a" 1 1, "a" 1 1}', '{0, "b" 1 1, "a" 1 1}', '{0, "a']) t;
SELECT fails('SELECT nps_accum(''{0, 0}'', 1)'), fails('SELECT touchpoint_tally_merge(''{0, 0}'', ''{0}'')'),
       fails('SELECT csat_merge(''{9223372036854775807, 0, 1 4}'', ''{1, 0, 1 4}'')'),
       fails('SELECT channel_consistency_merge(''{1.7e308, "a" 1 1e150}'', ''{1.7e308, "a" 1 1e150}'')');
-- The greatest count takes no more; sums that no scores have are none.
SELECT fails(format('SELECT %s', q)) FROM unnest(ARRAY[
    'nps_accum(''{9223372036854775807, 0, 0}'', 9)', 'csat_accum(''{9223372036854775807, 0, 1 4}'', 3, 4)',
    'csat_accum(''{1, 9223372036854775807, 1 4}'', 4, 4)', 'kano_accum(''{0, 0, 9223372036854775807, 0, 0, 0}'', ''like'', ''neutral'')',
    'service_gap_accum(''{9223372036854775807, 0, 0, 0, 0, 0}'', 1, 2, 3, 4, 5, 6)', 'servqual_accum(''{9223372036854775807, 0}'', 1, 1)',
    'channel_consistency_accum(''{5, "a" 9223372036854775807 1}'', ''a'', 1)',
    'channel_consistency_final(''{5, "a" 9223372036854775807 1, "b" 1 1}'')', '''{5, "a" 1 3}''::touchpoint_channels']) q;
-- Means of sums near the end of the range.
SELECT servqual_index(2, 1e299), servqual_final('{1 1.5e308, 1 1e308}') FROM generate_series(1, 100);

CREATE TABLE received (t touchpoint_tally);
CREATE TABLE received_channels (t touchpoint_channels);
WITH golden AS (SELECT 'received'::regclass AS target, touchpoint_tally_send('{2 7.5 1e-17, 0}') AS m
                UNION ALL SELECT 'received_channels', touchpoint_channels_send('{9.25, "a" 1 0.5, "b" 1 3}'))
SELECT target, receive(target::text, set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 2 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
WITH golden AS (SELECT 'received'::regclass AS target, touchpoint_tally_send('{2 7.5 1e-17, 0}') AS m
                UNION ALL SELECT 'received_channels', touchpoint_channels_send('{9.25, "a" 1 0.5, "b" 1 3}'))
SELECT target, receive(target::text, substr(m || '\x00', 1, n)) AS result, count(*)
FROM golden, generate_series(0, length(m) + 1) n GROUP BY 1, 2 ORDER BY 1, 2;
SELECT bool_and(touchpoint_tally_send(t) = touchpoint_tally_send(t::text::touchpoint_tally)) AS sound FROM received;
SELECT bool_and(touchpoint_channels_send(t) = touchpoint_channels_send(t::text::touchpoint_channels)) AS sound FROM received_channels;

DROP VIEW figures;
DROP TABLE survey, moment, kano, visit, serial, received, received_channels;
