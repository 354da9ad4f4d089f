-- How the file writes dates and decimals, where the command line does not say; a question where it cannot be found out.

-- 3/4/2026, 03.04.26 12:00 and 3-4-2026: the greatest first, second and last number; may the first be the year?
SELECT count(*) AS n, coalesce(max(d[1]::int), 0) AS first, coalesce(max(d[3]::int), 0) AS second, coalesce(max(d[4]::int), 0) AS third,
       coalesce(bool_or(length(d[4]) = 2), false) AS short, coalesce(bool_and(d[2] = '.'), false) AS points, coalesce(min(occurred_at), '') AS one
FROM line_given, regexp_match(occurred_at, '^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})\y') AS d WHERE d IS NOT NULL \gset dates_

SELECT count(*) FILTER (WHERE v ~ '^[+-]?\d[\d.]*,\d+$') AS commas,
       count(*) FILTER (WHERE v ~ '^[+-]?\d[\d.]*,(\d{1,2}|\d{4,})$') AS decimal_commas,
       count(*) FILTER (WHERE v ~ '^[+-]?\d[\d,]*\.\d+$') AS points,
       coalesce(min(v) FILTER (WHERE v ~ '^[+-]?\d[\d.]*,\d+$'), '') AS one
FROM line_given, unnest(ARRAY[score, expected, cost, value]) AS v \gset numbers_

UPDATE line_form SET
    dates = CASE WHEN dates <> '' THEN upper(dates) WHEN :dates_n = 0 THEN 'YMD'
                 WHEN :dates_first > 31 THEN 'YMD' WHEN :'dates_points'::boolean OR :dates_first > 12 AND (:dates_third > 31 OR NOT :'dates_short'::boolean) THEN 'DMY'
                 WHEN :dates_second > 12 THEN 'MDY' END,
    mark = CASE WHEN mark <> '' THEN mark WHEN :numbers_commas = 0 OR :numbers_points > 0 AND :numbers_decimal_commas = 0 THEN '.'
                   WHEN :numbers_decimal_commas > 0 AND :numbers_points = 0 OR separator = ';' THEN ',' END;

INSERT INTO line_numeric SELECT k FROM line_rest WHERE v <> '' GROUP BY k HAVING bool_and(line_is_number(v));

SELECT format(CASE WHEN :'dates_short'::boolean THEN 'occurred_at: is "%s" day, month or year first? Say --dates dmy, --dates mdy or --dates ymd.'
                   ELSE 'occurred_at: is "%s" day or month first? Say --dates dmy or --dates mdy.' END, :'dates_one') FROM line_form WHERE dates IS NULL
UNION ALL
SELECT format('numbers: is the comma of "%s" for decimals or thousands? Say --decimal , or --decimal .', :'numbers_one') FROM line_form WHERE mark IS NULL;
