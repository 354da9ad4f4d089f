-- 600 customers of whom nothing is true: touchpoints, scores, expectations, costs, values and times are drawn by lot, and
-- nothing hangs on anything. Variable "seed" makes another such file.

SELECT :seed * 1000 AS seed \gset
CREATE FUNCTION random_of(bigint, int) RETURNS float8 IMMUTABLE
RETURN (hashint8extended($1, $2 + :seed) & 1073741823) / 1073741824.0::float8;

CREATE TABLE contacts AS
WITH contact AS (
    SELECT row_number() OVER (ORDER BY c, k) AS id, c
      FROM generate_series(1, 600) AS c,
           LATERAL generate_series(1, 1 + floor(random_of(c, 100) * 14)::int) AS k
)
SELECT id, 'N' || lpad(c::text, 3, '0') AS customer_id,
       ('{web/home,web/basket,app/home,app/list,chat/help,"call centre/agent",store/visit,store/till}'::touchpoint[])[1 + floor(random_of(id, 1) * 8)::int] AS touchpoint,
       timestamptz '2026-01-01Z' + floor(random_of(id, 2) * 180 * 86400) * interval '1 second' AS occurred_at,
       CASE WHEN random_of(id, 3) < 0.7 THEN 1 + floor(random_of(id, 4) * 5) END AS score,
       CASE WHEN random_of(id, 5) < 0.7 THEN 1 + floor(random_of(id, 6) * 5) END AS expected,
       round(random_of(id, 7)::numeric * 5, 2)::float8 AS cost,
       floor(random_of(id, 8) * 900) * interval '1 second' AS duration,
       CASE WHEN random_of(id, 9) < 0.15 THEN round(random_of(id, 10)::numeric * 100, 2)::float8 END AS value,
       NULL::text AS initiator, NULL::jsonb AS properties
  FROM contact;

DROP FUNCTION random_of;
ALTER TABLE contacts ADD PRIMARY KEY (id);
ANALYZE contacts;
