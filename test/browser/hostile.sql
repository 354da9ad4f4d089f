-- 10,000 pictures and tables of random journeys and rows whose labels are what breaks XML, one document of them all.
\pset tuples_only on
\pset format unaligned
SET datestyle = 'ISO';
SELECT '<all>';
WITH nasty (word) AS (
	SELECT ARRAY['<script>alert(1)</script>', ']]>', '&#0;', '&amp;', '"''`', repeat('接', 85), '👩‍👩‍👧‍👦', U&'\202Eabc\202C', U&'\2066\2069',
				 'قناة', 'מסלול', U&'\FFFE', U&'\FEFF', U&'\0001\001F', E'\n\t', '-->', '<!--', '<![CDATA[', '</svg>', '<?x?>', 'e' || repeat(U&'\0301', 60),
				 repeat('W', 255), '%s%n', '\', U&'\+10FFFF', 'plain']
), draw (n, h) AS (
	SELECT n, ARRAY(SELECT abs(hashint8extended(n, k) % 1000003)::int FROM generate_series(1, 40) AS k) FROM generate_series(1, 10000) AS n
), label AS (
	SELECT n, h, ARRAY(SELECT left(word[1 + h[k] % cardinality(word)] || word[1 + h[k + 1] % cardinality(word)], 80) FROM generate_series(1, 12) AS k) AS l
	FROM draw, nasty
), names AS (
	SELECT *, ARRAY(SELECT regexp_replace(left(x, 60), '[\x01-\x1f\x7f]', '', 'g') FROM unnest(l) AS x) AS t FROM label
), row AS (
	SELECT n, h, l, h[1] % 12 AS contacts,
		   (SELECT coalesce(journey_agg(touchpoint('c' || t[1 + h[k] % 12], t[1 + h[k + 2] % 12] || k, CASE WHEN h[k] % 3 > 0 THEN 's' || t[1 + h[k + 1] % 12] END),
				   timestamptz '2026-01-01' + (h[k] % 900000) * interval '1 minute', CASE WHEN h[k] % 4 > 0 THEN (h[k] % 7 - 2)::float8 END, CASE WHEN h[k] % 5 = 0 THEN 3::float8 END), '{}')
			FROM generate_series(1, h[1] % 12) AS k) AS j
	FROM names
)
SELECT CASE n % 11
		WHEN 0 THEN journey_svg(j, CASE WHEN h[9] % 2 = 0 THEN 3 END, 320 + h[8] % 1400)
		WHEN 1 THEN (SELECT journey_map_svg(coalesce(journey_map_agg(x, (ARRAY['touchpoint', 'channel', 'stage', 'label'])[1 + h[9] % 4], 3), '{}'), 3, 320 + h[8] % 1400) FROM (VALUES (j)) AS v (x))
		WHEN 2 THEN (SELECT flow_svg(flow_agg(x, (ARRAY['touchpoint', 'channel', 'label'])[1 + h[9] % 3]), 1 + h[7] % 100, 320 + h[8] % 1400) FROM (VALUES (j)) AS v (x))
		WHEN 3 THEN (SELECT sankey_svg(coalesce(level_flow_agg(x, 'touchpoint', 1 + h[9] % 8, NULL, 1 + h[7] % 30), '{}'), 320 + h[8] % 1400, 200 + h[6] % 900) FROM (VALUES (j)) AS v (x))
		WHEN 4 THEN quadrant_svg(l, ARRAY(SELECT (h[k] % 100)::float8 FROM generate_series(1, 12) k), ARRAY(SELECT (h[k + 9] % 10)::float8 FROM generate_series(1, 12) k), 320 + h[8] % 1400)
		WHEN 5 THEN frontier_svg(l, ARRAY(SELECT (h[k] % 100)::float8 FROM generate_series(1, 12) k), ARRAY(SELECT (h[k + 9] % 10)::float8 FROM generate_series(1, 12) k), 320 + h[8] % 1400)
		WHEN 6 THEN control_svg(l, ARRAY(SELECT (h[k] % 100)::float8 FROM generate_series(1, 12) k), 320 + h[8] % 1400)
		WHEN 7 THEN retention_svg(ARRAY(SELECT ROW(timestamptz '2026-01-01' + k * interval '1 week', h[k] % 9, 9, h[k + 1] % 10, (h[k + 1] % 10) / 9.0, 0, 1, true)::touchpoint_retention FROM generate_series(1, 12) AS k), 320 + h[8] % 1400)
		WHEN 8 THEN journey_svg(j, -1, 320 + h[8] % 300)
		WHEN 9 THEN html_table(format('SELECT %L AS %I, %L AS b', l[1], left('c' || l[2], 20), l[3]))
		ELSE (SELECT funnel_svg(coalesce(funnel_agg(x, '{*,*,*}', '30 days'), '{}'), 320 + h[8] % 1400) FROM (VALUES (j)) AS v (x))
	   END
FROM row ORDER BY n;
SELECT '</all>';
