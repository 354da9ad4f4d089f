SET search_path = public, tp;
SET timezone = 'UTC';

-- one policy for all that follows: the example of the reference
CREATE TABLE policy (name text PRIMARY KEY, rules contact_policy);
INSERT INTO policy VALUES
    ('all', '{"caps":[{"max":2,"within":"7 days","channel":"sms","initiator":"company"}],"min_gap":"4 hours",
              "quiet":{"from":"21:00","to":"09:00","timezone":"Asia/Shanghai"},
              "cooldown":[{"after":"*/complaint","wait":"30 days"}],"exempt":["*/receipt"]}'),
    ('nothing', '{}'),
    ('nothing either', '{"caps":[],"cooldown":[],"exempt":[],"min_gap":"0 s"}');
CREATE FUNCTION rules(text) RETURNS contact_policy LANGUAGE sql STABLE AS 'SELECT rules FROM policy WHERE name = $1';

-- no journey, no rules
SELECT (can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', rules('all'))).*;
SELECT (can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', '{}')).*;
SELECT (can_contact('{}', 'sms/offer', '2026-01-05 02:00+00', rules('nothing either'))).*;

-- NULL: a gate that cannot decide says no
SELECT (can_contact(NULL, NULL, '2026-01-05 02:00+00', '{}')).*;
SELECT (can_contact(NULL, 'sms/offer', NULL, '{}')).*;
SELECT (can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', NULL)).*;
SELECT (can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', '{}', NULL)).*;

-- caps: (at - within, at]
SELECT at, (can_contact('{sms/a@2026-01-01T02:00:00Z by=company, sms/b@2026-01-03T02:00:00Z by=company}', 'sms/offer', at,
                        '{"caps":[{"max":2,"within":"7 days"}]}')).*
FROM unnest('{2026-01-01 01:00+00,2026-01-03 01:59:59.999999+00,2026-01-03 02:00+00,2026-01-08 01:59:59.999999+00,2026-01-08 02:00+00}'::timestamptz[]) AS at;

-- who and which channel counts
SELECT touchpoint, (can_contact('{sms/a@2026-01-01T02:00:00Z by=company, app/b@2026-01-01T03:00:00Z, sms/c@2026-01-01T04:00:00Z by=customer, sms/d@2026-01-01T05:00:00Z by=third_party, billboard@2026-01-01T05:00:00Z by=company}',
                        touchpoint, '2026-01-02 00:00+00', policy::contact_policy)).*, policy
FROM (VALUES ('{"caps":[{"max":3,"within":"7 days"}]}'),
             ('{"caps":[{"max":4,"within":"7 days"}]}'),
             ('{"caps":[{"max":1,"within":"7 days","channel":"sms"}]}'),
             ('{"caps":[{"max":2,"within":"7 days","channel":"sms"}]}'),
             ('{"caps":[{"max":1,"within":"7 days","channel":"app","initiator":"company"}]}'),
             ('{"caps":[{"max":1,"within":"7 days","initiator":"customer"}]}'),
             ('{"caps":[{"max":2,"within":"7 days","initiator":"customer"}]}'),
             ('{"caps":[{"max":1,"within":"7 days","channel":"sms"},{"max":9,"within":"1 day"}]}')) AS p(policy),
     unnest('{sms/offer,app/offer,billboard}'::touchpoint[]) AS touchpoint;

-- min_gap: the company's contacts only
SELECT at, (can_contact('{sms/a@2026-01-01T02:00:00Z, web/b@2026-01-01T05:00:00Z by=customer}', 'app/offer', at, '{"min_gap":"4 hours"}')).*
FROM unnest('{2026-01-01 02:00+00,2026-01-01 05:59:59+00,2026-01-01 06:00+00}'::timestamptz[]) AS at;

-- cooldown: after whoever's
SELECT at, (can_contact('{store/complaint@2026-01-01T02:00:00Z by=customer}', 'app/offer', at, '{"cooldown":[{"after":"*/complaint","wait":"30 days"},{"after":"app/*","wait":"90 days"}]}')).*
FROM unnest('{2026-01-01 01:00+00,2026-01-01 02:00+00,2026-01-31 01:59:59+00,2026-01-31 02:00+00}'::timestamptz[]) AS at;

-- quiet hours: [from, to) in the policy's zone, over midnight and not
SELECT at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"21:00","to":"09:00","timezone":"Asia/Shanghai"}}')).*
FROM unnest('{2026-01-05 00:59:59.999999+00,2026-01-05 01:00+00,2026-01-05 12:59:59.999999+00,2026-01-05 13:00+00,2026-01-05 16:00+00}'::timestamptz[]) AS at;
SELECT at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"12:30","to":"14:00:30","timezone":"UTC"}}')).*
FROM unnest('{2026-01-05 12:29:59+00,2026-01-05 12:30+00,2026-01-05 14:00:29+00,2026-01-05 14:00:30+00}'::timestamptz[]) AS at;
SELECT at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"18:00","to":"24:00","timezone":"UTC"}}')).*
FROM unnest('{1969-12-31 18:00+00,1969-12-31 23:59:59+00,1970-01-01 00:00+00}'::timestamptz[]) AS at;

-- clocks go forward from 2:00 to 3:00 on 2026-03-08 and back from 2:00 to 1:00 on 2026-11-01 in New York
SELECT 'ends in the hour that is not there' AS quiet, at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"21:00","to":"02:30","timezone":"America/New_York"}}')).*
FROM unnest('{2026-03-08 06:59:59+00,2026-03-08 07:00+00}'::timestamptz[]) AS at
UNION ALL
SELECT 'begins in the hour that is not there', at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"02:30","to":"09:00","timezone":"America/New_York"}}')).*
FROM unnest('{2026-03-08 06:59:59+00,2026-03-08 07:00+00}'::timestamptz[]) AS at
UNION ALL
SELECT 'ends in the hour that comes twice', at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"21:00","to":"01:30","timezone":"America/New_York"}}')).*
FROM unnest('{2026-11-01 05:29:59+00,2026-11-01 05:30+00,2026-11-01 06:00+00,2026-11-01 06:30+00}'::timestamptz[]) AS at
UNION ALL
SELECT 'begins in the hour that comes twice', at, (can_contact(NULL, 'app/offer', at, '{"quiet":{"from":"01:30","to":"09:00","timezone":"America/New_York"}}')).*
FROM unnest('{2026-11-01 05:29:59+00,2026-11-01 05:30+00,2026-11-01 06:00+00,2026-11-01 06:30+00}'::timestamptz[]) AS at;

-- the session's settings do not matter
SET timezone = 'America/New_York';
SET intervalstyle = 'sql_standard';
SELECT extract(epoch FROM (can_contact(NULL, 'app/offer', '2026-01-05 13:00+00', rules('all'))).next_allowed_at) = extract(epoch FROM timestamptz '2026-01-06 01:00+00') AS same;
RESET intervalstyle;
SET timezone = 'UTC';

-- exempt: free of caps, gaps and cool-downs, never of quiet hours
SELECT touchpoint, at, (can_contact('{sms/a@2026-01-05T01:30:00Z by=company, sms/b@2026-01-05T01:40:00Z by=company, store/complaint@2026-01-05T01:50:00Z by=customer}', touchpoint, at, rules('all'))).*
FROM unnest('{sms/offer,sms/receipt,app/offer,app/receipt}'::touchpoint[]) AS touchpoint,
     unnest('{2026-01-05 02:00+00,2026-01-05 14:00+00}'::timestamptz[]) AS at;

-- exempt contacts use up neither caps nor min_gap of others, but begin cool-downs as any do
SELECT policy, (can_contact('{mail/receipt@2026-01-15T10:00:00Z by=company}', 'mail/promo', '2026-01-15 12:00+00', policy::contact_policy)).*
FROM (VALUES ('{"caps":[{"max":1,"within":"1 day"}]}'),
             ('{"caps":[{"max":1,"within":"1 day"}],"exempt":["*/receipt"]}'),
             ('{"caps":[{"max":1,"within":"1 day","initiator":"company","touchpoint":"mail/*"}],"exempt":["*/receipt"]}'),
             ('{"min_gap":"4 hours","exempt":["*/receipt"]}'),
             ('{"min_gap":"4 hours","exempt":["sms/receipt"]}'),
             ('{"cooldown":[{"after":"*/receipt","wait":"1 day"}],"exempt":["*/receipt"]}')) AS p(policy);
-- a step with conditions exempts contacts that were made; of one to be made nothing but its touchpoint is known
SELECT touchpoint, policy, (can_contact('{mail/news@2026-01-15T10:00:00Z by=company properties={"kind":"service"}, mail/news@2026-01-15T11:00:00Z score=2}', touchpoint, '2026-01-15 12:00+00', policy::contact_policy)).*
FROM (VALUES ('{"caps":[{"max":2,"within":"1 day"}]}'),
             ('{"caps":[{"max":2,"within":"1 day"}],"exempt":["mail/*[kind = \"service\"]"]}'),
             ('{"caps":[{"max":1,"within":"1 day"}],"exempt":["mail/*[kind = \"service\"]"]}'),
             ('{"caps":[{"max":1,"within":"1 day"}],"exempt":["mail/*[kind = \"service\"]","a[score < 1]","b[score < 1]","c[score < 1]","*[score < 3] | sms/*"]}')) AS p(policy),
     unnest('{mail/news,sms/news}'::touchpoint[]) AS touchpoint;
-- a cap that spells out the company counts those of unknown initiator too, one of another initiator does not
SELECT initiator, (can_contact('{web/a@2026-01-15T10:00:00Z, web/b@2026-01-15T11:00:00Z by=company, web/c@2026-01-15T11:30:00Z by=customer}', 'web/d', '2026-01-15 12:00+00',
                               jsonb_strip_nulls(jsonb_build_object('caps', jsonb_build_array(jsonb_build_object('max', 2, 'within', '1 day', 'initiator', initiator)))))).*
FROM unnest('{NULL,company,customer}'::text[]) AS initiator;

-- quiet hours by day and channel: whole days, and a window that wraps belongs to the day it begins
SELECT touchpoint, at, (can_contact(NULL, touchpoint, at, '{"quiet":[{"from":"21:00","to":"09:00","timezone":"Asia/Shanghai","days":["fri","sat"]},
                        {"from":"00:00","to":"24:00","timezone":"Asia/Shanghai","days":["sun"],"channel":"call"}]}')).*
FROM unnest('{call/a,sms/a}'::touchpoint[]) AS touchpoint,
     unnest('{2026-01-08 15:00+00,2026-01-09 12:59:59+00,2026-01-09 13:00+00,2026-01-10 00:59:59+00,2026-01-10 01:00+00,2026-01-10 16:30+00,2026-01-11 02:00+00,2026-01-11 16:00+00}'::timestamptz[]) AS at;
-- the first window that holds is told; none may be left open
SELECT policy, (can_contact(NULL, 'sms/a', '2026-01-10 02:00+00', policy::contact_policy)).*
FROM (VALUES ('{"quiet":[{"from":"09:00","to":"12:00","timezone":"UTC"},{"from":"01:00","to":"03:00","timezone":"UTC"},{"from":"02:00","to":"09:30","timezone":"UTC"}]}'),
             ('{"quiet":[{"from":"00:00","to":"12:00","timezone":"America/New_York"},{"from":"12:00","to":"24:00","timezone":"America/New_York"}]}'),
             ('{"quiet":[{"from":"00:00","to":"12:00","timezone":"America/New_York"},{"from":"17:00","to":"05:00","timezone":"Europe/London"}]}')) AS p(policy);

-- blackouts: both dates are in it; of several the search passes all
SELECT at, (can_contact(NULL, 'sms/a', at, '{"blackout":[{"from":"2026-12-24","to":"2026-12-26","timezone":"Europe/Berlin"},{"from":"2026-12-27","to":"2026-12-27","timezone":"Asia/Shanghai"}]}')).*
FROM unnest('{2026-12-23 22:59:59+00,2026-12-23 23:00+00,2026-12-26 22:59:59+00,2026-12-27 16:00+00}'::timestamptz[]) AS at;
SELECT (can_contact(NULL, 'sms/receipt', '2026-12-24 12:00+00', '{"blackout":[{"from":"2026-12-24","to":"2026-12-24","timezone":"UTC"}],"exempt":["*/receipt"]}')).*;

-- caps by the calendar: a day, a week from Monday, a month, each of its zone
SELECT per, at, (can_contact('{sms/a@2026-01-30T17:00:00Z by=company, sms/b@2026-01-31T15:30:00Z by=company}', 'sms/c', at,
                             jsonb_build_object('caps', jsonb_build_array(jsonb_build_object('max', 2, 'per', per, 'timezone', 'Asia/Shanghai'))))).*
FROM unnest('{day,week,month}'::text[]) AS per,
     unnest('{2026-01-31 15:29:59+00,2026-01-31 15:59:59+00,2026-01-31 16:00+00,2026-02-01 16:00+00}'::timestamptz[]) AS at;

-- what customers and third parties start is never gated
SELECT initiator, (can_contact('{sms/a@2026-01-05T13:30:00Z, store/complaint@2026-01-05T13:30:00Z}', 'sms/offer', '2026-01-05 14:00+00', rules('all'), initiator)).*
FROM unnest('{company,customer,third_party}'::text[]) AS initiator;
SELECT (can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', NULL, 'customer')).*;
SELECT can_contact(NULL, 'sms/offer', '2026-01-05 02:00+00', '{}', 'nobody');
SELECT can_contact(NULL, 'sms/offer', 'infinity', '{}');

-- contacts to come count from their time on, never before it
SELECT at, (can_contact('{app/a@2026-01-05T02:00:00Z, app/b@2026-01-05T05:00:00Z, app/c@2026-01-05T08:30:00Z}', 'app/offer', at, '{"min_gap":"4 hours"}')).*
FROM unnest('{2026-01-05 01:00+00,2026-01-05 03:00+00}'::timestamptz[]) AS at;
-- never: the gap ends behind the last time there is
SELECT (can_contact('{app/a@2026-01-05T02:00:00Z}', 'app/offer', '2026-01-05 03:00+00', '{"min_gap":"106751990 days"}')).*;

-- The first moment allowed, against the definition: every five minutes of eight days are asked by plain SQL.
CREATE FUNCTION plainly_allowed(j journey, moment timestamptz, zone text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FILTER (WHERE c.occurred_at > moment - interval '3 hours' AND coalesce(c.initiator, 'company') = 'company') = 0
               AND count(*) FILTER (WHERE c.occurred_at > moment - interval '31 hours' AND c.channel = 'sms' AND coalesce(c.initiator, 'company') = 'company') < 2
               AND count(*) FILTER (WHERE c.occurred_at > moment - interval '17 hours' AND c.label = 'complaint') = 0
            FROM contacts(j) c WHERE c.occurred_at <= moment)
       AND NOT ((moment AT TIME ZONE zone)::time >= '20:30' OR (moment AT TIME ZONE zone)::time < '02:15')
$$;
WITH j AS (
    SELECT n, journey_agg(contact_record(
        (ARRAY['sms/a', 'app/b', 'store/complaint', 'sms/c'])[1 + (n * 7 + i * 5 + i * i * n) % 4]::touchpoint,
        start + ((n * 131 + i * 977 + i * i * 61) % 1008) * interval '5 minutes',
        initiator => (ARRAY['company', 'customer', NULL, 'company'])[1 + (n + i) % 4])) AS j, start, zone
    FROM generate_series(1, 12) n, generate_series(1, 9) i,
         LATERAL (SELECT CASE n % 3 WHEN 0 THEN timestamptz '2026-03-06 00:00+00' WHEN 1 THEN '2026-10-30 00:00+00' ELSE '2026-01-05 00:00+00' END AS start,
                         CASE n % 3 WHEN 2 THEN 'Asia/Kathmandu' ELSE 'America/New_York' END AS zone) AS place
    GROUP BY n, start, zone
), asked AS (
    SELECT n, at, j, start, zone, v.*
    FROM j, LATERAL (SELECT start + h * interval '7 hours 15 minutes' AS at FROM generate_series(0, 9) h) AS hours,
         LATERAL can_contact(j, 'sms/offer', at, format('{"min_gap":"3 hours","caps":[{"max":2,"within":"31 hours","channel":"sms"}],"cooldown":[{"after":"complaint","wait":"17 hours"}],"quiet":{"from":"20:30","to":"02:15","timezone":"%s"}}', zone)::jsonb) v
), plainly AS MATERIALIZED (
    SELECT n, m FROM j, generate_series(start, start + interval '8 days', '5 minutes') m WHERE plainly_allowed(j, m, zone)
), compared AS (
    SELECT *, (SELECT min(m) FROM plainly WHERE plainly.n = asked.n AND m >= at) AS first_allowed FROM asked
)
SELECT count(*) AS asked, count(*) FILTER (WHERE allowed) AS allowed,
       count(*) FILTER (WHERE allowed <> (first_allowed = at)) AS wrong,
       count(*) FILTER (WHERE NOT allowed AND next_allowed_at IS DISTINCT FROM first_allowed) AS wrong_next
FROM compared;

-- The same of calendars, days and dates: what the clocks of the zone show is asked of the server's own AT TIME ZONE. Where clocks
-- go back behind midnight and forth again, this would differ; none of these do.
CREATE FUNCTION plainly_open(j journey, moment timestamptz, zone text, day text, blackout date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FILTER (WHERE date_trunc('day', c.occurred_at AT TIME ZONE zone) = date_trunc('day', moment AT TIME ZONE zone)) < 2
               AND count(*) FILTER (WHERE date_trunc('week', c.occurred_at AT TIME ZONE zone) = date_trunc('week', moment AT TIME ZONE zone)) < 4
               AND count(*) FILTER (WHERE date_trunc('month', c.occurred_at AT TIME ZONE zone) = date_trunc('month', moment AT TIME ZONE zone)) < 6
            FROM contacts(j) c WHERE c.occurred_at <= moment AND coalesce(c.initiator, 'company') = 'company' AND c.label <> 'receipt')
       AND NOT ((moment AT TIME ZONE zone)::time >= '20:30' AND to_char(moment AT TIME ZONE zone, 'dy') = day
             OR (moment AT TIME ZONE zone)::time < '02:15' AND to_char((moment AT TIME ZONE zone) - interval '1 day', 'dy') = day)
       AND (moment AT TIME ZONE zone)::date NOT BETWEEN blackout AND blackout + 1
$$;
WITH place AS (
    SELECT n, zone, start FROM unnest('{America/New_York,Asia/Kathmandu,Australia/Lord_Howe,America/Havana,Asia/Beirut,Pacific/Apia}'::text[]) WITH ORDINALITY AS z(zone, n),
         unnest('{2026-02-26 00:00+00,2026-10-28 00:00+00,2011-12-26 00:00+00}'::timestamptz[]) AS start
), j AS (
    SELECT n, zone, start, journey_agg(contact_record(
        (ARRAY['sms/a', 'app/b', 'sms/receipt', 'sms/c'])[1 + (n * 7 + i * 5 + i * i * n) % 4]::touchpoint,
        start + ((n * 131 + i * 977 + i * i * 61) % 2016) * interval '5 minutes',
        initiator => (ARRAY['company', 'customer', NULL, 'company'])[1 + (n + i) % 4])) AS j
    FROM place, generate_series(1, 14) i GROUP BY n, zone, start
), asked AS (
    SELECT n, zone, start, at, v.*, CASE WHEN n % 2 = 0 THEN 'sat' ELSE 'mon' END AS day, start::date + 2 + n::int AS blackout
    FROM j, LATERAL (SELECT start + h * interval '19 hours 15 minutes' AS at FROM generate_series(0, 9) h) AS hours,
         LATERAL can_contact(j, 'sms/offer', at, format('{"caps":[{"max":2,"per":"day","timezone":"%1$s"},{"max":4,"per":"week","timezone":"%1$s"},{"max":6,"per":"month","timezone":"%1$s"}],
            "quiet":[{"from":"20:30","to":"02:15","timezone":"%1$s","days":["%2$s"]}],"blackout":[{"from":"%3$s","to":"%4$s","timezone":"%1$s"}],"exempt":["sms/receipt"]}',
            zone, CASE WHEN n % 2 = 0 THEN 'sat' ELSE 'mon' END, to_char(start::date + 2 + n::int, 'YYYY-MM-DD'), to_char(start::date + 3 + n::int, 'YYYY-MM-DD'))::jsonb) v
), plainly AS MATERIALIZED (
    SELECT n, start, m FROM j, generate_series(start, start + interval '40 days', '15 minutes') m
    WHERE plainly_open(j, m, zone, CASE WHEN n % 2 = 0 THEN 'sat' ELSE 'mon' END, start::date + 2 + n::int)
), compared AS (
    SELECT *, (SELECT min(m) FROM plainly WHERE plainly.n = asked.n AND plainly.start = asked.start AND m >= at) AS first_allowed FROM asked
)
SELECT count(*) AS asked, count(*) FILTER (WHERE allowed) AS allowed, count(*) FILTER (WHERE reason ~ 'cap') AS by_cap,
       count(*) FILTER (WHERE reason ~ 'quiet') AS quiet, count(*) FILTER (WHERE reason ~ 'blackout') AS blackout,
       count(*) FILTER (WHERE allowed <> (first_allowed = at)) AS wrong,
       count(*) FILTER (WHERE NOT allowed AND next_allowed_at IS DISTINCT FROM first_allowed) AS wrong_next
FROM compared;

-- a long journey out of line: the header tells that it is too old to matter
CREATE TABLE long (j journey);
INSERT INTO long SELECT journey_agg('app/a', timestamptz '2026-01-01 00:00+00' + i * interval '7 s 13 us', i % 7 + i / 1000.0) FROM generate_series(1, 20000) i;
SELECT pg_column_size(j) > 10000 AS long, (can_contact(j, 'app/offer', last_at(j) + '1 hour', '{"min_gap":"1 hour"}')).*,
       (can_contact(j, 'app/offer', last_at(j) + '59 minutes', '{"min_gap":"1 hour"}')).allowed AS earlier FROM long;

-- policies are checked where they are written
SELECT name, rules FROM policy WHERE name <> 'all' ORDER BY name;
INSERT INTO policy VALUES ('unknown', NULL) RETURNING rules;
\set VERBOSITY default
SELECT '[]'::contact_policy;
SELECT 'null'::contact_policy;
SELECT '{"cap":[]}'::contact_policy;
SELECT '{"caps":{"max":1,"within":"1 day"}}'::contact_policy;
SELECT '{"caps":[1]}'::contact_policy;
SELECT '{"caps":[{"max":1}]}'::contact_policy;
SELECT '{"caps":[{"within":"1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day","per":"week"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day"},{"max":0,"within":"1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":1.5,"within":"1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":"2","within":"1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":2147483648,"within":"1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 month"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"-1 day"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"0 days"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"7"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":7}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"a while"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"infinity"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day","channel":""}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day","channel":null}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day","initiator":"us"}]}'::contact_policy;
SELECT '{"min_gap":"1 year"}'::contact_policy;
SELECT '{"min_gap":"200000000 days"}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","timezone":"UTC"}}'::contact_policy;
SELECT '{"quiet":{"from":"9 pm","to":"09:00","timezone":"UTC"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"24:01","timezone":"UTC"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"21:00","timezone":"UTC"}}'::contact_policy;
SELECT '{"quiet":{"from":"00:00","to":"24:00","timezone":"UTC"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00","timezone":"Asia/Nowhere"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00","timezone":"UTC+8"}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00","timezone":"../../etc/passwd"}}'::contact_policy;
SELECT '{"quiet":[]}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00","timezone":"UTC","days":[]}}'::contact_policy;
SELECT '{"quiet":{"from":"21:00","to":"09:00","timezone":"UTC","days":["Sat"]}}'::contact_policy;
SELECT '{"quiet":[{"from":"21:00","to":"09:00","timezone":"UTC"},{"from":"21:00","to":"09:00"}]}'::contact_policy;
SELECT '{"quiet":[{"from":"12:00","to":"12:00","timezone":"UTC","days":["sat"]}]}'::contact_policy;
SELECT '{"quiet":[{"from":"00:00","to":"24:00","timezone":"UTC","days":["mon","tue","wed","thu","fri","sat","sun"]}]}'::contact_policy;
SELECT '{"quiet":[[]]}'::contact_policy;
SELECT '{"quiet":[{"from":"21:00","to":"09:00","timezone":"UTC","channel":""}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"per":"day"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"per":"fortnight","timezone":"UTC"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"timezone":"UTC"}]}'::contact_policy;
SELECT '{"caps":[{"max":1,"within":"1 day","timezone":"UTC"}]}'::contact_policy;
SELECT '{"caps":[{"max":0,"per":"day","timezone":"UTC"}]}'::contact_policy;
SELECT '{"blackout":{"from":"2026-12-24","to":"2026-12-26","timezone":"UTC"}}'::contact_policy;
SELECT '{"blackout":[{"from":"2026-12-24","to":"2026-12-23","timezone":"UTC"}]}'::contact_policy;
SELECT '{"blackout":[{"from":"2026-12-24","to":"2026-12-26"}]}'::contact_policy;
SELECT '{"blackout":[{"from":"2026-12-24","timezone":"UTC"}]}'::contact_policy;
SELECT '{"blackout":[{"from":"24.12.2026","to":"2026-12-26","timezone":"UTC"}]}'::contact_policy;
SELECT '{"blackout":[{"from":"2026-02-29","to":"2026-12-26","timezone":"UTC"}]}'::contact_policy;
SELECT '{"blackout":[{"from":"2026-12-24","to":"2026-12-26","timezone":"UTC","why":"fair"}]}'::contact_policy;
SELECT '{"cooldown":[{"after":"*/complaint"}]}'::contact_policy;
SELECT '{"cooldown":[{"after":"a/b/c","wait":"1 day"}]}'::contact_policy;
SELECT '{"cooldown":[{"after":"complaint","wait":"1 day","of":1}]}'::contact_policy;
SELECT '{"exempt":["*/receipt",7]}'::contact_policy;
SELECT '{"exempt":["\"open"]}'::contact_policy;
SELECT count(*) FROM unnest(ARRAY['{"min_gap":"PT4H"}', '{"min_gap":"1 week 2 days 03:04:05.5"}',
    '{"quiet":{"from":"9:30","to":"24:00","timezone":"Etc/GMT-8"}}', '{"quiet":{"from":"21:00:30","to":"0:00","timezone":"EST5EDT"}}',
    '{"caps":[{"max":2.0,"within":"1 day"}]}', '{"quiet":[],"blackout":[]}', '{"exempt":["a[score < 3]"]}']) AS t WHERE t::contact_policy IS NOT NULL;

-- with the extension's schema off the path
SET search_path = pg_catalog;
SELECT (tp.can_contact(NULL, 'sms/offer', '2026-01-05 13:00+00', '{"quiet":{"from":"21:00","to":"09:00","timezone":"Asia/Shanghai"}}')).*;
RESET search_path;
DROP TABLE policy, long;
DROP FUNCTION plainly_allowed, plainly_open, rules;
