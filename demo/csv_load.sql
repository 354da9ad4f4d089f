-- The user's contacts, every line of which has been found good.

CREATE TABLE contacts AS
SELECT line AS id, line_id(l.id) AS given_id, customer_id, line_touchpoint(l, form) AS touchpoint,
       line_time(occurred_at) AS occurred_at, line_number(score, form.mark) AS score,
       line_number(expected, form.mark) AS expected, line_number(cost, form.mark) AS cost,
       duration::interval, line_number(value, form.mark) AS value,
       line_initiator(initiator) AS initiator, properties
  FROM line_given AS l, line_form AS form;

-- A zone is an offset, a Z or a name after the time of day; numbers of seconds are UTC.
SELECT format('%s of %s times have no zone; they are read as UTC.', count(*), max(all_lines)) AS text,
       count(*) > 0 AS any
  FROM line_given, (SELECT count(*) AS all_lines FROM line_given) AS n
 WHERE regexp_replace(occurred_at, '[ap]\.?m\.?', '', 'i') !~* '\d:\d\d.*([+-]\d|[a-z])' AND NOT line_is_epoch(occurred_at) \gset zoneless_
\if :zoneless_any
\echo :zoneless_text
\endif

SELECT format('%s numbers are "%s" or the like and are read as unknown.', count(*), min(btrim(v))) AS text, count(*) > 0 AS any
  FROM line_amounts WHERE btrim(v) <> '' AND line_known(v) IS NULL \gset unknown_
\if :unknown_any
\echo :unknown_text
\endif

-- The file's own ids, where they are keys: one contact each, or lines that are equal.
SELECT count(given_id) > 0 AS given,
       count(given_id) = count(*) AND NOT EXISTS (
           SELECT FROM contacts GROUP BY customer_id, given_id HAVING count(DISTINCT (touchpoint, occurred_at)) > 1) AS keys
  FROM contacts \gset ids_
\if :ids_given
\if :ids_keys
WITH again AS (DELETE FROM contacts AS c USING contacts AS d WHERE c.customer_id = d.customer_id AND c.given_id = d.given_id AND c.id > d.id RETURNING c.id)
SELECT count(*) AS n FROM again \gset again_
SELECT format('%s lines repeat an id of the same customer and are left out.', :again_n) AS text, :again_n > 0 AS any \gset again_
\if :again_any
\echo :again_text
\endif
\else
\echo 'The column of ids is no key of the contacts, since one id has different times or touchpoints; the order of lines is used instead.'
\endif
\endif
ALTER TABLE contacts DROP given_id;

SELECT format('%s contacts have the time of another of the same customer; the order of lines decides which came first.', count(*)) AS text, count(*) > 0 AS any
  FROM (SELECT count(*) OVER (PARTITION BY customer_id, occurred_at) AS n FROM contacts) AS c WHERE n > 1 \gset tied_
\if :tied_any
\echo :tied_text
\endif
SELECT format('%s contacts are of 1970 or before, %s of more than a year ahead: are these times?', count(*) FILTER (WHERE occurred_at < '1971-01-01Z'), count(*) FILTER (WHERE occurred_at > now() + interval '1 year')) AS text,
       count(*) > 0 AS any
  FROM contacts WHERE occurred_at < '1971-01-01Z' OR occurred_at > now() + interval '1 year' \gset odd_
\if :odd_any
\echo :odd_text
\endif

-- Logs of processes have a line where a step begins and one where it ends.
SELECT format('"%s" has start and complete: a step that begins and ends is two contacts here. Leave one of the two lines out where it should be one.', min(k)) AS text, count(*) > 0 AS any
  FROM (SELECT k FROM contacts, jsonb_each_text(properties) AS p (k, v)
         WHERE lower(v) IN ('start', 'complete') GROUP BY k HAVING count(DISTINCT lower(v)) = 2) AS both_of \gset twice_
\if :twice_any
\echo :twice_text
\endif

DROP FUNCTION line_fault, line_touchpoint, line_initiator, line_id, line_word, line_time, line_number;
DROP VIEW line_given, line_rest, line_amounts;
DROP FUNCTION line_property, line_is_number, line_amount, line_known, line_is_epoch, line_is_digits;
DROP TABLE line_text, line_error, line_form, line_numeric;

ALTER TABLE contacts ADD PRIMARY KEY (id);
ANALYZE contacts;
