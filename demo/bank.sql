-- A retail bank's sample: 3,000 customers, a year of their contacts, the same on every machine.
--
-- The bank is invented, its faults are not: people wait too long in the branch hall (等候区, the
-- waiting area) around noon, the call centre's menu annoys before the agent mends, and video
-- identification breaks off. What comes at the end of a case decides how it is remembered.

-- What may happen at a touchpoint: how it is found and what is expected there (on 1 to 5), the
-- share that is asked for a score, minutes it takes, cost, and hours until the next contact.
CREATE TEMP TABLE place (touchpoint touchpoint PRIMARY KEY, quality float8, expected float8,
    asked float8, minutes float8, cost float8, pause float8);

INSERT INTO place VALUES
    ('research:web/account page',        3.6, 3.5, 0.50,  4, 0.06,  20),
    ('research:web/mortgage calculator', 4.1, 3.5, 0.60,  9, 0.06,  30),
    ('research:call centre/callback',    4.0, 3.6, 0.80, 11, 3.80,  48),
    ('open:web/application form',        3.1, 3.6, 0.80, 14, 0.10, 0.4),
    ('open:web/video identification',    2.5, 4.0, 0.90, 12, 1.90,   6),
    ('open:hall/取号机',                 3.7, 3.5, 0.50,  1, 0.05, 0.1),
    ('open:hall/等候区',                 2.6, 3.6, 0.90, 22, 0.20, 0.6),
    ('open:hall/柜台',                   4.3, 4.0, 0.95, 17, 5.20,   5),
    ('buy:hall/等候区',                  2.9, 3.6, 0.80, 12, 0.20, 0.3),
    ('buy:hall/理财室',                  4.7, 4.2, 0.95, 48, 14.5,  30),
    ('use:app/first login',              4.1, 3.8, 0.80,  3, 0.04,  20),
    ('use:app/transfer',                 4.2, 4.0, 0.60,  2, 0.04,  90),
    ('use:app/余额查询',                 4.0, 3.9, 0.40,  1, 0.02,  70),
    ('use:app/card payment',             3.9, 4.0, 0.50,  1, 0.03,  26),
    ('use:web/transfer',                 3.4, 3.8, 0.60,  5, 0.06,  16),
    ('use:sms/welcome',                  3.7, 3.2, 0.50,  1, 0.03, 160),
    ('use:sms/spending alert',           3.8, 3.4, 0.50,  1, 0.03,  60),
    ('use:sms/理财推荐',                 2.3, 2.8, 0.60,  1, 0.03,  40),
    ('help:call centre/menu',            1.9, 3.2, 0.80,  6, 0.15, 0.2),
    ('help:call centre/agent',           3.9, 3.9, 0.95,  9, 4.40,  22),
    ('help:hall/等候区',                 2.1, 3.4, 0.90, 26, 0.20, 0.6),
    ('help:hall/投诉处理',               3.8, 3.5, 0.95, 24, 8.90,  28),
    ('help:sms/case closed',             3.9, 3.4, 0.70,  1, 0.03,  90),
    ('help:sms/apology',                 2.7, 3.0, 0.80,  1, 0.03,  90);

-- The cases that customers go through, how often of a hundred, and what a case brings in.
CREATE TEMP TABLE story (name text, upto float8, value float8, steps touchpoint[]);

INSERT INTO story VALUES
    ('account in the hall', 0.18,   40, '{open:hall/取号机, open:hall/等候区, open:hall/柜台, use:app/first login, use:sms/welcome}'),
    ('account on the web',  0.34,   40, '{research:web/account page, open:web/application form, open:web/video identification, use:app/first login, use:sms/welcome}'),
    ('everyday app',        0.58,    3, '{use:app/余额查询, use:app/transfer, use:sms/spending alert, use:app/card payment}'),
    ('everyday web',        0.67,    2, '{use:web/transfer, use:sms/spending alert}'),
    ('blocked card',        0.79,    0, '{use:app/card payment, help:call centre/menu, help:call centre/agent, help:sms/case closed}'),
    ('complaint',           0.87,  -15, '{use:web/transfer, help:call centre/menu, help:call centre/agent, help:hall/等候区, help:hall/投诉处理, help:sms/apology}'),
    ('offer',               0.93,    6, '{use:sms/理财推荐, use:app/余额查询}'),
    ('mortgage',            1.00,  900, '{research:web/mortgage calculator, research:call centre/callback, buy:hall/等候区, buy:hall/理财室, use:sms/welcome}');

-- Chance in [0, 1), a pure function of what it is asked for: random() differs between releases.
CREATE FUNCTION pg_temp.chance(VARIADIC what text[]) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN ('x' || left(md5(array_to_string(what, '/')), 8))::bit(32)::bigint / 4294967296.0;

CREATE TABLE contacts AS
WITH visit AS (         -- one to four cases a customer, each a story; some break off, or nobody follows up
    SELECT c AS customer, v AS visit,
           pg_temp.chance(c::text, v::text, 'story') AS pick,
           CASE WHEN pg_temp.chance(c::text, v::text, 'cut') < 0.12 THEN 2
                WHEN pg_temp.chance(c::text, v::text, 'cut') < 0.45 THEN 1 ELSE 0 END AS cut,
           timestamptz '2025-01-06 09:00+08'
               + floor(pg_temp.chance(c::text, 'since') * 80 + (v - 1) * 85
                       + pg_temp.chance(c::text, v::text, 'day') * 25) * interval '1 day'
               + floor(pg_temp.chance(c::text, v::text, 'minute') * 360) * interval '1 minute' AS began
      FROM generate_series(1, 3000) AS c,
           generate_series(1, 1 + floor(pg_temp.chance(c::text, 'visits') * 4)::int) AS v
), step AS (
    SELECT customer, visit, step, touchpoint, began, CASE WHEN cut < 2 THEN story.value END AS value,
           greatest(1, cardinality(steps) - cut) AS steps,
           pg_temp.chance(customer::text, 'mood') - 0.5 AS mood,
           customer::text || '/' || visit::text || '/' || step::text AS key
      FROM visit
      JOIN LATERAL (SELECT * FROM story WHERE pick < upto ORDER BY upto LIMIT 1) AS story ON true,
           unnest(steps) WITH ORDINALITY AS s (touchpoint, step)
     WHERE step <= greatest(1, cardinality(steps) - cut)
), spaced AS (          -- long pauses are of whole days, give or take an hour: nobody banks at night
    SELECT step.*, quality, expected, asked, minutes, cost,
           CASE WHEN pause < 20 THEN pause * (0.5 + pg_temp.chance(key, 'pause'))
                ELSE 24 * greatest(1, round(pause * (0.5 + pg_temp.chance(key, 'pause')) / 24))
                     + 2 * pg_temp.chance(key, 'drift') - 1 END AS pause
      FROM step
      JOIN place USING (touchpoint)
), timed AS (
    SELECT *,
           date_trunc('second', began + interval '1 hour' * coalesce(
               sum(pause) OVER (PARTITION BY customer, visit ORDER BY step
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS occurred_at
      FROM spaced
), lived AS (           -- noon is crowded: where people wait, they wait twice as long and mind it
    SELECT *, CASE WHEN label(touchpoint) = '等候区'
                    AND extract(hour FROM occurred_at AT TIME ZONE 'Asia/Shanghai') BETWEEN 11 AND 13
                   THEN 1 ELSE 0 END AS crowd
      FROM timed
)
SELECT row_number() OVER (ORDER BY customer, visit, step) AS id,
       'C' || lpad(customer::text, 4, '0') AS customer_id,
       touchpoint, occurred_at,
       CASE WHEN pg_temp.chance(key, 'asked') < asked
            THEN greatest(1, least(5, round((quality + mood * 1.2 - crowd
                     + (pg_temp.chance(key, 'a') + pg_temp.chance(key, 'b') - 1) * 2.2)::numeric)))::float8 END AS score,
       CASE WHEN pg_temp.chance(key, 'told') < 0.6
            THEN greatest(1, least(5, round((expected
                     + (pg_temp.chance(key, 'e') - 0.5) * 1.6)::numeric)))::float8 END AS expected,
       round((cost * (1 + crowd))::numeric, 2)::float8 AS cost,
       greatest(10, round(60 * minutes * (1 + crowd) * (0.4 + 1.2 * pg_temp.chance(key, 'minutes')))) * interval '1 second' AS duration,
       CASE WHEN step = steps THEN round((value * (0.6 + 0.8 * pg_temp.chance(key, 'value')))::numeric, 2)::float8 END AS value,
       NULL::text AS initiator, NULL::jsonb AS properties
  FROM lived
 ORDER BY customer, visit, step;

DROP FUNCTION pg_temp.chance(text[]);
DROP TABLE place, story;

ALTER TABLE contacts ADD PRIMARY KEY (id);
ANALYZE contacts;
