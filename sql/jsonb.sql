SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

-- There: the keys of the fields, at for the time, only what is known
SELECT jsonb_pretty('web/checkout@2026-01-05T10:00:00.5Z score=4 expected=5 cost=1.25 duration=PT51H value=-99 by=customer id=-17'::contact_record::jsonb);
SELECT 'use:app/"a,b"@-0043-03-15T00:00:00Z'::contact_record::jsonb, jsonb('办理:营业厅/等候区@2026-01-05T10:00:00Z score=0'::contact_record);
SELECT '{}'::journey::jsonb, jsonb('{b@2026-01-05T10:00:01Z score=1, a@2026-01-05T10:00:00Z}'::journey), NULL::journey::jsonb IS NULL AS none;
SELECT number, ('a@1970-01-01T00:00:00Z score=' || number)::contact_record::jsonb->'score' AS score
FROM unnest(ARRAY['0.1', '0.30000000000000004', '1e22', '1e-7', '-1.5', '5e-5', '123456789012345680', '0']) number;
-- the same under any setting
SET timezone = 'Asia/Kathmandu'; SET datestyle = 'German'; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -15;
SELECT 'web/checkout@2026-01-05T10:00:00.5Z score=0.30000000000000004 duration=PT51H'::contact_record::jsonb;
RESET timezone; RESET datestyle; RESET intervalstyle; RESET extra_float_digits;

-- And back
SELECT '{"touchpoint": "web/checkout", "at": "2026-01-05T18:00:00+08:00", "score": 4, "expected": 5.0, "cost": 1.25e0, "duration": "P2DT3H", "value": -99, "initiator": "customer", "id": -17}'::jsonb::contact_record;
SELECT contact_record('{"at": "2026-01-05T10:00:00Z", "touchpoint": "a", "id": null, "score": null, "expected": null, "cost": null, "duration": null, "value": null, "initiator": null}'::jsonb), '{"at": "2026-01-05 10:00Z", "touchpoint": " a ", "id": 9223372036854775807.0, "score": -0}'::jsonb::contact_record;
SELECT '[]'::jsonb::journey, journey('[{"at": "2026-01-05T10:00:01Z", "touchpoint": "b", "score": 1}, {"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}]'::jsonb), '[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 1}, {"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 1}]'::jsonb::journey, NULL::jsonb::journey IS NULL AS none;
-- the last of two equal keys is what jsonb keeps
SELECT '{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": 1, "score": 2}'::jsonb::contact_record;
SELECT count(*), count(*) FILTER (WHERE c::jsonb::contact_record <> c) AS wrong, count(*) FILTER (WHERE (jsonb_build_array(c::jsonb)::journey) <> ('{' || c::text || '}')::journey) AS other
FROM (SELECT contact_record(touchpoint(channel, label), at::timestamptz, score, expected, cost, duration, value, initiator, id)
    FROM unnest('{NULL,web,"a/b"}'::text[]) channel, unnest('{x,"\"é\\"}'::text[]) label, unnest('{"2026-01-05 10:00:00.000001+00","4714-11-24 00:00:00+00 BC","294276-12-31 23:59:59.999999+00"}'::text[]) at, unnest('{NULL,0.1,-1.7976931348623157e308}'::float8[]) score, unnest('{NULL,5e-324,2.2250738585072014e-308}'::float8[]) expected,
        unnest('{NULL,0,1e22}'::float8[]) cost, unnest('{NULL,106751991 days 04:00:54.775807,00:00:00.000001}'::interval[]) duration, unnest('{NULL,0.30000000000000004}'::float8[]) value, unnest('{NULL,company}'::text[]) initiator, unnest('{NULL,-9223372036854775808,9223372036854775807}'::bigint[]) id) x(c);

-- Wrong JSON: 22023; text that cannot be read 22P02; numbers out of range 22003
SELECT json, state, message, detail
FROM (VALUES ('1'), ('"a"'), ('null'), ('true'), ('[]'), ('[{}]'), ('{}'), ('{"touchpoint": "a"}'), ('{"at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": null, "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": "a", "at": null}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "mood": 1}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "": 1}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "by": "company"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "Score": 1}'),
    ('{"touchpoint": 1, "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": ["a"], "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": {"label": "a"}, "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": "a/b/c", "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": "", "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": "a\nb", "at": "2026-01-05T10:00:00Z"}'), ('{"touchpoint": "a@2026-01-05T10:00:00Z", "at": "2026-01-05T10:00:00Z"}'),
    ('{"touchpoint": "a", "at": 1}'), ('{"touchpoint": "a", "at": "now"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z "}'), ('{"touchpoint": "a", "at": "infinity"}'), ('{"touchpoint": "a", "at": "999999-01-01T00:00:00Z"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z,"}'),
    ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": "4"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": true}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": [4]}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": 1e309}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "expected": "NaN"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "expected": {}}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "cost": -1}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "cost": "1"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "value": false}'),
    ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": 180}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "3 minutes"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "P1M"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "P1Y"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "-PT1S"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "PT-1S"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "PT1S,"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "PT9999999999999999999S"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": ""}'),
    ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "initiator": "nobody"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "initiator": 1}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "initiator": ""}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": "1"}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 1.5}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 9223372036854775808}'), ('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": [1]}')) v(json), failure(format('SELECT %L::jsonb::contact_record', json));
SELECT json, state, message
FROM (VALUES ('1'), ('null'), ('"{}"'), ('{}'), ('[1]'), ('[null]'), ('[[]]'), ('[{}]'), ('[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}, 1]'), ('[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}, []]'), ('[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": {"a": {"b": [1]}}}]'), ('[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 1}, {"touchpoint": "b", "at": "2026-01-05T10:00:00Z", "id": 1}]'), ('[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "id": 1}, {"touchpoint": "a", "at": "2026-01-05T10:00:01Z", "id": 1}]')) v(json), failure(format('SELECT %L::jsonb::journey', json));
SELECT '{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "mood": 1}'::jsonb::contact_record;
SELECT '{"touchpoint": "a"}'::jsonb::contact_record;
SELECT '{"touchpoint": "a", "at": "2026-01-05 10:00:00"}'::jsonb::contact_record;
SELECT '{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "duration": "P1M"}'::jsonb::contact_record;
-- in a journey with its place
SELECT '[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}, {"touchpoint": "a"}]'::jsonb::journey;
SELECT '[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}, 4]'::jsonb::journey;
SELECT '[{"touchpoint": "a", "at": "2026-01-05T10:00:00Z", "score": "4"}]'::jsonb::journey;

-- Large
SELECT contact_count(j::jsonb::journey), j::jsonb::journey = j AS same, jsonb_array_length(j::jsonb) FROM (SELECT journey_agg(touchpoint('c' || i % 10, 'l' || i % 300), 'epoch'::timestamptz + i * interval '1.25 s', i / 7.0, i % 5, i, i * interval '1 s', -i, 'company', i) FROM generate_series(1, 20000) i) x(j);

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.jsonb('a@2026-01-05T10:00:00Z'::tp.contact_record), tp.jsonb('{}'::tp.journey), tp.contact_record('{"touchpoint": "a", "at": "2026-01-05T10:00:00Z"}'::jsonb), tp.journey('[]'::jsonb), '[]'::jsonb::tp.journey, '{}'::tp.journey::jsonb;
