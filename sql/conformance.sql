SET search_path = public, tp;

-- The journey of a word: a contact a letter.
CREATE FUNCTION pg_temp.word(w text) RETURNS journey LANGUAGE sql AS $$
SELECT tp.journey(coalesce(array_agg(tp.touchpoint(NULL, letter) ORDER BY n), '{}')) FROM regexp_split_to_table(nullif(w, ''), '') WITH ORDINALITY AS s(letter, n)
$$;

-- Levenshtein, printed: hello/world 4, function/funtcion 2; and what is known of kitten/sitting, LCS 4
SELECT a, b, edit_distance(x, y), lcs_length(x, y), round(similarity(x, y)::numeric, 6) AS similarity
  FROM (VALUES ('hello', 'world'), ('function', 'funtcion'), ('kitten', 'sitting'), ('', 'abc'), ('abc', ''), ('', ''), ('same', 'same')) v (a, b),
       LATERAL (SELECT pg_temp.word(a) AS x, pg_temp.word(b) AS y) AS w;

-- LCS distances of TraMineR: from the first 0 1 2 3 3, from the second 0 1 2 2, from the third 0 1 1, fourth to fifth 2
CREATE TABLE walk (id int, j journey);
INSERT INTO walk VALUES (1, journey('{S,U}'::touchpoint[])), (2, journey('{S,U,M}'::touchpoint[])), (3, journey('{S,U,M,MC}'::touchpoint[])), (4, journey('{S,U,M,MC,SC}'::touchpoint[])), (5, journey('{U,M,MC}'::touchpoint[]));
SELECT a.id, array_agg(contact_count(a.j) + contact_count(b.j) - 2 * lcs_length(a.j, b.j) ORDER BY b.id) AS distances
  FROM walk a JOIN walk b ON b.id >= a.id GROUP BY a.id ORDER BY a.id;

-- By part; contacts without it are alike
SELECT part, edit_distance(a, b, part), lcs_length(a, b, part), similarity(a, b, part)
  FROM (VALUES (journey('{web/a,app/b,use:c}'::touchpoint[]), journey('{app/a,app/x,c}'::touchpoint[]))) v (a, b), unnest('{touchpoint,channel,label,stage}'::text[]) AS part;
SELECT edit_distance(NULL, j), lcs_length(j, NULL), similarity(NULL, NULL) FROM walk WHERE id = 1;
-- two of 10,000 contacts, each contact of the second a step behind: one goes at either end
SELECT edit_distance(a, b), lcs_length(a, b)
  FROM (SELECT journey(array_agg(touchpoint('c', 'l' || i * i % 1009)) FILTER (WHERE i <= 10000)) AS a,
               journey(array_agg(touchpoint('c', 'l' || i * i % 1009)) FILTER (WHERE i > 1)) AS b FROM generate_series(1, 10001) AS i) AS w;

-- Against a plan of globs: fitness 2 * met / (contacts + steps)
SELECT plan, (conformance(j, plan)).*
  FROM (SELECT journey('{web/search,web/cart,support/chat,web/cart,store/purchase}'::touchpoint[]) AS j) AS w,
       (VALUES ('{web/search,web/cart,*/purchase}'::text[]), ('{web/search,web/checkout,*/purchase,*/thanks}'), ('{*/purchase,web/cart}'),
               ('{web/*,web/*,web/*,web/*}'), ('{}'), ('{nowhere}')) v (plan);
SELECT (conformance('{}', '{}')).*;
SELECT (conformance('{}', '{a}')).*;
SELECT conformance(NULL, '{a}') IS NULL AS no_journey, conformance('{}', NULL) IS NULL AS no_plan;
-- of two contacts that could meet a step, the earlier does
SELECT (conformance(journey('{a,b,b}'::touchpoint[]), '{a,b}')).*;
-- more than 64 steps
SELECT c.fitness, c.missing, cardinality(c.unplanned) AS unplanned
  FROM (SELECT journey(array_agg(touchpoint('c', 'l' || i))) AS j, array_agg('c/l' || i) || '{c/x}' AS plan FROM generate_series(1, 200) AS i WHERE i <> 77) AS w,
       conformance(j || '{c/l1@2030-01-01T00:00:00Z}', plan[1:150] || '{c/l77}'::text[] || plan[151:]) AS c;

-- Rules
SELECT rule, a, b, array_agg(check_rule(pg_temp.word(w), rule, a, b) ORDER BY n) AS "ab ba aab abb aba c empty"
  FROM (VALUES ('absent', 'c', NULL), ('starts', 'a', NULL), ('ends', 'b', NULL), ('response', 'a', 'b'), ('precedence', 'a', 'b'),
               ('succession', 'a', 'b'), ('responded_existence', 'a', 'b')) r (rule, a, b),
       unnest('{ab,ba,aab,abb,aba,c,""}'::text[]) WITH ORDINALITY AS v (w, n)
 GROUP BY rule, a, b ORDER BY rule;
-- globs; a contact does not answer itself
SELECT check_rule(journey('{web/cart,store/purchase}'::touchpoint[]), 'response', 'web/*', '*/purchase') AS globs,
       check_rule(journey('{web/cart,web/cart}'::touchpoint[]), 'response', 'web/*', 'web/cart') AS itself,
       check_rule(journey('{web/cart}'::touchpoint[]), 'responded_existence', 'web/*', 'web/cart') AS there,
       check_rule(NULL, 'absent', 'web/*') AS no_journey;

-- Rework and self-loops: a b b a - - (no channel twice) against counts by hand
SELECT part, rework_count(j, part), self_loop_count(j, part)
  FROM (SELECT journey('{web/a,web/b,web/b,web/a,x,y}'::touchpoint[]) AS j) AS w, unnest('{touchpoint,channel,label,stage}'::text[]) AS part;
SELECT rework_count('{}'), self_loop_count('{}'), rework_count(NULL), self_loop_count(NULL);

-- What is refused
SELECT fails(q) FROM unnest(ARRAY[
    $q$SELECT edit_distance(j, j, 'color') FROM walk$q$,
    $q$SELECT edit_distance(j, j, NULL) FROM walk$q$,
    $q$SELECT lcs_length(j, j, NULL) FROM walk$q$,
    $q$SELECT similarity(j, j, NULL) FROM walk$q$,
    $q$SELECT conformance(j, '{a,NULL}') FROM walk$q$,
    $q$SELECT conformance(j, '{{a},{b}}') FROM walk$q$,
    $q$SELECT conformance(j, '{a/b/c}') FROM walk$q$,
    $q$SELECT check_rule(j, 'sometimes', 'a') FROM walk$q$,
    $q$SELECT check_rule(j, NULL, 'a') FROM walk$q$,
    $q$SELECT check_rule(j, 'absent', NULL) FROM walk$q$,
    $q$SELECT check_rule(j, 'absent', 'a', 'b') FROM walk$q$,
    $q$SELECT check_rule(j, 'response', 'a') FROM walk$q$,
    $q$SELECT check_rule(j, 'absent', '') FROM walk$q$,
    $q$SELECT rework_count(j, NULL) FROM walk$q$,
    $q$SELECT self_loop_count(j, 'color') FROM walk$q$
]) AS q;

-- With the extension's schema off the path
SET search_path = public;
SELECT tp.edit_distance(a.j, b.j), tp.lcs_length(a.j, b.j), tp.similarity(a.j, b.j), (tp.conformance(a.j, '{S,U,M}')).fitness,
       tp.check_rule(a.j, 'starts', 'S'), tp.rework_count(a.j), tp.self_loop_count(a.j)
  FROM walk a, walk b WHERE a.id = 1 AND b.id = 4;

DROP TABLE walk;
