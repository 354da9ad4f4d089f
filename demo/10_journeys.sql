-- One journey a customer, and what there is.

CREATE TABLE journeys AS
SELECT customer_id,
       journey_agg(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id, properties) AS journey
  FROM contacts
 GROUP BY customer_id;

ALTER TABLE journeys ADD PRIMARY KEY (customer_id);
ANALYZE journeys;

SELECT format('%s customers, %s contacts at %s touchpoints in %s, from %s to %s.',
              to_char(count(DISTINCT customer_id), 'FM999,999,999'), to_char(count(*), 'FM999,999,999'),
              count(DISTINCT touchpoint),
              CASE count(DISTINCT channel(touchpoint)) WHEN 0 THEN 'no named channel' WHEN 1 THEN 'one channel'
              ELSE count(DISTINCT channel(touchpoint)) || ' channels' END,
              min(occurred_at)::date, max(occurred_at)::date) AS what,
       format('%s %% of the contacts have a score, from %s to %s.',
              round(100.0 * count(score) / count(*)), min(score), max(score)) AS scores
  FROM contacts \gset intro_

\echo
\if :bank
\echo 'WHAT THE CUSTOMERS OF A RETAIL BANK REMEMBER (invented, the same on every machine)'
\else
\echo 'WHAT YOUR CUSTOMERS REMEMBER'
\endif
\echo
\echo :intro_what
\if :scored
\echo :intro_scores :neutral 'is neither good nor bad':guess'.'
\else
\echo 'No contact has a score, so nothing can be said about memory.'
\endif
\echo 'A range is a 95 % interval, over customers; what stands in an order need not differ. A sentence calls a difference one only'
\echo 'where chance alone makes as much in fewer than one of a thousand.'
\if :bank
\echo 'Labels as the bank writes them: 取号机 ticket machine, 等候区 waiting area, 柜台 counter, 理财室 advisers,'
\echo '投诉处理 complaints desk, 余额查询 balance, 理财推荐 investment offer.'
\endif

\echo
\echo 'A journey is one value. This is one, contact by contact:'
SELECT c.position AS "no", c.touchpoint, to_char(c.occurred_at, 'YYYY-MM-DD HH24:MI') AS "at (UTC)",
       c.score, c.expected, c.gap, c.duration, c.cost
  FROM (SELECT journey FROM journeys
         ORDER BY contact_count(journey) > 9, contact_count(journey) DESC, customer_id LIMIT 1) AS one,
       contacts(journey) AS c
 ORDER BY c.position
 LIMIT 9;
