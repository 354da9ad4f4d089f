SET search_path = public, tp;

-- Text form: [stage:][channel/]label
SELECT input, input::touchpoint AS output, channel(input::touchpoint), label(input::touchpoint), stage(input::touchpoint)
FROM (VALUES ('web/checkout'), ('use:app/push notification'), ('办理:营业厅/等候区'), ('billboard'), ('buy:shop'),
    ('"web"/"checkout"'), ('"a:b"/"c/d"'), ('"a,b"'), ('"a@b"'), ('"say \"hi\""'), ('"back\\slash"'), ('"{x}"'), ('"*"'),
    ('" lead"'), ('"trail "'), (' web / check out '), (E'\t web \n/\r checkout \x0b'), ('Web/Checkout'), ('é/ñ'),
    ('a=b'), ('a;b|c'), ('"a"/b'), ('"s t" : "c h" / "l b"'), ('a-b_c.d!e?f%g&h(i)[j]<k>'), (E'\u00a0nbsp\u00a0')) v(input);
-- what is written reads back as the same value
SELECT count(*) AS lossy
FROM (VALUES ('web/checkout'), ('"a:b"/"c/d"'), ('"\"":"\\"/"\\\""'), ('" "'), ('" x ":"y "/" z"'), ('"*":"{"/"}"')) v(input)
WHERE input::touchpoint::text::touchpoint <> input::touchpoint OR touchpoint(channel(input::touchpoint),
    label(input::touchpoint), stage(input::touchpoint)) <> input::touchpoint;

-- Constructors take raw parts: nothing to quote, nothing trimmed
SELECT touchpoint('web', 'checkout'), touchpoint(NULL, 'billboard'), touchpoint('a/b', 'c:d', 'e"f\g'), touchpoint(' ', ' x '),
    touchpoint('app', 'push', 'use'), touchpoint(NULL, 'push', 'use'), touchpoint('app', 'push', NULL) = 'app/push' AS same;
SELECT touchpoint('web', NULL) IS NULL AS two, touchpoint('web', NULL, 'use') IS NULL AS three,
    touchpoint(label => 'l', channel => 'c', stage => 's') AS named;
SELECT touchpoint(channel(t), label(t), stage(t)) = t AS same FROM (SELECT touchpoint('*', '"', '\')) x(t);
-- 255 bytes a part, in bytes and not in characters
SELECT length(label(touchpoint(NULL, repeat('x', 255)))) AS bytes, length(label(repeat('é', 127)::touchpoint)) AS characters;
SELECT octet_length(touchpoint(repeat('"', 255), repeat('\', 255), repeat(' ', 255))::text) AS escaped,
    touchpoint(repeat('"', 255), repeat('\', 255), repeat(' ', 255))::text::touchpoint
        = touchpoint(repeat('"', 255), repeat('\', 255), repeat(' ', 255)) AS same;
-- spaces around a part do not count
SELECT (repeat(' ', 300) || 'web' || repeat(' ', 300) || '/' || repeat(' ', 300) || 'x' || repeat(' ', 300))::touchpoint;

-- Malformed text: 22P02, past a limit 54000
SELECT input, state, detail
FROM (VALUES (''), (' '), ('/label'), ('channel/'), ('stage:'), (':label'), ('stage:channel/'), ('a/b/c'), ('a:b:c'), ('a/b:c'),
    ('""'), ('""/x'), ('"open'), ('"open\"'), ('"bad\escape"'), ('a"b"'), ('"a"b'), ('"a"é'), ('a,b'), ('a@b'), ('a{'), ('a}'), ('a*'), ('*'),
    ('a\b'), (E'a\x01b'), (E'"a\x7f"'), (E'a\nb'), (E'"a\tb"')) v(input), failure('touchpoint', input);
SELECT left(input, 10) AS input, length(input), state, left(message, 40) AS message, detail
FROM (VALUES (repeat('x', 256)), (repeat('x', 10000000)), (repeat('{', 10000000)), (repeat('é', 128)), ('"' || repeat('\\', 256) || '"'),
    (repeat('c', 256) || '/x'), (repeat('s', 256) || ':x'), ('a' || repeat(' ', 254) || 'b')) v(input), failure('touchpoint', input);
SELECT 'web/check/out'::touchpoint;
SELECT E'web/check\nout'::touchpoint;
SELECT repeat('x', 256)::touchpoint;
-- invalid bytes never get as far
\set VERBOSITY sqlstate
SELECT convert_from('\x7765622fff', 'UTF8')::touchpoint;
SELECT E'web/\xe4\xbd'::touchpoint;
-- raw parts: 22023, past a limit 54000
SELECT touchpoint('', 'x');
SELECT touchpoint('x', '');
SELECT touchpoint('x', 'y', '');
SELECT touchpoint('x', E'y\n');
SELECT touchpoint(E'\x01', 'y');
SELECT touchpoint('x', 'y', E'\x7f');
SELECT touchpoint('x', repeat('y', 256));
SELECT touchpoint(repeat('é', 128), 'y');
\set VERBOSITY default
SELECT touchpoint('', 'x');
SELECT touchpoint('web', E'a\tb');
SELECT touchpoint(NULL, repeat('é', 128));

-- Order: bytewise on (channel, label, stage), absent first
CREATE TEMP TABLE t AS
SELECT row_number() OVER () AS n, v::touchpoint AS t
FROM unnest(ARRAY['a', 'b', 'B', 'é', 's:a', 'a/a', 'a/b', 'aa/a', 'b/a', 's:a/a', 't:a/a', '"a/a"', '"a "/a', 'Z/z', '中/文', 'z/中']) v;
SELECT t FROM t ORDER BY t;
-- against SQL's own bytewise order of the parts
SELECT count(*) AS pairs, count(*) FILTER (WHERE touchpoint_cmp(x.t, y.t) <> sign(touchpoint_cmp(x.t, y.t))
    OR (touchpoint_cmp(x.t, y.t) < 0) <> (k.x < k.y) OR (touchpoint_cmp(x.t, y.t) = 0) <> (k.x = k.y)
    OR (x.t < y.t) <> (k.x < k.y) OR (x.t <= y.t) <> (k.x <= k.y) OR (x.t = y.t) <> (k.x = k.y)
    OR (x.t <> y.t) <> (k.x <> k.y) OR (x.t >= y.t) <> (k.x >= k.y) OR (x.t > y.t) <> (k.x > k.y)) AS wrong
FROM t x, t y, LATERAL (SELECT
    ROW(coalesce(channel(x.t), '') COLLATE "C", label(x.t) COLLATE "C", coalesce(stage(x.t), '') COLLATE "C") AS x,
    ROW(coalesce(channel(y.t), '') COLLATE "C", label(y.t) COLLATE "C", coalesce(stage(y.t), '') COLLATE "C") AS y) k;
SELECT count(*) FILTER (WHERE touchpoint_hash(x.t) = touchpoint_hash(y.t)) AS hash,
    count(*) FILTER (WHERE touchpoint_hash_extended(x.t, 7) = touchpoint_hash_extended(y.t, 7)) AS extended,
    count(*) FILTER (WHERE touchpoint_hash_extended(x.t, 7) = touchpoint_hash_extended(y.t, 8)) AS other_seed,
    count(*) FILTER (WHERE touchpoint_hash(x.t) = touchpoint_hash_extended(x.t, 0)::bit(32)::int) AS low_bits
FROM t x JOIN t y ON x.t::text = y.t::text;

-- Operator classes: sort, hash, merge join and indexes agree
INSERT INTO t SELECT n + 100, t FROM t;
ANALYZE t;
SELECT count(DISTINCT t), count(*), min(label(t)) FROM t;
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT count(*) AS merge FROM t x JOIN t y USING (t);
RESET enable_hashjoin; SET enable_mergejoin = off;
SELECT count(*) AS hash FROM t x JOIN t y USING (t);
RESET enable_nestloop; RESET enable_mergejoin;
CREATE INDEX ON t USING btree (t);
CREATE INDEX ON t USING hash (t);
SET enable_seqscan = off;
SELECT n FROM t WHERE t = 's:a/a' ORDER BY n;
SELECT count(*) FROM t WHERE t >= 'a/a' AND t < 'b/a';
RESET enable_seqscan;
SELECT t, count(*) FROM t WHERE t = ANY (ARRAY['a/a', 'b', '"a/a"']::touchpoint[]) GROUP BY t ORDER BY t;
CREATE TEMP TABLE p (t touchpoint) PARTITION BY HASH (t);
CREATE TEMP TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TEMP TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO p SELECT t FROM t;
SELECT count(*) FROM p WHERE t = 'a/b';

-- Globs: parts left out are unconstrained, * in a part is any run and needs the part to be there
SELECT glob, array_agg(t::touchpoint ORDER BY t::touchpoint) FILTER (WHERE t::touchpoint ~ glob) AS matches
FROM unnest(ARRAY['checkout', 'web/checkout', 'web/check', 'use:web/checkout', 'use:push', 'use:app/push notification', '办理:营业厅/等候区',
        '"web*"/"a*b"', 'web/"x/y"']) t,
    (VALUES (1, 'checkout'), (2, 'web/checkout'), (3, 'web/*'), (4, '*/checkout'), (5, 'use:*'), (6, 'use:web/*'), (7, '*:*/*'), (8, '*:*'), (9, '*'),
    (10, '*/*check*'), (11, 'web/check'), (12, '*/c*k*t'), (13, '*/**check**'), (14, 'Web/*'), (15, '营*/*候*'), (16, '"web*"/"a*b"'), (17, '"web*"/*'), (18, 'web*/*'),
    (19, '*/"x/"*'), (20, ' web / * '), (21, 'nothing'), (22, '*/push*'), (23, '* */*'), (24, '*/push" "n*')) g(n, glob)
GROUP BY n, glob ORDER BY n;
-- as LIKE says, on labels
SELECT count(*) AS wrong
FROM unnest('{a,ab,ba,aba,abab,abc,aabb,bab,cab}'::text[]) l, unnest('{a,*a,a*,*a*,a*b,*ab,ab*,a*a,*b*b*,a*b*a,**,*aab*}'::text[]) g
WHERE (touchpoint(NULL, l) ~ g) <> (l LIKE replace(g, '*', '%'));
SELECT ('web/' || repeat('a', 255))::touchpoint ~ ('*/' || repeat('*a', 255) || '*') AS yes,
    ('web/' || repeat('a', 255))::touchpoint ~ ('*/' || repeat('*a', 254) || '*b') AS no;
SELECT left(input, 10) AS input, state, detail
FROM (VALUES (''), ('/x'), ('x/'), ('a/b/c'), ('a:b:c'), ('"open'), ('a@b'), ('a,b'), ('a{'), ('a}'), ('"a\b"'), (E'a\nb'), (repeat('x', 256))) v(input),
    failure(format('SELECT %L::touchpoint ~ %L', 'web/x', input));
SELECT 'web/x'::touchpoint ~ 'web/x/y';
SELECT NULL::touchpoint ~ 'x' AS a, 'x'::touchpoint ~ NULL AS b;
-- a glob that changes from row to row
SELECT array_agg('web/x'::touchpoint ~ g ORDER BY n) FROM unnest('{web/*,app/*,web/*,x,y,*/x}'::text[]) WITH ORDINALITY v(g, n);

-- jsonb
SELECT jsonb('use:app/"a,b"'::touchpoint), 'web/营业厅'::touchpoint::jsonb, '"use:app/\"a,b\""'::jsonb::touchpoint, touchpoint('"web/x"'::jsonb);
SELECT input, state, message, hint
FROM (VALUES ('1'), ('null'), ('{}'), ('[]'), ('["web/x"]'), ('{"touchpoint": "web/x"}'), ('true')) v(input),
    failure(format('SELECT %L::jsonb::touchpoint', input));
SELECT '"web/x/y"'::jsonb::touchpoint;

-- Arrays, NULL, casts by I/O only
SELECT '{web/a,"use:app/b c",NULL}'::touchpoint[], ('web/' || 'x')::touchpoint, 'web/x'::varchar(20)::touchpoint, touchpoint('web', 'x')::text;
SELECT channel(NULL), label(NULL), stage(NULL::touchpoint), jsonb(NULL::touchpoint), touchpoint(NULL::jsonb);
SELECT castcontext, count(*) FROM pg_cast WHERE 'touchpoint'::regtype IN (castsource, casttarget) GROUP BY 1;

-- Binary: version 1, flags 0, three lengths of 2 bytes, UTF-8
SELECT touchpoint_send('web/é'), touchpoint_send('s:x');

-- The same without the schema on the search_path
SET search_path = public;
SELECT tp.touchpoint('web', 'x'), tp.touchpoint('web', 'x', 's'), 'web/x'::tp.touchpoint OPERATOR(tp.~) 'web/*' AS glob,
    tp.channel('c/l'::tp.touchpoint), tp.label('c/l'::tp.touchpoint), tp.stage('s:l'::tp.touchpoint),
    'a'::tp.touchpoint OPERATOR(tp.=) 'a' AS eq, 'a'::tp.touchpoint OPERATOR(tp.<>) 'a' AS ne, 'a'::tp.touchpoint OPERATOR(tp.<) 'b' AS lt,
    'a'::tp.touchpoint OPERATOR(tp.<=) 'b' AS le, 'a'::tp.touchpoint OPERATOR(tp.>) 'b' AS gt, 'a'::tp.touchpoint OPERATOR(tp.>=) 'b' AS ge,
    tp.jsonb('a'::tp.touchpoint), '"a"'::jsonb::tp.touchpoint;
SELECT count(DISTINCT t) FROM t;
SELECT t FROM t WHERE n < 4 ORDER BY t;
