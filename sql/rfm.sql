SET search_path = public, tp;
SET timezone = 'UTC';

-- RFM: contacts with value > 0, at or before as_of; money counts what was given back: 10 - 4 + 2.5
SELECT as_of, (rfm('{a@2026-01-01T00:00:00Z value=10, b@2026-01-03T00:00:00Z value=-4, c@2026-01-05T12:00:00Z value=2.5, d@2026-01-06T00:00:00Z value=0, e@2026-01-07T00:00:00Z, f@2026-01-09T00:00:00Z value=100}', as_of)).*
FROM unnest('{2025-12-31 00:00+00,2026-01-01 00:00+00,2026-01-08 00:00+00,2026-01-09 00:00+00}'::timestamptz[]) AS as_of;
SELECT (rfm('{}', now())).*;
SELECT r, (rfm(j, '2026-02-01 00:00+00')).* FROM (VALUES ('bought and returned', '{a@2026-01-01T00:00:00Z value=0.1, b@2026-01-02T00:00:00Z value=-0.1}'::journey), ('returned alone', '{a@2026-01-01T00:00:00Z value=-5}'), ('1e16 there and back', '{a@2026-01-01T00:00:00Z value=1e16, b@2026-01-02T00:00:00Z value=1, c@2026-01-03T00:00:00Z value=-1e16}')) v(r, j);
SELECT rfm(NULL, now()) IS NULL AS no_journey, rfm('{}', NULL) IS NULL AS no_time;
SELECT rfm('{}', 'infinity');
SELECT rfm('{a@2026-01-01T00:00:00Z value=1e308, b@2026-01-01T00:00:00Z value=1e308}', '2026-02-01 00:00+00');

-- scores: against percentile_cont, which is the quantile of type 7
CREATE TABLE customers AS
    SELECT i AS id, i % 2 AS half, (i * 37 % 101) * interval '1 day' AS recency, (i * 13 % 17)::float8 AS frequency, (i * i % 997) / 7.0::float8 AS monetary
    FROM generate_series(1, 200) i;
UPDATE customers SET monetary = NULL WHERE id % 41 = 0;
WITH cuts AS (
    SELECT half, percentile_cont('{.2,.4,.6,.8}'::float8[]) WITHIN GROUP (ORDER BY recency) AS r,
           percentile_cont('{.2,.4,.6,.8}'::float8[]) WITHIN GROUP (ORDER BY frequency) AS f,
           percentile_cont('{.2,.4,.6,.8}'::float8[]) WITHIN GROUP (ORDER BY monetary) AS m
    FROM customers WHERE monetary IS NOT NULL GROUP BY half
), scored AS (
    SELECT *, rfm_score(recency, frequency, monetary) OVER (PARTITION BY half ORDER BY id DESC ROWS 1 PRECEDING) AS s FROM customers
)
SELECT count(*) AS customers, count(s) AS scored, min((s).r), max((s).r), min((s).f), max((s).f), min((s).m), max((s).m),
       count(*) FILTER (WHERE (s).r <> 1 + (SELECT count(*) FROM unnest(r) c WHERE recency < c)
                           OR (s).f <> 1 + (SELECT count(*) FROM unnest(f) c WHERE frequency > c)
                           OR (s).m <> 1 + (SELECT count(*) FROM unnest(m) c WHERE monetary > c)) AS wrong
FROM scored JOIN cuts USING (half);
-- an all-equal column is one bin; one row; none whole
SELECT (rfm_score('1 day', i, 0.1) OVER ()).* FROM generate_series(1, 5) i;
SELECT rfm_score('1 day', 1, 1) OVER ();
SELECT rfm_score(NULL, i, 1) OVER () FROM generate_series(1, 2) i;
SELECT rfm_score('1 month', 1, 1) OVER ();
SELECT rfm_score('-1 day', 1, 1) OVER ();
SELECT rfm_score('1 day', 'NaN', 1) OVER ();
SELECT rfm_score('1 day', 1, '-infinity') OVER ();

-- with the extension's schema off the path
SET search_path = pg_catalog;
SELECT tp.rfm('{a@2026-01-01T00:00:00Z value=10}', '2026-01-02 00:00+00');
SELECT tp.rfm_score('1 day', 1, 1) OVER ();
RESET search_path;
DROP TABLE customers;
