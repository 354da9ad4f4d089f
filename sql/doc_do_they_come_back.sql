SET search_path = public, tp;
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';

CREATE TABLE customer_journey (customer int PRIMARY KEY, j journey);
INSERT INTO customer_journey VALUES
    (1, '{ad/spring@2026-01-05T09:00:00Z, app/open@2026-01-05T10:00:00Z, app/open@2026-01-13T10:00:00Z, app/open@2026-02-03T10:00:00Z}'),
    (2, '{ad/spring@2026-01-06T09:00:00Z, app/open@2026-01-06T09:30:00Z, app/open@2026-01-14T18:00:00Z, app/open@2026-01-21T18:00:00Z}'),
    (3, '{search/brand@2026-01-07T09:00:00Z, app/open@2026-01-07T09:10:00Z}'),
    (4, '{search/brand@2026-01-12T09:00:00Z, app/open@2026-01-12T09:30:00Z, web/help@2026-01-12T09:40:00Z, app/open@2026-01-20T08:00:00Z}'),
    (5, '{ad/spring@2026-01-18T23:30:00Z, app/open@2026-01-18T23:40:00Z, app/open@2026-02-04T07:00:00Z}');
SELECT c.customer, p AS week
FROM customer_journey c, active_periods(j, 'week', 'app/*', 'Europe/Berlin') AS p
WHERE customer = 5;
SELECT r.cohort::date, r.period, r.entered, r.returned, round(r.share::numeric, 2) AS share,
       round(r.ci_low::numeric, 2) AS ci_low, round(r.ci_high::numeric, 2) AS ci_high, r.complete
FROM unnest((SELECT retention_agg(j, 'week', 3, '*', 'app/*', 'Europe/Berlin') FROM customer_journey)) AS r;
SELECT retention_svg(retention_agg(j, 'week', 3, '*', 'app/*', 'Europe/Berlin'), 760) FROM customer_journey \g (format=unaligned tuples_only=on)
SELECT l.period_start::date, l.new, l."returning", l.resurrecting, l.dormant
FROM unnest((SELECT lifecycle_agg(j, 'week', 'app/*', 'Europe/Berlin') FROM customer_journey)) AS l;
SELECT s.active_periods, s.customers
FROM unnest((SELECT stickiness_agg(j, 'week', 'app/*', 'Europe/Berlin', '[2026-01-05 00:00+01, 2026-02-02 00:00+01)')
             FROM customer_journey)) AS s;
SELECT l.level, l.source, l.target, l.count, l.median_time
FROM unnest((SELECT level_flow_agg(j, 'channel', 2, NULL, 2) FROM customer_journey)) AS l;
