-- The user's contacts, every line of which has been found good.

CREATE TABLE contacts AS
SELECT line AS id, customer_id, line_touchpoint(channel, touchpoint, yes) AS touchpoint,
       occurred_at::timestamptz, score::float8, expected::float8, cost::float8,
       duration::interval, value::float8
  FROM line_trimmed, has_channel_column;

-- A zone is an offset, a Z or a name after the time of day.
SELECT format('%s of %s times have no zone; they are read as UTC.', count(*), max(all_lines)) AS text,
       count(*) > 0 AS any
  FROM line_trimmed, (SELECT count(*) AS all_lines FROM line_trimmed) AS n
 WHERE occurred_at !~* '\d:\d\d.*([+-]\d|(?![ap]m)[a-z])' \gset zoneless_
\if :zoneless_any
\echo :zoneless_text
\endif

DROP FUNCTION line_fault(line_trimmed, boolean);
DROP FUNCTION line_touchpoint(text, text, boolean);
DROP VIEW has_channel_column, line_trimmed;
DROP TABLE line_text, line_error;

ALTER TABLE contacts ADD PRIMARY KEY (id);
ANALYZE contacts;
