SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = error;
-- Whatever SQL can call, anybody may call, with anything: every function of the extension, those behind types,
-- operators, aggregates, indexes, triggers and the planner too, gives a value or an error that is not an internal one.
-- What an attacker would try by hand is tried here by the catalog, so that a new function is tried too.

-- Values of each type: the first is a sound one, the others are what there is at the type's edges.
CREATE TEMP TABLE sample (type regtype, nth int, literal text);
INSERT INTO sample SELECT v.type::regtype, nth, literal FROM (VALUES
    ('bool', '{t,f}'::text[]), ('int2', '{1,0,-32768,32767}'), ('int4', '{1,0,-1,-2147483648,2147483647}'), ('int8', '{1,0,-9223372036854775808,9223372036854775807}'),
    ('float8', '{1,0,-0,NaN,Infinity,-Infinity,1.7976931348623157e308,-1.7976931348623157e308,5e-324}'), ('oid', '{0,23,4294967295}'), ('regclass', '{0,pg_class,4294967295}'),
    ('name', ARRAY['nowhere', '', '"; --', repeat('x', 63)]), ('text', ARRAY['channel', '', '*', 'linear', 'web/a', 'NaN', '(', E'\\', repeat('x', 100000), repeat('(', 20000)]), ('cstring', ARRAY['{}', '', '{', '{0', '{{1', '{1 2', 'a', '"', repeat('{', 50000)]),
    ('bytea', ARRAY['\x', '\x00', '\x01', '\x0101', '\xff', '\x' || repeat('00', 40), '\x' || repeat('ff', 1000), '\x01' || repeat('00', 20)]), ('interval', ARRAY['1 day', '0', '-1 day', '1 mon', '178000000 years', '-178000000 years', '2147483647 days', '-2147483648 days', '1 microsecond']),
    ('timestamptz', '{2026-01-05 10:00+00,-infinity,infinity,4713-01-01 00:00:00+00 BC,294276-12-31 23:59:59.999999+00}'), ('tstzrange', ARRAY['[2026-01-01 00:00+00,2026-02-01 00:00+00)', 'empty', '(,)', '[-infinity,infinity]']),
    ('uuid', '{550e8400-e29b-41d4-a716-446655440000,00000000-0000-0000-0000-000000000000}'), ('jsonb', ARRAY['{}', 'null', '[]', '1', '"a"', '[[]]', '{"a":{}}', '[{"touchpoint":1}]', '{"part":null,"order":1e9}', '{"transitions":[{}]}']),
    ('bool[]', ARRAY['{t,f}', '{}', '{NULL}', '{{t,f},{f,t}}', '[5:6]={t,f}', '{' || repeat('t,', 200) || 't}']), ('int8[]', ARRAY['{0,0,0,0}', '{}', '{NULL,NULL,NULL,NULL}', '{1}', '{{0,0},{0,0}}', '[5:8]={0,0,0,0}', '{-1,0,0,0}', '{9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807}']),
    ('float8[]', ARRAY['{1,2}', '{}', '{NULL}', '{1,NULL}', '{NaN,Infinity}', '{{1,2},{3,4}}', '[5:6]={1,2}', '{1e308,1e308,-1e308}', '{0}', '{' || repeat('1,', 3000) || '1}']), ('text[]', ARRAY['{web/a,app/b}', '{}', '{NULL}', '{"",NULL}', '{{a,b},{c,d}}', '[5:6]={a,b}', '{' || repeat('a,', 300) || 'a}']),
    ('touchpoint', ARRAY['web/a', 'a', '"s:t":web/a', '"' || repeat('x', 255) || '"']), ('touchpoint[]', ARRAY['{web/a,app/b}', '{}', '{NULL}', '{{a,b},{c,d}}', '[5:6]={a,b}']), ('contact_record', ARRAY['web/a@2026-01-05T10:00:00Z score=4', 'a@2000-01-01T00:00:00Z', 'web/a@2026-01-05T10:00:00Z score=-1e308 expected=1e308 cost=0 duration=PT0S value=-1e308 by=customer id=-9223372036854775808']),
    ('journey', ARRAY['{web/a@2026-01-05T10:00:00Z score=4 expected=5 cost=1 value=2 duration=PT3M by=customer id=1, app/b@2026-01-06T10:00:00Z score=2}', '{}', '{a@2000-01-01T00:00:00Z}', '{a@2000-01-01T00:00:00Z score=1.7e308 expected=-1.7e308 cost=1.7e308 value=1.7e308, a@2000-01-01T00:00:00Z score=-1.7e308 expected=1.7e308 cost=1.7e308 value=1.7e308}', '{s:a@-4000-01-01T00:00:00Z, a@200000-01-01T00:00:00Z}']),
    ('journey_pattern', ARRAY['web/a', '^ *', 'a+', '(a|b)*$']), ('touchpoint_glob', ARRAY['web/a', '*', 'web/* | "a b"', repeat('a|', 9999) || 'a']), ('contact_policy', ARRAY['{}', '{"caps":[{"max":0,"within":"7 days"}]}', '{"caps":[{"max":1,"per":"month","timezone":"UTC"}],"min_gap":"106751990 days","quiet":[{"from":"0:00","to":"24:00","timezone":"UTC","days":["mon"]}],"blackout":[{"from":"0000-01-01","to":"9999-12-31","timezone":"UTC"}],"exempt":["b[score < 3]"]}'])) v(type, literals), unnest(literals) WITH ORDINALITY AS l(literal, nth);
-- The summaries and states: empty, counted by the extension itself, and past what it can be counted to.
INSERT INTO sample SELECT v.type::regtype, nth, literal FROM (VALUES
    ('rate_summary', ARRAY['{count=5, successes=2}', '{count=0}', '{count=9223372036854775807, successes=9223372036854775807}']),
    ('nps_summary', ARRAY['{count=6, detractors=1, promoters=3, detractor_to=6, promoter_from=9}', '{count=0}', '{count=9223372036854775807, detractors=0, promoters=0, detractor_to=-1e308, promoter_from=1e308}']),
    ('mean_summary', ARRAY[(SELECT mean_agg(g)::text FROM generate_series(1, 5) g), '{count=0}', (SELECT mean_agg(1e150)::text), '{count=9223372036854775807, sum=0, squares=0}']), ('touchpoint_points', ARRAY['{1 10, 2 15, 3 17}', '{}', '{0 -1.7e308, 1 1.7e308, 1.7e308 0}']),
    ('gap_summary', ARRAY[(SELECT gap_agg(4, g)::text FROM generate_series(1, 5) g), (SELECT gap_agg(4, g)::text FROM generate_series(1, 0) g), (SELECT gap_agg(1e150, -1e150)::text)]),
    ('driver_summary', ARRAY[(SELECT driver_agg(g, ARRAY[g, g * g])::text FROM generate_series(1, 5) g), (SELECT driver_agg(g, '{1}')::text FROM generate_series(1, 5) g), (SELECT driver_agg(g, '{1}')::text FROM generate_series(1, 0) g)]),
    ('touchpoint_tally', ARRAY['{0, 0}', '{0}', '{0, 0, 0}', '{0, 0, 0, 0, 0, 0}', '{9223372036854775807 1e308, 9223372036854775807, 1 4}', '{' || repeat('0, ', 15) || '0}']),
    ('touchpoint_channels', ARRAY['{5, "a" 1 1, "b" 1 2}', '{0}', '{1e300, "a" 9223372036854775807 1e300}']),
    ('funnel_summary', ARRAY[funnel_summary_journey('{}', '{web/a@2026-01-05T10:00:00Z}', '{web/a,app/b}', '1 day')::text, '{}']),
    ('journey_flow', ARRAY[(SELECT flow_agg('{web/a@2026-01-05T10:00:00Z, app/b@2026-01-06T10:00:00Z}', 'channel')::text), '{}', (SELECT flow_agg_k('{web/a@2026-01-05T10:00:00Z, app/b@2026-01-06T10:00:00Z}', 'touchpoint', 2, 1e150, 1, -1e150)::text)]),
    ('touchpoint_ledger', ARRAY['{of=linear, part=channel, values=no, sums={{1, 0,web}}}', '{}', '{of=paths, part=label, values=no, sums={{2, 0,a,b,""},{1, 0}}}', '{of=shapley, part=touchpoint, values=yes, sums={{1e308, 1e308,web/a}}}', '{of=effect, part=touchpoint, values=no, sums={{9, 4,""},{3, 2,web/a},{9, 4,b}}}']),
    ('touchpoint_returns', ARRAY[(SELECT retention_agg_row('{}', '{web/a@2026-01-05T10:00:00Z, app/b@2026-01-06T10:00:00Z}', 'day', 3, '*', '*', 'UTC')::text), '{}', '{of=stickiness, period=day, periods=0, or_after=no, from=none, to=none, steps="*", "", timezone="UTC", first=0, last=5, counts={1:0:9223372036854775807}}']),
    ('touchpoint_map', ARRAY[(SELECT journey_map_agg_row('{}', '{web/a@2026-01-05T10:00:00Z score=1, app/b@2026-01-06T10:00:00Z score=5 expected=4}', 'channel', 3)::text), '{}', '{neutral=0, places={part="label", gaps={a {count=1, shortfalls=0, expected=0, perceived=0.5, expected_sq=0, perceived_sq=0.25, gap_sq=0.25}}}, scores={part="label", gaps={}}, expected={part="label", gaps={}}, peaks={part="label", gaps={}}, ends={part="label", gaps={}}}']),
    ('touchpoint_map_step[]', ARRAY['{"(1,web/a,,3,2.5,2,3,4,1,0,0.5)"}', '{}', '{NULL}', '{"(,,,,,,,,,,)"}', '{"(1,a,,-1,1e308,-1e308,1e308,,-5,9223372036854775807,)"}', '{"(1,a,,1,NaN,,,,,,)"}']),
    ('touchpoint_funnel_step[]', ARRAY['{"(1,web/a,9,5,4,0.5,1,01:00:00,0,0.2,0.8)"}', '{}', '{NULL}', '{"(,,,,,,,,,,)"}', '{"(1,a,-1,9223372036854775807,0,1e308,1,-01:00:00,-5,-1,Infinity)"}']),
    ('touchpoint_retention[]', ARRAY['{"(2026-01-05 00:00:00+00,0,9,5,0.5,0.2,0.8,t)"}', '{}', '{NULL}', '{"(,,,,,,,)"}', '{"(infinity,2147483647,-1,0,1e308,,,f)"}', '{"(-infinity,-2147483648,1,0,-5,,,f)"}']),
    ('touchpoint_level[]', ARRAY['{"(1,web/a,app/b,9,01:00:00)"}', '{}', '{NULL}', '{"(,,,,)"}', '{"(2147483647,a,b,1,)"}', '{"(1,a,b,9223372036854775807,)","(1,a,c,9223372036854775807,)"}', '{"(-1,a,b,1,1 mon)"}']),
    ('touchpoint_levels', ARRAY[(SELECT level_flow_agg_row('{}', '{web/a@2026-01-05T10:00:00Z, app/b@2026-01-06T10:00:00Z}', 'channel', 3, NULL, 2)::text), '{}', '{part=label, levels=1, top=1, start="*", parts={a}, flow={1:0:-1:9223372036854775807 []}}']),
    ('touchpoint_gaps', ARRAY['{part="channel", gaps={"" {count=0}, web {count=1, shortfalls=1, expected=4, perceived=3, expected_sq=16, perceived_sq=9, gap_sq=1}}}', '{}'])) v(type, literals), unnest(literals) WITH ORDINALITY AS l(literal, nth);

-- What a statement ends with: value, or its SQLSTATE. It leaves nothing behind.
CREATE FUNCTION pg_temp.outcome(statements text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statements;
    RAISE 'value' USING ERRCODE = 'TP000';
EXCEPTION WHEN OTHERS OR query_canceled THEN
    RETURN CASE SQLSTATE WHEN 'TP000' THEN 'value' ELSE SQLSTATE || ' ' || SQLERRM END;
END $$;

-- Every function of the extension, of the kinds that are called with arguments
CREATE TEMP TABLE tried AS
SELECT p.oid, p.oid::regprocedure::text AS name, prokind, provariadic <> 0 AS variadic, prorettype::regtype AS result, ARRAY(SELECT t::regtype FROM unnest(proargtypes::oid[]) WITH ORDINALITY a(t, i) ORDER BY i) AS args
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass JOIN pg_extension e ON e.oid = d.refobjid WHERE extname = 'touchpoint';
-- What is sound at some places is another value than the type's first.
ALTER TABLE tried ADD sound text[];
UPDATE tried SET sound = ARRAY(SELECT coalesce(CASE WHEN proname ~ '^(retention|lifecycle|stickiness)_agg|^active_periods' AND type = 'text'::regtype THEN CASE i WHEN (array_positions(args, 'text'::regtype))[1] THEN 'day' WHEN (array_positions(args, 'text'::regtype))[cardinality(array_positions(args, 'text'::regtype))] THEN 'UTC' ELSE '*' END
        WHEN proname IN ('attribution', 'attribution_agg', 'attribution_agg_row') AND i = CASE WHEN proname = 'attribution_agg_row' THEN 3 ELSE 2 END THEN 'linear' WHEN proname ~ '^kano' AND type = 'text'::regtype THEN 'like'
        WHEN proname ~ '^funnel|^window_funnel|^reaches_step' AND type = 'text[]'::regtype AND i > array_position(args, 'text[]'::regtype) THEN '{}' WHEN proname = 'nps_summary_accum' AND i > 2 THEN (ARRAY['6', '9'])[i - 2] WHEN proname = 'ahp_weights' THEN '{1}' WHEN proname IN ('csat_merge', 'csat_accum', 'csat_final', 'nps_accum', 'nps_final') AND type = 'touchpoint_tally'::regtype THEN '{0, 0, 0}' WHEN proname ~ '^(kano|service_gap)_' AND type = 'touchpoint_tally'::regtype THEN '{0, 0, 0, 0, 0, 0}' END,
        (SELECT literal FROM sample s WHERE s.type = a.type AND nth = 1)) FROM unnest(args) WITH ORDINALITY a(type, i) ORDER BY i) FROM pg_proc p WHERE p.oid = tried.oid;
-- Nobody can write a value of type internal, not even NULL: the parser finds no such function, and in the protocol the
-- type's input function, which is not strict, refuses the parameter.
SELECT DISTINCT left(pg_temp.outcome(format('SELECT %s(%s)', oid::regproc, array_to_string(array_fill('NULL'::text, ARRAY[cardinality(args)]), ', '))), 5) IN ('0A000', '42883') AS "internal is refused" FROM tried WHERE args <@ '{internal}' AND args <> '{}';
DELETE FROM tried WHERE 'internal'::regtype = ANY (args);
-- a type without samples: give it some
SELECT DISTINCT t AS "without a sample" FROM tried, unnest(args) t WHERE t NOT IN (SELECT type FROM sample);

-- An argument: NULL, or a value. Values of true types come out of a row, so that the planner cannot fold the call; pseudotypes must be written down.
CREATE FUNCTION pg_temp.argument(type regtype, nth int, sound text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(quote_literal(CASE WHEN $2 = 1 THEN $3 ELSE (SELECT literal FROM sample s WHERE s.type = $1 AND s.nth = $2) END), 'NULL') || '::' || $1 $$;
CREATE FUNCTION pg_temp.call(f tried, arguments text[], folded bool) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT %s(%s)%s FROM (SELECT %s OFFSET 0) AS v', f.oid::regproc,
        string_agg(CASE WHEN f.variadic AND i = cardinality(arguments) THEN 'VARIADIC ' ELSE '' END || CASE WHEN folded OR f.args[i] = 'cstring'::regtype THEN a ELSE 'a' || i END, ', ' ORDER BY i),
        CASE WHEN f.prokind = 'w' THEN ' OVER ()' ELSE '' END, coalesce(string_agg(CASE WHEN folded OR f.args[i] = 'cstring'::regtype THEN '1' ELSE a END || ' AS a' || i, ', ' ORDER BY i), '1'))
    FROM unnest(arguments) WITH ORDINALITY x(a, i) $$;

-- NULL in all places, in each place beside sound values, beside NULLs; each value in each place beside the others' sound
-- ones and beside NULLs. A call that would take long is stopped: that it can be is another test's question.
CREATE TEMP TABLE attempt AS
SELECT DISTINCT f.oid, folded, arguments
FROM tried f, unnest('{t,f}'::bool[]) folded, generate_series(0, greatest(cardinality(f.args), 1)) place, generate_series(0, (SELECT max(nth) FROM sample)) n, unnest('{0,1}'::int[]) beside,
    LATERAL (SELECT coalesce(array_agg(pg_temp.argument(type, CASE WHEN place IN (0, i) THEN n ELSE beside END, f.sound[i]) ORDER BY i), '{}') AS arguments FROM unnest(f.args) WITH ORDINALITY a(type, i)) x
WHERE place = 0 OR n = 0 OR EXISTS (SELECT FROM sample WHERE type = f.args[place] AND nth = n);
CREATE TEMP TABLE answer AS
SELECT name, statement, pg_temp.outcome(statement) AS outcome FROM attempt JOIN tried f USING (oid), pg_temp.call(f, arguments, folded) statement;
-- every function was called, and those that take their arguments as they come answered some
SELECT name AS "not called" FROM tried WHERE name NOT IN (SELECT name FROM answer) ORDER BY 1;
SELECT count(*) > 10000 AS many, count(*) FILTER (WHERE outcome = 'value') > 5000 AS answered, count(DISTINCT name) > 300 AS of_many FROM answer;
-- no internal errors
SELECT DISTINCT ON (name) name, statement, outcome FROM answer WHERE outcome LIKE 'XX000%' ORDER BY name, length(statement);

-- Aggregates that somebody declares over them: each function that gives what its first argument is for a step, from each
-- state there is to start from, for a step that is its final function too, and each two of one signature for the step
-- of a moving frame and the step back out of it, but for those that only say what they lack; over a sound row, one of NULLs or edges, and a sound one again.
CREATE TEMP TABLE step AS
SELECT f.oid, f.name, f.oid::regproc AS function, f.result, f.args[2:] AS args, f.sound[1] AS state, f.sound[2:] AS sound, coalesce((SELECT string_agg(CASE WHEN f.variadic AND i = cardinality(f.args) - 1 THEN 'VARIADIC ' ELSE '' END || t, ', ' ORDER BY i) FROM unnest(f.args[2:]) WITH ORDINALITY a(t, i)), '*') AS arguments, proisstrict AS strict
FROM tried f JOIN pg_proc p USING (oid) WHERE f.prokind = 'f' AND NOT proretset AND f.args[1] = f.result AND f.result <> 'cstring'::regtype AND prosrc !~ '_usage$';
-- Steps that give back what they got, or begin anew: a moving frame drops or keeps the state that another function made.
CREATE FUNCTION pg_temp.same(journey_flow, journey, text) RETURNS journey_flow LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE FUNCTION pg_temp.anew(journey_flow, journey, text) RETURNS journey_flow LANGUAGE plpgsql AS $$ BEGIN RETURN '{}'; END $$;
CREATE FUNCTION pg_temp.same(touchpoint_ledger, journey, text) RETURNS touchpoint_ledger LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE FUNCTION pg_temp.anew(touchpoint_ledger, journey, text) RETURNS touchpoint_ledger LANGUAGE plpgsql AS $$ BEGIN RETURN '{}'; END $$;
CREATE FUNCTION pg_temp.same(journey_flow, journey_flow) RETURNS journey_flow LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE TEMP TABLE back AS
SELECT s.oid, b.function::text AS back FROM step s JOIN step b ON (s.result, s.args, s.strict) = (b.result, b.args, b.strict)
UNION ALL
SELECT s.oid, p.oid::regproc::text FROM step s JOIN pg_proc p ON p.proname IN ('same', 'anew') AND p.pronamespace = pg_my_temp_schema() AND (s.result || s.args)::oid[] = proargtypes::oid[];

CREATE TEMP TABLE shape (nth int, query text);
INSERT INTO shape VALUES (1, 'SELECT pg_temp.evil(%1$s) FROM (VALUES %2$s) AS v(%3$s)'), (2, 'SELECT pg_temp.evil(%1$s) FROM (VALUES %2$s) AS v(%3$s) GROUP BY k %% 2'),
    (3, 'SELECT pg_temp.evil(%1$s) OVER (ORDER BY k), pg_temp.evil(%1$s) FILTER (WHERE k > 1) OVER (ORDER BY k ROWS 1 PRECEDING) FROM (VALUES %2$s) AS v(%3$s)'), (4, 'SELECT pg_temp.evil(%1$s), count(pg_temp.evil(%1$s)) OVER () FROM (VALUES %2$s) AS v(%3$s) GROUP BY GROUPING SETS ((), (k))');
CREATE FUNCTION pg_temp.evil(s step, options text, odd text[], shape text) RETURNS text LANGUAGE sql AS $$
    SELECT format('CREATE AGGREGATE pg_temp.evil(%s) (SFUNC = %s, STYPE = %s%s); ', s.arguments, s.function, s.result, options) ||
        format(shape, (SELECT CASE WHEN s.arguments = '*' THEN '*' ELSE string_agg(CASE WHEN s.arguments LIKE '%VARIADIC%' AND i = cardinality(s.args) THEN 'VARIADIC ' ELSE '' END || 'a' || i, ', ' ORDER BY i) END FROM unnest(s.args) WITH ORDINALITY a(t, i)),
            (SELECT string_agg(format('(%s)', concat_ws(', ', k, (SELECT string_agg(CASE WHEN k IN (1, 3, 4) THEN pg_temp.argument(t, 1, s.sound[i]) ELSE odd[i] END, ', ' ORDER BY i) FROM unnest(s.args) WITH ORDINALITY a(t, i)))), ', ') FROM generate_series(1, 5) k),
            (SELECT concat_ws(', ', 'k', string_agg('a' || i, ', ' ORDER BY i)) FROM unnest(s.args) WITH ORDINALITY a(t, i))) $$;

CREATE TEMP TABLE declared AS
-- states
SELECT s.oid, shape.nth, format(', INITCOND = %L', literal) AS options, ARRAY(SELECT pg_temp.argument(t, 1, s.sound[i]) FROM unnest(s.args) WITH ORDINALITY a(t, i) ORDER BY i) AS odd FROM step s JOIN sample ON type = result, shape
UNION ALL SELECT s.oid, shape.nth, options || more, odd
FROM step s, shape, LATERAL (SELECT '' WHERE NOT s.strict OR s.result = s.args[1] UNION ALL SELECT format(', INITCOND = %L', s.state)) o(options),
    -- rows
    LATERAL (SELECT DISTINCT ARRAY(SELECT pg_temp.argument(t, CASE WHEN place IN (0, i) THEN n ELSE 1 END, s.sound[i]) FROM unnest(s.args) WITH ORDINALITY a(t, i) ORDER BY i) FROM generate_series(0, cardinality(s.args)) place, generate_series(0, 20) n WHERE n = 0 OR place > 0 AND EXISTS (SELECT FROM sample WHERE type = s.args[place] AND sample.nth = n)) r(odd),
    -- final functions, steps back
    LATERAL (SELECT '' UNION ALL SELECT format(', FINALFUNC = %s, FINALFUNC_EXTRA', s.function) WHERE s.args <> '{}' AND NOT s.strict UNION ALL SELECT format(', MSFUNC = %s, MSTYPE = %s, MINVFUNC = %s%s', s.function, s.result, back, replace(options, 'INITCOND', 'MINITCOND')) FROM back WHERE back.oid = s.oid AND shape.nth = 3 AND cardinality(s.args) < 4) m(more);
CREATE TEMP TABLE verdict AS
SELECT name, statements, pg_temp.outcome(statements) AS outcome FROM declared d JOIN step s USING (oid) JOIN shape USING (nth), pg_temp.evil(s, options, odd, query) statements;
-- their results are no states that they take
SELECT name AS "no step of an aggregate" FROM step WHERE name NOT IN (SELECT name FROM verdict WHERE outcome = 'value') ORDER BY 1;
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE outcome = 'value') > 2000 AS answered, count(DISTINCT name) > 30 AS of_many FROM verdict;
SELECT DISTINCT ON (name) name, statements, outcome FROM verdict WHERE outcome LIKE 'XX000%' ORDER BY name, length(statements);
