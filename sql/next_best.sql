SET search_path = public, tp;
SET timezone = 'UTC';

-- Ten journeys: web/a, behind it nothing, mail/b or sms/c, and sometimes sms/c before it
CREATE TABLE walked (j journey, bought float8, left_off float8);
INSERT INTO walked VALUES
    ('{web/a@2026-01-01T00:00:00Z, mail/b@2026-01-02T00:00:00Z}', 3, 1),
    ('{web/a@2026-01-01T00:00:00Z}', 1, 3),
    ('{sms/c@2026-01-01T00:00:00Z, web/a@2026-01-02T00:00:00Z, sms/c@2026-01-03T00:00:00Z}', 1, 1);
CREATE TABLE flow AS
SELECT flow_agg(j, 'touchpoint', bought, left_off, 0) AS one, flow_agg_k(j, 'touchpoint', 2, bought, left_off, 0) AS two,
       flow_agg(j, 'channel', bought, left_off, 0) AS channels, flow_agg(j, 'touchpoint') AS ends
FROM walked;
SELECT a.* FROM flow, absorption(one) AS a;
-- p(a) = 4/10 b + 2/10 c + 1/10, p(b) = 3/4, p(c) = 1/2 a + 1/4, so that p(a) = 0.45/0.9, and p(c) = 1/2
SELECT n.* FROM flow, next_best_contacts('{web/a@2026-01-05T00:00:00Z by=company}', one, 'touchpoint', '{"caps":[{"max":1,"within":"7 days","channel":"web"}]}',
    '2026-01-06 00:00+00', '{web/a,mail/b,sms/c,fax/d}', 100, '{1,2,30,4}') AS n;
-- without value and costs; who has no journey stands at the start, where an unseen pair is not known
SELECT n.* FROM flow, next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a,mail/b,sms/c}') AS n;
SELECT n.* FROM flow, next_best_contacts('{}', two, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a,mail/b,sms/c}') AS n;
SELECT n.* FROM flow, next_best_contacts('{fax/x@2026-01-01T00:00:00Z, web/a@2026-01-02T00:00:00Z}', two, 'touchpoint', '{}', '2026-01-06 00:00+00', '{mail/b,sms/c}') AS n;
-- only what was met by then counts
SELECT at, n.touchpoint, n.p_conversion, n.expected_value FROM flow, unnest('{2026-01-01 00:00+00,2026-01-02 00:00+00,2026-01-03 00:00+00}'::timestamptz[]) AS at,
    next_best_contacts('{sms/c@2026-01-01T12:00:00Z, web/a@2026-01-02T12:00:00Z}', two, 'touchpoint', '{}', at, '{sms/c,web/a}') AS n;
-- other parts
SELECT n.touchpoint, n.p_conversion FROM flow, next_best_contacts('{web/other@2026-01-01T00:00:00Z}', channels, 'channel', '{}', '2026-01-06 00:00+00', '{use:mail/x,sms/y,z}') AS n;
-- the same answer whatever order candidates come in; of equals the first first
SELECT string_agg(n.touchpoint::text, ' ') FROM flow, next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{fax/d,sms/c,fax/e,mail/b,web/a,sms/c}', 10, '{NULL,0,0,0,0,0}') AS n;

-- what is NULL: a gate that cannot decide says no
SELECT n.* FROM flow, next_best_contacts(NULL, one, 'touchpoint', NULL, '2026-01-06 00:00+00', '{web/a,NULL}') AS n;
SELECT n.* FROM flow, next_best_contacts(NULL, one, 'touchpoint', '{}', NULL, '{web/a}') AS n;
SELECT n.* FROM next_best_contacts(NULL, NULL, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}', costs => '{3}') AS n;
SELECT n.* FROM flow, next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', NULL) AS n;
SELECT n.* FROM flow, next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{}', 1, '{}') AS n;
SELECT n.* FROM next_best_contacts(NULL, '{}', 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}') AS n;

-- refused
\set VERBOSITY default
SELECT next_best_contacts(NULL, one, 'channel', '{}', '2026-01-06 00:00+00', '{web/a}') FROM flow;
SELECT next_best_contacts(NULL, one, NULL, '{}', '2026-01-06 00:00+00', '{web/a}') FROM flow;
SELECT next_best_contacts(NULL, ends, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}') FROM flow;
SELECT next_best_contacts(NULL, (SELECT flow_agg(j, 'properties.order', 1, 0, 0) FROM walked), 'properties.order', '{}', '2026-01-06 00:00+00', '{web/a}');
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', 'infinity', '{web/a}') FROM flow;
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}', 'NaN') FROM flow;
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}', NULL) FROM flow;
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}', 1, '{1,2}') FROM flow;
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{web/a}', 1, '{-1}') FROM flow;
SELECT next_best_contacts(NULL, one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{mail/b}', 1.7e308, '{NULL}') FROM flow;
\set VERBOSITY terse

-- For every customer, and with the extension's schema off the path
SET search_path = pg_catalog;
SELECT w.bought, n.touchpoint, n.net FROM public.walked w, public.flow f, tp.next_best_contacts(w.j, f.one, 'touchpoint', '{}', '2026-01-06 00:00+00', '{mail/b,web/a}', w.bought, '{0.2,0.1}') AS n ORDER BY 1, 3 DESC;
RESET search_path;
DROP TABLE walked, flow;
