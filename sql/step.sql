-- Steps: one grammar wherever contacts are chosen, and what is asked of a pattern's match as a whole.
SET client_min_messages = warning; SET search_path = public, tp; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres';

CREATE TEMP TABLE trip AS SELECT '{shop/visit@2026-01-01T00:00:00Z score=4 by=customer id=1, shop/order@2026-01-02T00:00:00Z value=0 cost=2 id=2, shop/order@2026-01-03T00:00:00Z value=80 duration=PT6M by=company id=3, web/[ab]@2026-01-04T00:00:00Z score=2 expected=4 id=4}'::journey AS j;

-- What was taken for a label and answered nothing.
SELECT window_funnel(j, '{"shop/order[value > 0]"}', '1 day') AS funnel, reaches_step(j, '{shop/visit,shop/order[value > 0]}', '3 days', 2) AS reaches,
       check_rule(j, 'absent', 'shop/visit|B') AS absent, path(keep(j, 'shop/visit|web/"[ab]"')) AS kept, (conformance(j, '{shop/visit|B}')).fitness AS fitness,
       (funnel(j, '{shop/visit,shop/order}', '7 days', exits => '{"shop/order[value = 0] | B"}')).* FROM trip;

-- Conditions by the rows that contacts() gives, wherever they are written.
CREATE TEMP TABLE condition (step text, plain text);
INSERT INTO condition VALUES ('*[score < 3]', 'score < 3'), ('*[score <> 4]', 'score <> 4'), ('*[gap < 0]', 'gap < 0'), ('*[not score]', 'score IS NULL'), ('*[score]', 'score IS NOT NULL'),
    ('*[duration >= 5 min]', 'duration >= ''5 min'''), ('*[by = customer]', 'initiator = ''customer'''), ('*[by <> "customer"]', 'initiator <> ''customer'''), ('*[not by, cost > 1]', 'initiator IS NULL AND cost > 1'),
    ('shop/*[value >= 0] | web/*', 'value >= 0 OR channel = ''web'''), ('(shop/* | web/*)[score > 1]', 'score > 1'), ('((shop/order | web/*)[not by] | shop/visit)[score]', '(initiator IS NULL AND score IS NOT NULL AND label <> ''visit'') OR label = ''visit'''),
    ('*[campaign = "spring"]', 'false'), ('*[not campaign]', 'true'), ('*[campaign <> "spring"]', 'false'), ('shop/visit [ score=4 ] ', 'label = ''visit''');
CREATE FUNCTION pg_temp.wrong(step text, plain text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE v_ids bigint[]; v_j journey; v text[] := '{}';
BEGIN
    SELECT j INTO v_j FROM trip;
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM trip, contacts(j) WHERE coalesce(%s, false)', plain) INTO v_ids;
    IF (SELECT coalesce(array_agg(id), '{}') FROM contacts(keep(v_j, step))) <> v_ids THEN v := v || 'keep'; END IF;
    IF (SELECT coalesce(array_agg(id), '{}') FROM contacts(discard(v_j, step)) WHERE id = ANY (v_ids)) <> '{}' OR contact_count(discard(v_j, step)) <> 4 - cardinality(v_ids) THEN v := v || 'discard'; END IF;
    IF check_rule(v_j, 'absent', step) <> (v_ids = '{}') THEN v := v || 'absent'; END IF;
    IF window_funnel(v_j, ARRAY[step], '1 day') <> (v_ids <> '{}')::int THEN v := v || 'window_funnel'; END IF;
    IF reaches_step(v_j, ARRAY[step], '1 day') <> (v_ids <> '{}') THEN v := v || 'reaches_step'; END IF;
    IF cardinality((conformance(v_j, ARRAY[step])).missing) <> (v_ids = '{}')::int THEN v := v || 'conformance'; END IF;
    IF match_count(v_j, step::journey_pattern) <> cardinality(v_ids) THEN v := v || 'match_count'; END IF;
    IF (SELECT coalesce(array_agg(b.id), '{}') FROM contacts(v_j) a JOIN contacts(adjust_scores(v_j, step, 0.25, -9, 9)) b USING (id) WHERE a.score <> b.score) <> (SELECT coalesce(array_agg(id), '{}') FROM contacts(v_j) WHERE score IS NOT NULL AND id = ANY (v_ids)) THEN v := v || 'adjust_scores'; END IF;
    RETURN v;
END $$;
SELECT step, w FROM condition, LATERAL pg_temp.wrong(step, plain) w WHERE w <> '{}';

-- touchpoint ~ text takes alternatives.
SELECT t, t ~ 'web/*|shop/cart' AS matches FROM unnest('{web/a,shop/cart,shop/b}'::touchpoint[]) t;

-- What cannot be a step: its state, place and hint.
CREATE FUNCTION pg_temp.refusal(what text, OUT state text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE what;
    state := 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
SELECT s AS step, r.state, r.detail FROM unnest(ARRAY['web/[ab]', 'a{2}', 'a?', 'a+', '^ a', 'a $', 'a, b', 'a -> b', 'a->b', 'a => b', '(a', 'a)', 'a |', '| a', '(a | b', 'a[', 'a[score]]', '', 'a/b/c',
    '营业厅/等候区+', '办理:营业厅/等候区[评分 > 高]', '营业厅 | 手机/应用(安卓)', '营业厅//等候区', 'a[duration = "x"]', 'a[by > 3]', 'a[score = "3"]', 'a[mood = good]', 'a[mood < true]', 'a[id = 3]', 'a[score < 3', 'a[not mood = 3]']) s,
    LATERAL pg_temp.refusal(format('SELECT tp.keep(''{}''::tp.journey, %L)', s)) r;
SELECT r.state, r.detail, r.hint FROM unnest(ARRAY[$$SELECT 'a'::tp.touchpoint ~ 'a[score < 3]'$$, $$SELECT 'a'::tp.touchpoint ~ 'a(b)'$$, $$SELECT tp.keep('{}', 'web/faq?')$$]) q, LATERAL pg_temp.refusal(q) r;
SELECT q AS question, r.state FROM unnest(ARRAY['window_funnel(j, ''{a?}'', ''1 day'')', 'funnel(j, ''{a}'', ''1 day'', exits => ''{b+}'')', 'reaches_step(j, ''{a?}'', ''1 day'')', 'discard(j, ''a?'')', 'adjust_scores(j, ''a?'', 1, 1, 5)',
    'conformance(j, ''{a?}'')', 'check_rule(j, ''absent'', ''a?'')', 'check_rule(j, ''response'', ''a'', ''b?'')', 'times_between(j, ''a'', ''b?'')']) q, LATERAL pg_temp.refusal(format('SELECT %s FROM pg_temp.trip', q)) r;
SELECT funnel_agg(j, '{a|b,c(d}', '1 day') FROM trip;

-- The gate's steps.
SELECT p AS policy, (can_contact('{sms/offer@2026-01-05T10:00:00Z score=2, app/push@2026-01-05T11:00:00Z}', 'sms/offer', '2026-01-05T12:00:00Z', p::contact_policy)).*
FROM unnest(ARRAY['{"caps": [{"max": 2, "within": "1 day", "touchpoint": "sms/* | app/*"}]}', '{"caps": [{"max": 2, "within": "1 day", "touchpoint": "sms/*"}]}', '{"caps": [{"max": 1, "within": "1 day", "touchpoint": "app/*"}]}',
    '{"cooldown": [{"after": "*[score < 3]", "wait": "1 day"}]}', '{"cooldown": [{"after": "*[score < 2]", "wait": "1 day"}]}', '{"cooldown": [{"after": "*", "wait": "1 day"}], "exempt": ["mail/* | sms/*"]}']) p;
SELECT '{"exempt": ["sms/*[score < 3]"]}'::contact_policy;

-- within: the later A is near enough, and the first is not.
CREATE TEMP TABLE run AS SELECT '{A@2026-01-01T00:00:00Z, A@2026-01-01T01:23:20Z, B@2026-01-01T01:40:00Z, C@2026-01-01T01:56:40Z}'::journey AS j;
SELECT j ~ 'A -> B -> C within 1 hour' AS hour, j ~ 'A -> B -> C within 33 min' AS less, j ~ 'A -> B -> C within 2000 s' AS just, match_count(j, 'A -> B -> C') AS matches, match_count(j, 'A -> B -> C', true) AS overlapping,
       match_count(j, 'A -> B -> C within 1 hour', true) AS within FROM run;
SELECT m FROM run, matches(j, 'A -> B -> C within 1 hour') m;
SELECT match_count(j, 'call/* -[<= 7 days]-> call/*') AS apart, match_count(j, 'call/* -[<= 7 days]-> call/*', true) AS overlapping
FROM (SELECT '{call/a@2026-01-01T00:00:00Z, call/a@2026-01-03T00:00:00Z, call/a@2026-01-05T00:00:00Z, call/a@2026-01-20T00:00:00Z}'::journey AS j) x;
SELECT 'A -> B hold order , "agent id" within 90 min'::journey_pattern, 'a'::journey_pattern = 'a within 1 s'::journey_pattern AS same;

-- Times between, by SQL over the contacts, and in states.
CREATE TEMP TABLE walk AS SELECT journey_agg(touchpoint('c' || n * 7 % 3, 'l' || n * n % 5), '2026-01-01Z'::timestamptz + n * n * interval '1 min') AS j FROM generate_series(1, 60) n;
SELECT count(*) AS rows, count(*) FILTER (WHERE (t.position_b, t.elapsed) IS DISTINCT FROM (SELECT (b.position, b.occurred_at - a.occurred_at) FROM contacts(j) b WHERE b.position > a.position AND b.label IN ('l0', 'l4') ORDER BY b.position LIMIT 1)) AS wrong
FROM walk, times_between(j, '*/l1', '*/l0|*/l4') t, LATERAL (SELECT c.* FROM contacts(j) c WHERE c.position = t.position_a) a;
SELECT count(*) AS rows FROM walk, contacts(j) a WHERE a.label = 'l1' AND EXISTS (SELECT FROM contacts(j) b WHERE b.position > a.position AND b.label IN ('l0', 'l4'));
SELECT s.* FROM trip, time_in_state(j, 'channel', '2026-01-05Z') s;
SELECT s.* FROM trip, time_in_state(j, as_of => '2026-01-02T12:00:00Z') s;
SELECT s.* FROM trip, time_in_state(j, 'stage') s;
SELECT count(*) AS none FROM trip, time_in_state(j, 'label', '2025-01-01Z') s;
SELECT * FROM time_in_state('{a@2026-01-01T00:00:00Z}', NULL);
SELECT * FROM time_in_state('{a@2026-01-01T00:00:00Z}', 'label', 'infinity');
SELECT * FROM times_between('{a@-4713-11-24T00:00:00Z,b@294276-12-31T00:00:00Z}', 'a', 'b');
