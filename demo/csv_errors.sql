-- What is wrong with the file, the first twenty lines of it; nothing when all is well.

WITH fault AS (
    SELECT line, why FROM line_error
    UNION ALL
    SELECT line, line_fault(l, yes) FROM line_trimmed AS l, has_channel_column
    UNION ALL
    SELECT 1, 'no contact follows the header'
     WHERE NOT EXISTS (SELECT FROM line_text) AND NOT EXISTS (SELECT FROM line_error)
), numbered AS (
    SELECT line, why, row_number() OVER (ORDER BY line) AS n, count(*) OVER () AS faults
      FROM fault
     WHERE why IS NOT NULL
)
SELECT CASE WHEN n <= 20 THEN format('line %s: %s', line, why)
            ELSE format('... and %s lines more', faults - 20) END
  FROM numbered
 WHERE n <= 21
 ORDER BY n;
