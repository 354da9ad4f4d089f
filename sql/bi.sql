-- Views of plain columns over a user's table, against the same answers by plain SQL
SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 0;
CREATE TABLE bi_event (user_id text, ts timestamptz, what text, stars int, hoped numeric, spent text, took interval, revenue numeric, campaign text, "Order" bigint);
INSERT INTO bi_event
SELECT 'u' || c, timestamptz '2026-01-01' + (c * 37 + n * n * 19) * interval '1 hour', (ARRAY['ads/spring', 'web/cart', 'web/pay', 'mail/offer', 'call/agent'])[1 + (c * 3 + n * (1 + c % 4)) % 5],
       CASE WHEN n % 3 > 0 THEN 1 + (c + n) % 5 END, CASE WHEN c % 2 = 0 THEN 4 END, '1.5', interval '2 minutes', n % 3 * 10.5, 'k' || c % 4, c * 100 + n
FROM generate_series(1, 300) AS c, generate_series(1, 1 + c % 7) AS n;
INSERT INTO bi_event VALUES (NULL, '2026-02-01', 'web/x'), ('u1', NULL, 'web/x'), ('u1', 'infinity', 'web/x'), ('u1', '2026-02-01', ''), ('u1', '2026-02-01', NULL);

SELECT * FROM create_bi_views('bi_plain', 'bi_event', '{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "score": "stars", "expected": "hoped",
    "cost": "spent", "duration": "took", "value": "revenue", "id": "Order", "properties": ["campaign"], "neutral": 3, "conversion": "web/pay", "lookback": "30 days",
    "funnel": ["ads/*", "web/cart", "web/pay"], "within": "7 days", "timezone": "Asia/Shanghai"}');
-- whoever asks has another search_path and other settings
SET search_path = pg_catalog;
SELECT rows, used, without_customer, without_time, without_touchpoint, contacts, scored FROM bi_plain.bi_coverage;
CREATE VIEW pg_temp.used AS SELECT * FROM public.bi_event WHERE user_id IS NOT NULL AND isfinite(ts) AND what > '';
SELECT count(*) AS differ FROM
    (SELECT customer, contacts, first_at, last_at, scored, cost, value FROM bi_plain.bi_journeys) a FULL JOIN
    (SELECT user_id AS customer, count(*) AS contacts, min(ts) AS first_at, max(ts) AS last_at, count(stars) AS scored, sum(spent::float8) AS cost, sum(revenue)::float8 AS value FROM pg_temp.used GROUP BY 1) b
    USING (customer, contacts, first_at, last_at, scored) WHERE a.cost IS DISTINCT FROM b.cost OR a.value IS DISTINCT FROM b.value;
SELECT count(*) AS differ FROM
    (SELECT customer, occurred_at, day, touchpoint, channel, label, score, expected, gap, seconds, contact_id, properties FROM bi_plain.bi_contacts) a FULL JOIN
    (SELECT user_id AS customer, ts AS occurred_at, (ts + interval '8 hours')::date AS day, what AS touchpoint, split_part(what, '/', 1) AS channel, split_part(what, '/', 2) AS label,
            stars, hoped, "Order" AS contact_id, jsonb_build_object('campaign', campaign) AS properties FROM pg_temp.used) b
    USING (customer, occurred_at, day, touchpoint, channel, label, contact_id, properties)
    WHERE a.score IS DISTINCT FROM b.stars OR a.expected IS DISTINCT FROM b.hoped OR a.gap IS DISTINCT FROM b.stars - b.hoped OR a.seconds IS DISTINCT FROM 120;
SELECT count(*) AS differ FROM
    (SELECT touchpoint, contacts, customers, scored, round(mean_score::numeric, 9) AS mean, pairs, round(gap::numeric, 9) AS gap, value FROM bi_plain.bi_touchpoints) a FULL JOIN
    (SELECT what AS touchpoint, sum(n) AS contacts, count(*) AS customers, count(s) AS scored, round(avg(s), 9) AS mean, count(p) AS pairs, round(avg(p), 9) AS gap, sum(v)::float8 AS value
     FROM (SELECT what, user_id, count(*) AS n, avg(stars) AS s, avg(stars - hoped) AS p, sum(revenue) AS v FROM pg_temp.used GROUP BY 1, 2) x GROUP BY 1) b
    USING (touchpoint, contacts, customers, scored, mean, pairs, value) WHERE a.touchpoint IS NULL OR b.touchpoint IS NULL OR a.gap IS DISTINCT FROM b.gap;
SELECT channel, contacts, customers, cost, value, seconds, cost_per_contact, roas FROM bi_plain.bi_channels ORDER BY channel;
SELECT split_part(what, '/', 1) AS channel, count(*), count(DISTINCT user_id), sum(spent::float8) AS cost, sum(revenue) AS value, 120 * count(*) AS seconds FROM pg_temp.used GROUP BY 1 ORDER BY 1;
SELECT count(*) AS differ FROM
    (SELECT source, target, count, round(mean_seconds::numeric, 3) AS seconds FROM bi_plain.bi_transitions WHERE source <> '(start)' AND target <> '(end)') a FULL JOIN
    (SELECT what AS source, next AS target, count(*)::float8 AS count, round(avg(extract(epoch FROM later - ts)), 3) AS seconds
     FROM (SELECT what, ts, lead(what) OVER w AS next, lead(ts) OVER w AS later FROM pg_temp.used WINDOW w AS (PARTITION BY user_id ORDER BY ts)) x WHERE next IS NOT NULL GROUP BY 1, 2) b
    USING (source, target, count, seconds) WHERE a.source IS NULL OR b.source IS NULL;
SELECT level, sum(count) AS journeys FROM bi_plain.bi_paths WHERE source <> '(end)' GROUP BY 1 ORDER BY 1;
SELECT n AS level, count(*) AS journeys FROM (SELECT count(*) AS c FROM pg_temp.used GROUP BY user_id) x, generate_series(1, 5) AS n WHERE c >= n GROUP BY 1 ORDER BY 1;
SELECT cohort, sum(entered) FILTER (WHERE period = 0) AS entered FROM bi_plain.bi_retention GROUP BY 1 ORDER BY 1 LIMIT 4;
SELECT date_trunc('month', first)::date AS cohort, count(*) FROM (SELECT min(ts + interval '8 hours') AS first FROM pg_temp.used GROUP BY user_id) x GROUP BY 1 ORDER BY 1 LIMIT 4;
SELECT "position", touchpoint, customers, peaks, ends FROM bi_plain.bi_journey_map ORDER BY 1;
SELECT step, touchpoint, entered, converted, drop_off FROM bi_plain.bi_funnel ORDER BY 1;
SELECT count(DISTINCT user_id) AS entered FROM pg_temp.used WHERE what LIKE 'ads/%';
-- every model gives credit for each of the conversions and its value
SELECT model, round(sum(conversions)::numeric, 6) AS conversions, round(sum(value)::numeric, 6) AS value FROM bi_plain.bi_attribution GROUP BY 1 ORDER BY 1;
SELECT count(*), sum(revenue) FROM pg_temp.used WHERE what = 'web/pay';
SELECT count(*) AS "columns of other types than the server's" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relnamespace = 'bi_plain'::regnamespace AND c.relname <> 'bi_base' AND a.attnum > 0 AND t.typnamespace <> 'pg_catalog'::regnamespace;
SELECT count(*) AS "without a comment" FROM pg_class c WHERE c.relnamespace = 'bi_plain'::regnamespace AND obj_description(c.oid, 'pg_class') IS NULL;
SET search_path = public, tp;

-- of stored journeys, of channel and label, of uuids
CREATE TABLE bi_kept AS SELECT user_id AS customer_id, journey_agg(what::touchpoint, ts, stars::float8) AS path FROM bi_event WHERE user_id IS NOT NULL AND isfinite(ts) AND what > '' GROUP BY 1;
INSERT INTO bi_kept VALUES (NULL, '{web/x@2026-01-01T00:00:00Z}'), ('none', NULL);
SELECT count(*) FROM create_bi_views('bi_whole', 'bi_kept', '{"customer": "customer_id", "journey": "path", "neutral": null}');
SELECT rows, used, without_customer, without_time, without_touchpoint, contacts, scored FROM bi_whole.bi_coverage;
SELECT count(*) AS differ FROM bi_whole.bi_journeys a FULL JOIN bi_plain.bi_journeys b USING (customer, contacts, first_at, last_at, scored, mean_score, end_score) WHERE a.peak_end IS NOT NULL OR b.peak_end IS NULL AND scored > 0;
CREATE TABLE bi_parts (who uuid, day date, medium varchar, page char(4), phase text, key uuid);
INSERT INTO bi_parts VALUES ('00000000-0000-0000-0000-000000000001', '2026-01-05', 'web', 'cart', '', '00000000-0000-0000-0000-00000000000a'), ('00000000-0000-0000-0000-000000000001', '2026-01-06', '', 'pay', 'buy', NULL);
SELECT count(*) FROM create_bi_views('bi_of_parts', 'bi_parts', '{"customer": "who", "occurred_at": "day", "channel": "medium", "label": "page", "stage": "phase", "id": "key"}');
SELECT customer, occurred_at, touchpoint, contact_id = contact_id('00000000-0000-0000-0000-00000000000a'::uuid) AS same FROM bi_of_parts.bi_contacts ORDER BY 2;

-- empty texts are nothing; what repeats an id is counted
CREATE TABLE bi_texts (who text, at text, what text, stars text, key int);
INSERT INTO bi_texts VALUES ('a', '2026-01-01', 'web/x', '4', 1), ('a', '2026-01-01', 'web/x', '4', 1), ('a', '2026-01-02', 'web/y', '', NULL), ('', '2026-01-02', 'web/y', '1', 2), ('a', '', 'web/y', '1', 3);
SELECT count(*) FROM create_bi_views('bi_of_texts', 'bi_texts', '{"customer": "who", "occurred_at": "at", "touchpoint": "what", "score": "stars", "id": "key", "neutral": null}');
SELECT rows, used, without_customer, without_time, without_touchpoint, repeated, contacts, scored FROM bi_of_texts.bi_coverage;
SELECT customer, contacts, scored, mean_score FROM bi_of_texts.bi_journeys;
SELECT count(*) FROM create_bi_views('bi_of_base', 'bi_of_texts.bi_base', '{"customer": "customer", "journey": "journey", "neutral": null}');
SELECT rows, used, repeated, contacts, scored FROM bi_of_base.bi_coverage;

-- days and times without an offset are those of the mapping's time zone, whoever reads them: "meant" is what they are by hand
CREATE DOMAIN bi_day AS date;
CREATE DOMAIN bi_working_day AS bi_day;
CREATE TABLE bi_local (who text, day date, working bi_working_day, local timestamp, zoned timestamptz, said varchar, meant timestamptz);
INSERT INTO bi_local VALUES ('winter', '2026-01-05', '2026-01-05', '2026-01-05', '2026-01-04 23:00Z', '2026-01-05', '2026-01-04 23:00Z'),
    ('summer', '2026-07-05', '2026-07-05', '2026-07-05', '2026-07-04 22:00Z', '2026/7/5 00:00', '2026-07-04 22:00Z'),
    ('never', 'infinity', 'infinity', '-infinity', '-infinity', 'infinity', NULL), ('unknown', NULL, NULL, NULL, NULL, '', NULL);
CREATE TABLE bi_said (who text, said text, meant timestamptz);
INSERT INTO bi_said VALUES ('a', '2026-01-05T10:00:30.25', '2026-01-05 09:00:30.25Z'), ('b', '2026-07-05 10:00 PM', '2026-07-05 20:00Z'), ('c', '2026-01-05 10:00Z', '2026-01-05 10:00Z'),
    ('d', '2026-01-05T10:00:00+05:30', '2026-01-05 04:30Z'), ('e', '2026-01-05 10:00-02', '2026-01-05 12:00Z'), ('f', '2026-01-05 10:00 America/New_York', '2026-01-05 15:00Z'),
    ('g', '2026-03-29 02:30', '2026-03-29 01:30Z'), ('h', 'Mon Jan 5 10:00:00 2026 PST', '2026-01-05 18:00Z');
SELECT c, (SELECT count(*) FROM create_bi_views(('bi_at_' || c)::name, 'bi_local', jsonb_build_object('customer', 'who', 'occurred_at', c, 'channel', 'who', 'label', 'who', 'timezone', 'Europe/Berlin')))
FROM unnest('{day,working,local,zoned,said}'::text[]) AS c;
SELECT count(*) FROM create_bi_views('bi_at_offset', 'bi_said', '{"customer": "who", "occurred_at": "said", "channel": "who", "label": "who", "timezone": "Europe/Berlin"}');
CREATE VIEW bi_at AS SELECT c, customer, first_at, used, without_time FROM (
    SELECT 'day' AS c, customer, first_at FROM bi_at_day.bi_journeys UNION ALL SELECT 'working', customer, first_at FROM bi_at_working.bi_journeys UNION ALL
    SELECT 'local', customer, first_at FROM bi_at_local.bi_journeys UNION ALL SELECT 'zoned', customer, first_at FROM bi_at_zoned.bi_journeys UNION ALL
    SELECT 'said', customer, first_at FROM bi_at_said.bi_journeys UNION ALL SELECT 'offset', customer, first_at FROM bi_at_offset.bi_journeys) j JOIN (
    SELECT 'day' AS c, used, without_time FROM bi_at_day.bi_coverage UNION ALL SELECT 'working', used, without_time FROM bi_at_working.bi_coverage UNION ALL
    SELECT 'local', used, without_time FROM bi_at_local.bi_coverage UNION ALL SELECT 'zoned', used, without_time FROM bi_at_zoned.bi_coverage UNION ALL
    SELECT 'said', used, without_time FROM bi_at_said.bi_coverage UNION ALL SELECT 'offset', used, without_time FROM bi_at_offset.bi_coverage) r USING (c);
SET timezone = 'America/New_York';
CREATE TEMP TABLE bi_new_york AS TABLE bi_at;
SET timezone = 'Asia/Tokyo';
SELECT count(*) AS read, count(*) FILTER (WHERE a IS DISTINCT FROM b) AS differ FROM bi_at a FULL JOIN bi_new_york b USING (c, customer);
SET timezone = 'UTC';
SELECT c, used, without_time, count(*) AS customers, count(*) FILTER (WHERE first_at IS DISTINCT FROM meant) AS "otherwise than meant"
FROM bi_at LEFT JOIN (SELECT who AS customer, meant FROM bi_local UNION ALL SELECT who, meant FROM bi_said) m USING (customer) GROUP BY 1, 2, 3 ORDER BY 1;
SELECT min(day) AS day FROM bi_at_day.bi_contacts;

-- an empty id is none
CREATE DOMAIN bi_number AS bigint;
CREATE TYPE bi_word AS ENUM ('', 'x');
CREATE TABLE bi_ids (at timestamptz, what text, key text, padded char(3), word bi_word, number bi_number);
INSERT INTO bi_ids VALUES ('2026-01-01', 'web/x', '', '', '', 1), ('2026-01-01', 'web/y', '', ' ', '', 2), ('2026-01-02', 'web/x', NULL, NULL, NULL, NULL),
    ('2026-01-03', 'web/x', 'x', 'x', 'x', 3), ('2026-01-03', 'web/x', 'x', 'x', 'x', 3), ('2026-01-04', 'web/x', '', '', '', NULL);
ALTER TABLE bi_ids ADD who text DEFAULT 'a';
SELECT c, (SELECT count(*) FROM create_bi_views(('bi_id_' || c)::name, 'bi_ids', jsonb_build_object('customer', 'who', 'occurred_at', 'at', 'touchpoint', 'what', 'id', c)))
FROM unnest('{key,padded,word,number}'::text[]) AS c;
SELECT 'key' AS id, repeated, contacts FROM bi_id_key.bi_coverage UNION ALL SELECT 'padded', repeated, contacts FROM bi_id_padded.bi_coverage UNION ALL
    SELECT 'word', repeated, contacts FROM bi_id_word.bi_coverage UNION ALL SELECT 'number', repeated, contacts FROM bi_id_number.bi_coverage;
SELECT k.occurred_at::date AS day, k.label, k.contact_id = contact_id('x') AS key, p.contact_id = contact_id('x') AS padded, w.contact_id = contact_id('x') AS word, n.contact_id AS number
FROM bi_id_key.bi_contacts k FULL JOIN bi_id_padded.bi_contacts p USING (occurred_at, label) FULL JOIN bi_id_word.bi_contacts w USING (occurred_at, label)
    FULL JOIN bi_id_number.bi_contacts n USING (occurred_at, label) ORDER BY 1, 2;

-- as many properties as a contact may have
CREATE TABLE bi_wide AS SELECT 1 AS who, timestamptz '2026-01-01' AS at, 'web/x' AS what;
DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE bi_wide ' || string_agg(format('ADD p%s int DEFAULT %s', n, n), ', ') FROM generate_series(1, 65) AS n); END $$;
SELECT count(*) FROM create_bi_views('bi_of_many', 'bi_wide', jsonb_build_object('customer', 'who', 'occurred_at', 'at', 'touchpoint', 'what', 'properties', (SELECT jsonb_agg('p' || n) FROM generate_series(1, 64) AS n)));
SELECT c.properties = (SELECT jsonb_object_agg('p' || n, n) FROM generate_series(1, 64) AS n) AS all_of_them FROM bi_of_many.bi_contacts c;

-- what a contact can hold as a property passes, and nothing else does; a text that is no number is seen when it is read
CREATE TYPE bi_place AS (street text, town text);
CREATE DOMAIN bi_home AS bi_place;
CREATE DOMAIN bi_list AS int[];
CREATE TABLE bi_shapes AS SELECT 'a' AS who, timestamptz '2026-01-01' AS at, 'web/x' AS what, 'good'::text AS stars,
    true AS p_bool, 1.5::numeric AS p_numeric, 'x'::bi_word AS p_enum, '2026-01-01'::bi_working_day AS p_day, '{}'::varchar AS p_text, 'web/x'::touchpoint AS p_touchpoint, '[1,2)'::int4range AS p_range,
    point(1, 2) AS p_point, '\x01'::bytea AS p_bytes, '10.0.0.1'::inet AS p_inet, interval '1 day' AS p_interval, 'a b'::tsvector AS p_vector,
    '{1}'::int[] AS q_array, '{1}'::bi_list AS q_list, '1 2'::int2vector AS q_vector, ROW('a', 'b')::bi_place AS q_place, ROW('a', 'b')::bi_place::bi_home AS q_home, '{"a": 1}'::jsonb AS q_jsonb,
    '[1]'::json AS q_json, '{web/x@2026-01-01T00:00:00Z}'::journey AS q_journey, 'web/x@2026-01-01T00:00:00Z'::contact_record AS q_contact, '{}'::text[] AS "q Empty";
CREATE FUNCTION bi_property(name text, OUT told text, OUT hint text, OUT held boolean) LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM bi_mapping_check('bi_shapes', jsonb_build_object('customer', 'who', 'occurred_at', 'at', 'touchpoint', 'what', 'properties', jsonb_build_array('p_bool', name)));
    EXCEPTION WHEN datatype_mismatch THEN
        GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
        told := SQLERRM;
    END;
    EXECUTE format('SELECT properties(contact_record(what::touchpoint, at, properties => jsonb_build_object(''k'', %I))) IS NOT NULL FROM bi_shapes', name) INTO held;
EXCEPTION WHEN invalid_parameter_value THEN
    held := false;
END $$;
SELECT p.told IS NULL AS passes, p.held, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns FROM pg_attribute a, bi_property(a.attname) p
WHERE a.attrelid = 'bi_shapes'::regclass AND a.attname ~ '^[pq]' GROUP BY 1, 2 ORDER BY 1 DESC;
SELECT p.told, p.hint FROM pg_attribute a, bi_property(a.attname) p WHERE a.attrelid = 'bi_shapes'::regclass AND a.attnum > 0 AND p.told IS NOT NULL ORDER BY a.attnum;
SELECT array_to_string(q_array, ','), array_to_string(q_list, ','), array_to_string(q_vector, ','), (q_place).street, (q_home).street, q_jsonb ->> 'key', q_json ->> 'key', q_journey::text, q_contact::text, array_to_string("q Empty", ',') FROM bi_shapes;
SELECT count(*) FROM create_bi_views('bi_of_shapes', 'bi_shapes', (SELECT jsonb_build_object('customer', 'who', 'occurred_at', 'at', 'touchpoint', 'what', 'score', 'stars', 'neutral', 3, 'properties', jsonb_agg(attname))
    FROM pg_attribute WHERE attrelid = 'bi_shapes'::regclass AND attname ~ '^p_'));
SELECT count(*) FROM bi_of_shapes.bi_contacts;
UPDATE bi_shapes SET stars = ' 4 ';
SELECT score, properties = (SELECT jsonb_object_agg(key, value) FROM jsonb_each((SELECT to_jsonb(s) FROM bi_shapes s)) WHERE key ~ '^p_' AND key <> 'p_touchpoint') || '{"p_touchpoint": "web/x"}' AS all_of_them FROM bi_of_shapes.bi_contacts;

-- what is wrong is said by name, and nothing is half done
CREATE FUNCTION bi_wrong(mapping jsonb, source regclass DEFAULT 'bi_event') RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text; state text;
BEGIN
    PERFORM create_bi_views('bi_none', source, mapping);
    RETURN 'made';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
    RETURN concat_ws(' | ', state, SQLERRM, nullif(hint, ''));
END $$;
SELECT bi_wrong(m) FROM (VALUES
    (NULL::jsonb), ('[]'), ('{}'), ('{"customer": "user_id"}'), ('{"customer": "user_id", "occurred_at": "ts"}'), ('{"customer": "user_id", "occurred_at": "ts", "channel": "what"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "score": "stars"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "score": "stars", "neutral": "3"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "label": "what"}'), ('{"customer": "user_id", "journey": "what", "occurred_at": "ts", "neutral": null}'),
    ('{"customer": "userid", "occurred_at": "ts", "touchpoint": "what"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "properties": ["nope"]}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "colour": "red"}'), ('{"customer": ["user_id"], "occurred_at": "ts", "touchpoint": "what"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "funnel": ["a", "b"]}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "funnel": "a", "within": "1 day"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "funnel": ["a[", "b"], "within": "1 day"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "funnel": [], "within": "1 day"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": "{x}"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "funnel": ["a"], "within": "soon"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "timezone": "Mars/Base"}'), ('{"customer": "ctid", "occurred_at": "ts", "touchpoint": "what"}'),
    ('{"customer": "user_id", "occurred_at": "Order", "touchpoint": "what"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "duration": "stars"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "cost": "took"}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "within": "1 day"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "lookback": "1 day"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": "web/pay", "lookback": "-1 day"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": "web/pay", "lookback": "99999999999999 days"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": "web/pay", "lookback": "178956970 years 8 months"}'),
    ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": ""}'), ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "conversion": "a[n = 1e17]"}'),
    ('{"customer": "user_id", "journey": "stars", "neutral": null}')) v (m);
SELECT left(bi_wrong(m), 5) FROM (VALUES ('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "neutral": 1e400}'::jsonb),
    (jsonb_build_object('customer', 'user_id', 'occurred_at', 'ts', 'touchpoint', 'what', 'conversion', repeat('x', 300)))) v (m);
SELECT bi_wrong('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}', NULL);
SELECT bi_wrong(jsonb_build_object('customer', 'who', 'occurred_at', 'at', 'touchpoint', 'what', 'properties', (SELECT jsonb_agg('p' || n) FROM generate_series(1, 65) AS n)), 'bi_wide');
CREATE TEMP TABLE bi_passing AS TABLE bi_event;
SELECT bi_wrong('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}', 'bi_passing');
SELECT create_bi_views(NULL, 'bi_event', '{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}');
SELECT create_bi_views('bi_plain', 'bi_event', '{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}');
SELECT create_bi_views('pg_bi', 'bi_event', '{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}');
SELECT to_regnamespace('bi_none') IS NULL AS "nothing is left";
-- names and steps that would be more than names and steps
CREATE TABLE "bi ""; --" ("a""; DROP TABLE bi_event; --" text, "%1$s" timestamptz, "what'" text);
INSERT INTO "bi ""; --" VALUES ('x', '2026-01-01', 'web/a');
SELECT count(*) FROM create_bi_views('bi_"%s', '"bi ""; --"', '{"customer": "a\"; DROP TABLE bi_event; --", "occurred_at": "%1$s", "touchpoint": "what''", "properties": ["%1$s"],
    "conversion": "\"it''s %6$s\"", "funnel": ["\"it''s %5$s\"", "*"], "within": "1 day"}');
SELECT customer, contacts FROM "bi_""%s".bi_journeys;
SELECT step, touchpoint, entered FROM "bi_""%s".bi_funnel;
SELECT count(*) FROM "bi_""%s".bi_attribution;
-- the table must be the caller's to read
CREATE ROLE regress_bi;
GRANT USAGE ON SCHEMA tp TO regress_bi;
GRANT CREATE ON SCHEMA public TO regress_bi;
SET ROLE regress_bi;
SELECT bi_wrong('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}');
RESET ROLE;
GRANT SELECT ON bi_event TO regress_bi;
SET ROLE regress_bi;
SELECT bi_wrong('{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}') ~ '^42501' AS "may not make a schema";
SELECT count(*) FROM create_bi_views('public', 'bi_event', '{"customer": "user_id", "occurred_at": "ts", "touchpoint": "what"}');
SELECT used FROM public.bi_coverage;
RESET ROLE;
SET client_min_messages = warning;
DROP VIEW public.bi_base, public.bi_coverage CASCADE;
DROP SCHEMA bi_at_day, bi_at_working, bi_at_local, bi_at_zoned, bi_at_said, bi_at_offset, bi_id_key, bi_id_padded, bi_id_word, bi_id_number, bi_of_shapes, bi_of_many, bi_of_base, bi_of_texts, bi_plain, bi_whole, bi_of_parts, "bi_""%s" CASCADE;
DROP FUNCTION bi_wrong(jsonb, regclass), bi_property(text);
DROP TABLE bi_local, bi_said, bi_new_york, bi_ids, bi_shapes, bi_wide, bi_texts, bi_passing, bi_event, bi_kept, bi_parts, "bi ""; --" CASCADE;
DROP DOMAIN bi_working_day, bi_day, bi_number, bi_list, bi_home;
DROP TYPE bi_word, bi_place;
REVOKE ALL ON SCHEMA tp, public FROM regress_bi;
DROP ROLE regress_bi;
