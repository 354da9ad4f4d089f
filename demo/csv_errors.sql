-- What is wrong with the file: the first twenty lines of it, and how many of each kind; nothing when all is well. With
-- :skip the faulty lines are taken out, and only the kinds are told.

CREATE TABLE line_faulty AS
SELECT line, why, regexp_replace(split_part(why, ': ', 1), '^has \d+ fields.*', 'fields') AS kind
FROM (SELECT line, why FROM line_error
      UNION ALL
      SELECT line, line_fault(l, form) FROM line_given AS l, line_form AS form
      UNION ALL
      SELECT 1, 'no contact follows the header'
       WHERE NOT EXISTS (SELECT FROM line_text) AND NOT EXISTS (SELECT FROM line_error)) AS fault
WHERE why IS NOT NULL;

SELECT CASE WHEN n <= 20 THEN format('line %s: %s', line, why)
            ELSE format('... and %s lines more', faults - 20) END
  FROM (SELECT line, why, row_number() OVER (ORDER BY line) AS n, count(*) OVER () AS faults FROM line_faulty) AS numbered
 WHERE n <= 21 AND NOT :skip
 ORDER BY n;

SELECT format('%s of %s lines %s: %s, such as line %s: %s', count(*),
              (SELECT count(*) FROM line_text) + (SELECT count(*) FROM line_error),
              CASE WHEN :skip THEN 'left out' ELSE 'faulty' END, kind, min(line), (array_agg(why ORDER BY line))[1])
  FROM line_faulty
 WHERE line > 1 AND (:skip OR (SELECT count(*) FROM line_faulty) > 20)
 GROUP BY kind ORDER BY count(*) DESC, kind;

DELETE FROM line_text WHERE :skip AND line IN (SELECT line FROM line_faulty);
DROP TABLE line_faulty;
