-- How far do customers get, why do they stop, and who took a turn for the worse?

\if :bank
SELECT '{research:web/account page,open:web/application form,open:web/video identification,use:app/first login}' AS steps,
       '"call centre"/menu[score <= 2] -[<= 7 days]-> hall/等候区[score <= 2] => hall/投诉处理' AS pattern,
       'were let down by the menu, within a week by the wait in the hall, and went straight to complain' AS what \gset find_
\else
-- The three touchpoints that most customers pass through, in the order in which they mostly come. In a pattern
-- parts with blanks or signs are quoted; quoting all of them does no harm.
SELECT array_agg(touchpoint::text ORDER BY place)::text AS steps, count(*) = 3 AS three,
       format('%s -> %s', (array_agg(quoted ORDER BY place))[3], (array_agg(quoted ORDER BY place))[1]) AS pattern,
       format('came back from %s to %s', (array_agg(touchpoint ORDER BY place))[3], (array_agg(touchpoint ORDER BY place))[1]) AS what
  FROM (SELECT touchpoint, avg(place) AS place,
               concat('"' || regexp_replace(stage(touchpoint), '(["\\])', '\\\1', 'g') || '":',
                      '"' || regexp_replace(channel(touchpoint), '(["\\])', '\\\1', 'g') || '"/',
                      '"' || regexp_replace(label(touchpoint), '(["\\])', '\\\1', 'g') || '"') AS quoted
          FROM (SELECT customer_id, touchpoint, percent_rank() OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS place FROM contacts) AS placed
         GROUP BY touchpoint ORDER BY count(DISTINCT customer_id) DESC, touchpoint LIMIT 3) AS common \gset find_
\endif
\if :bank
\set find_three true
\set find_within '30 days'
\else
-- A month, or as long as it takes until nine of ten customers have no more contacts.
SELECT greatest(30, ceil(percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM last_at(journey) - first_at(journey)) / 86400))) || ' days' AS within
  FROM journeys WHERE contact_count(journey) > 1 \gset find_
\endif
\if :find_three

\echo 'HOW FAR THEY GET'
\echo

SELECT step, touchpoint, entered AS reached, percent(counted(entered, first_value(entered) OVER w)) AS "% of all who entered",
       percent_range(counted(entered, first_value(entered) OVER w)) AS "range",
       drop_off AS "went no further", to_char(median_time, 'FMDDD "d" HH24:MI') AS "median time from the step before"
  FROM (SELECT funnel_agg(journey, :'find_steps', :'find_within') AS f FROM journeys) AS all_of_them, unnest(f)
WINDOW w AS (ORDER BY step);

\echo 'And why they stopped,' :find_within 'from the first step:'
SELECT (:'find_steps'::text[])[reached] AS "last step", outcome, stop_reason AS because, count(*) AS customers,
       percent(counted(count(*), sum(count(*)) OVER ()::bigint)) AS "%", percent_range(counted(count(*), sum(count(*)) OVER ()::bigint)) AS "range"
  FROM (SELECT (funnel(journey, :'find_steps', :'find_within',
                       as_of => (SELECT max(occurred_at) FROM contacts))).* FROM journeys) AS f
 WHERE reached > 0
 GROUP BY reached, 1, 2, 3
 ORDER BY reached, customers DESC, 2, 3;

SELECT format('%s of %s customers (%s to %s %%) %s.', rate_count(r) * rate(r), rate_count(r), round(100 * rate_ci_low(r)::numeric, 1),
              round(100 * rate_ci_high(r)::numeric, 1), :'find_what') AS text, :'find_pattern'::journey_pattern AS asked
  FROM (SELECT rate_agg(journey ~ :'find_pattern'::journey_pattern) AS r FROM journeys) AS s \gset find_
\echo :find_text
\echo '  journey ~' :'find_asked'
\echo

\endif
