SET search_path = public, tp;

-- By hand: ppc on the 1st, order 100 on the 2nd, order 40 on the 3rd, seo on the 5th, order 10 on the 6th, mail on the 9th
CREATE TABLE buyer (id int, j journey);
INSERT INTO buyer VALUES
    (1, '{ppc/ad@2026-01-01T10:00:00Z, shop/order@2026-01-02T10:00:00Z value=100, shop/order@2026-01-03T10:00:00Z value=40, seo/visit@2026-01-05T10:00:00Z, shop/order@2026-01-06T10:00:00Z value=10, mail/news@2026-01-09T10:00:00Z}'),
    (2, '{ppc/ad@2026-02-01T10:00:00Z, seo/visit@2026-02-05T10:00:00Z}'),
    (3, '{}'), (4, NULL);

SELECT conversion, converted, converted_at AT TIME ZONE 'UTC' AS at, value, path(path, 'channel') FROM buyer, conversion_paths(j, 'shop/order') WHERE id = 1;
SELECT conversion, converted, converted_at AT TIME ZONE 'UTC' AS at, value, path(path, 'channel') FROM buyer, conversion_paths(j, 'shop/order', restart => true) WHERE id = 1;
-- one row a customer who met anybody
SELECT id, converted, variant(path, 'channel') FROM buyer, conversion_paths(j, 'shop/order') WHERE conversion = 1 ORDER BY id;

-- Last touch: ppc 2 / 140, seo 1 / 10, mail none; with restart ppc 1 / 100, (no contact) 1 / 40, seo 1 / 10
SELECT position, part, credit, conversion, value FROM buyer, attribution(j, 'last_touch', conversion => 'shop/order') WHERE id = 1;
SELECT position, part, credit, conversion, value FROM buyer, attribution(j, 'last_touch', conversion => 'shop/order', restart => true) WHERE id = 1;
SELECT u.* FROM unnest((SELECT attribution_agg(j, 'last_touch', 'channel', 'shop/order', NULL, NULL, false) FROM buyer)) AS u;
SELECT u.* FROM unnest((SELECT attribution_agg(j, 'last_touch', 'channel', 'shop/order', NULL, NULL, true) FROM buyer)) AS u;
SELECT u.* FROM unnest((SELECT shapley_attribution(j, 'channel', 'shop/order', NULL, false) FROM buyer)) AS u;
SELECT u.* FROM unnest((SELECT shapley_attribution(j, 'channel', 'shop/order', NULL, true) FROM buyer)) AS u;

-- Markov with restart: removal effects ppc .75, seo .5, mail 0; credit ppc 1.2 / 66, seo .8 / 44, (no contact) 1 / 40
CREATE TABLE flow AS SELECT flow_agg(j, 'channel', 'shop/order', NULL, true) AS f FROM buyer;
SELECT m.part, m.removal_effect, round(m.conversions::numeric, 12) AS conversions, round(m.value::numeric, 12) AS value FROM flow, markov_attribution(f) AS m;
SELECT t.source, t.target, t.count, round(t.probability::numeric, 3) AS probability, t.mean_time FROM flow, transitions(f) AS t;
SELECT state, round(p_conversion::numeric, 6) AS p FROM flow, absorption(f);
SELECT f, f::text::journey_flow = f AS text, jsonb(f)::journey_flow = f AS jsonb, jsonb(f) ->> 'no_contact' AS no_contact, f + f = (f::text::journey_flow + jsonb(f)::journey_flow) AS added FROM flow;
SELECT m.part, m.conversions, m.value FROM flow, markov_attribution(f + f) AS m WHERE m.part = '(no contact)';
-- by the last two contacts: the same credit for the way ppc > seo, which did not convert
SELECT flow_agg_k(j, 'channel', 2, 'shop/order', NULL, true) FROM buyer;

-- Lookback: ppc is 45 days back; to the instant, inclusive
SELECT position, part, credit, conversion, value
  FROM attribution('{ppc/ad@2026-01-01T00:00:00Z, seo/visit@2026-01-20T00:00:00Z, shop/order@2026-02-15T00:00:00Z}', 'linear', lookback => '30 days', conversion => 'shop/order');
SELECT position, part, credit FROM attribution('{ppc/ad@2026-01-01T00:00:00Z, seo/visit@2026-01-20T00:00:00Z, shop/order@2026-02-15T00:00:00Z}', 'linear', lookback => '45 days', conversion => 'shop/order');
SELECT conversion, path FROM conversion_paths('{ppc/ad@2026-01-01T00:00:00Z, seo/visit@2026-01-20T00:00:00Z, shop/order@2026-02-15T00:00:00Z}', 'shop/order', '44 days 23:59:59.999999');
-- what did not convert is cut back from its own last contact
SELECT conversion, converted, path FROM conversion_paths('{ppc/ad@2026-01-01T00:00:00Z, seo/visit@2026-01-20T00:00:00Z, mail/news@2026-02-15T00:00:00Z}', 'shop/order', '30 days');
-- the order and what follows it get nothing
SELECT position, part, credit, value FROM attribution('{shop/register@2022-06-08T10:00:00Z, shop/order@2022-07-01T10:00:00Z value=22410, google/visit@2026-08-06T10:00:00Z}', 'linear', 'touchpoint', conversion => 'shop/order');
-- a demo of three: ad, order 100, support twice; ad, post once. Nothing is lost without support.
SELECT m.part, m.removal_effect, m.conversions, m.value
  FROM (SELECT flow_agg(j, 'channel', 'shop/order', '30 days', false) AS f
          FROM (VALUES ('{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-02T00:00:00Z value=100, support/ticket@2026-01-03T00:00:00Z}'::journey),
                       ('{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-02T00:00:00Z value=100, support/ticket@2026-01-03T00:00:00Z}'),
                       ('{ad/x@2026-01-01T00:00:00Z, post/y@2026-01-02T00:00:00Z}')) AS v (j)) AS f, markov_attribution(f) AS m;

-- Ties: a contact at the same instant counts as before, unless ids put it behind; a negative one tells no order
SELECT name, variant(path) FROM (VALUES
    ('no ids', '{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-01T00:00:00Z, web/y@2026-01-01T00:00:00Z}'::journey),
    ('behind', '{ad/x@2026-01-01T00:00:00Z id=1, shop/order@2026-01-01T00:00:00Z id=2, web/y@2026-01-01T00:00:00Z id=3}'),
    ('negative', '{ad/x@2026-01-01T00:00:00Z id=-3, shop/order@2026-01-01T00:00:00Z id=-2, web/y@2026-01-01T00:00:00Z id=-1}'),
    ('one without', '{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-01T00:00:00Z id=2, web/y@2026-01-01T00:00:00Z id=3}'),
    ('order without', '{ad/x@2026-01-01T00:00:00Z id=1, shop/order@2026-01-01T00:00:00Z, web/y@2026-01-01T00:00:00Z id=3}')) AS v (name, j), conversion_paths(j, 'shop/order') WHERE converted;
-- conversions at one instant share one path, and value counts for each
SELECT conversion, value, variant(path) FROM conversion_paths('{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-02T00:00:00Z value=3, shop/order@2026-01-02T00:00:00Z value=4, web/y@2026-01-03T00:00:00Z, shop/order@2026-01-04T00:00:00Z value=5}', 'shop/order', restart => true);

-- Steps: conditions and alternatives; a refund counts unless the step says otherwise
SELECT part, credit, value FROM attribution('{ad/x@2026-01-01T00:00:00Z, web/y@2026-01-01T01:00:00Z, shop/order@2026-01-02T00:00:00Z value=-7}', 'last_touch', conversion => 'shop/order');
SELECT count(*) FROM attribution('{ad/x@2026-01-01T00:00:00Z, shop/order@2026-01-02T00:00:00Z value=-7}', 'linear', conversion => 'shop/order[value > 0]');
SELECT conversion, value, variant(path) FROM conversion_paths('{ad/x@2026-01-01T00:00:00Z, app/buy@2026-01-02T00:00:00Z value=1, shop/order@2026-01-03T00:00:00Z value=2}', 'shop/order | app/buy');
-- by a property of the contacts before
SELECT u.* FROM unnest((SELECT attribution_agg('{ad/x@2026-01-01T00:00:00Z properties={"campaign":"spring"}, ad/y@2026-01-02T00:00:00Z, shop/order@2026-01-03T00:00:00Z value=8 properties={"campaign":"till"}}'::journey, 'linear', 'properties.campaign', 'shop/order', NULL, NULL, false))) AS u;

-- Half-lives count back from the conversion: 14 and 7 days before are 1/3 and 2/3
SELECT part, round(credit::numeric, 12) AS credit FROM attribution('{a/x@2026-01-01T00:00:00Z, b/x@2026-01-08T00:00:00Z, shop/order@2026-01-15T00:00:00Z}', 'time_decay', conversion => 'shop/order', half_life => NULL);
SELECT round(u.conversions::numeric, 12) AS conversions FROM unnest((SELECT attribution_agg('{a/x@2026-01-01T00:00:00Z, b/x@2026-01-08T00:00:00Z, shop/order@2026-01-15T00:00:00Z}'::journey, 'time_decay', 'channel', 'shop/order', NULL, '14 days', false))) AS u;
-- years before they are shares still
SELECT part, credit FROM attribution('{a/x@1926-01-01T00:00:00Z, b/x@1926-01-01T00:00:01Z, shop/order@2026-01-15T00:00:00Z}', 'time_decay', conversion => 'shop/order', half_life => '1 s');

-- ends
SELECT array_agg(credit ORDER BY position) FROM attribution('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z, c@2026-01-03T00:00:00Z, d@2026-01-04T00:00:00Z}', 'position_based', ends => '{0.5,0.25}');
SELECT array_agg(credit ORDER BY position) FROM attribution('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z, shop/order@2026-01-03T00:00:00Z}', 'position_based', ends => '{0.6,0.2}', conversion => 'shop/*');
SELECT array_agg(credit ORDER BY position) FROM attribution('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z}', 'position_based', ends => '{0,0}');
SELECT array_agg(credit ORDER BY position) FROM attribution('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z, c@2026-01-03T00:00:00Z}', 'position_based', ends => '{0,0}');
SELECT array_agg(credit ORDER BY position) FROM attribution('{a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z}', 'position_based');

-- Direct in its spellings: the ad gets it
SELECT channel, part FROM unnest('{direct,Direct,(DIRECT),Direct Entry,NONE,(none),typed/bookmarked,directory}'::text[]) AS channel,
       attribution(journey(ARRAY[touchpoint('ad', 'x'), touchpoint(channel, 'site'), touchpoint('shop', 'order')]), 'last_non_direct', conversion => 'shop/order') WHERE credit = 1;
SELECT part, credit FROM attribution('{direct/a@2026-01-01T00:00:00Z, b@2026-01-02T00:00:00Z, shop/order@2026-01-03T00:00:00Z}', 'last_non_direct', conversion => 'shop/order');

-- Nothing matches, nothing is there: empty answers
SELECT conversion, converted, converted_at, value, path FROM conversion_paths('{a/b@2026-01-01T00:00:00Z}', 'no/such');
SELECT count(*) FROM conversion_paths('{}', '*');
SELECT count(*) FROM conversion_paths(NULL, '*');
SELECT conversion, path FROM conversion_paths('{a/b@2026-01-01T00:00:00Z}', '*');
SELECT count(*) FROM attribution('{a/b@2026-01-01T00:00:00Z}', 'linear', conversion => 'no/such');
SELECT attribution_agg(j, 'linear', 'channel', 'no/such', NULL, NULL, false) FROM buyer;
SELECT shapley_attribution(j, 'channel', 'no/such', NULL, false) FROM buyer;
SELECT m.* FROM (SELECT flow_agg(j, 'channel', 'no/such', NULL, false) AS f FROM buyer) AS f, markov_attribution(f) AS m;
SELECT m.* FROM (SELECT flow_agg('{shop/order@2026-01-01T00:00:00Z value=3}'::journey, 'channel', 'shop/order', NULL, false) AS f) AS f, markov_attribution(f) AS m;
SELECT flow_agg(j, 'channel', 'shop/order', NULL, false) FROM buyer WHERE id > 2;

-- Many journeys: sums are those of the rows, split paths give the same flow, and any plan the same bytes
CREATE TABLE many AS
SELECT i, (SELECT journey_agg(contact_record(touchpoint((ARRAY['ad', 'web', 'direct', 'mail', NULL])[1 + h % 5], CASE WHEN h % 7 = 0 THEN 'order' ELSE 'l' || h % 3 END),
                                             '2026-01-01'::timestamptz + (h / 7 % 40) * interval '1 day', value => CASE WHEN h % 3 > 0 THEN h % 11 END, id => CASE WHEN h % 2 = 0 THEN k END))
             FROM (SELECT k, hashint4(i * 64 + k) & 2147483647 AS h FROM generate_series(1, i % 17) AS k) AS s) AS j
  FROM generate_series(1, 2000) AS i;
ALTER TABLE many SET (parallel_workers = 2);
CREATE TABLE asked AS SELECT * FROM (VALUES (NULL::interval), ('0'), ('5 days'), ('2000 days')) AS l (lookback), (VALUES (false), (true)) AS r (restart);
SELECT model, count(*) AS parts, bool_and(abs(a.conversions - r.conversions) < 1e-9 AND abs(a.value - r.value) < 1e-9) AS same
  FROM asked, unnest('{first_touch,last_touch,linear,position_based,time_decay,last_non_direct}'::text[]) AS model,
       LATERAL (SELECT attribution_agg(j, model, 'channel', '*order[value > 0]', lookback, '3 days', restart) AS credits FROM many) AS s,
       LATERAL (SELECT c.part, sum(c.credit) AS conversions, coalesce(sum(c.value), 0) AS value FROM many, attribution(j, model, 'channel', '3 days', lookback, '*order[value > 0]', NULL, restart) AS c GROUP BY c.part HAVING sum(c.credit) > 0) AS r
  FULL JOIN LATERAL unnest(credits) AS a USING (part)
 GROUP BY model ORDER BY model;
SELECT bool_and(abs(a.conversions - b.conversions) < 1e-9 AND abs(a.value - b.value) < 1e-9) AS shapley
  FROM asked, LATERAL unnest((SELECT shapley_attribution(j, 'label', '*order[value > 0]', lookback, restart) FROM many)) AS a
  JOIN LATERAL unnest((SELECT shapley_attribution(path, 'label', 1, p.value) FROM many, conversion_paths(j, '*order[value > 0]', lookback, restart) AS p WHERE converted)) AS b USING (part);
SELECT bool_and(a.removal_effect = b.removal_effect AND abs(a.conversions - b.conversions) < 1e-9 AND abs(a.value - b.value) < 1e-9) AS markov, count(*)
  FROM asked, generate_series(1, 3) AS k,
       LATERAL (SELECT flow_agg_k(j, 'channel', k, '*order[value > 0]', lookback, restart) AS f FROM many) AS f,
       LATERAL (SELECT flow_agg_k(path, 'channel', k, converted::int, (NOT converted)::int, p.value) AS g FROM many, conversion_paths(j, '*order[value > 0]', lookback, restart) AS p) AS g,
       LATERAL markov_attribution(f) AS a JOIN LATERAL markov_attribution(g) AS b USING (part);
SELECT bool_and(conversions = (SELECT count(*) FROM many, contacts(j) AS c WHERE c.label = 'order' AND c.value > 0) AND
                value = (SELECT sum(c.value) FROM many, contacts(j) AS c WHERE c.label = 'order' AND c.value > 0)) AS all_there_were
  FROM asked, LATERAL (SELECT round(sum(conversions)::numeric, 6) AS conversions, round(sum(value)::numeric, 6) AS value
                         FROM markov_attribution((SELECT flow_agg(j, 'channel', '*order[value > 0]', lookback, restart) FROM many))) AS s;

SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS
SELECT attribution_agg(j, 'linear', 'channel', '*order', '5 days', NULL, false) AS a, shapley_attribution(j, 'label', '*order', NULL, true) AS s,
       flow_agg(j, 'channel', '*order', '5 days', false) AS f, flow_agg_k(j, 'label', 2, '*order', NULL, true) AS k FROM many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT attribution_agg(j, 'linear', 'channel', '*order', '5 days', NULL, false) FROM many;
SELECT s.a = p.a AS attribution, s.s = p.s AS shapley, s.f = p.f AS flow, s.k = p.k AS flow_k
  FROM serial AS s, (SELECT attribution_agg(j, 'linear', 'channel', '*order', '5 days', NULL, false) AS a, shapley_attribution(j, 'label', '*order', NULL, true) AS s,
                            flow_agg(j, 'channel', '*order', '5 days', false) AS f, flow_agg_k(j, 'label', 2, '*order', NULL, true) AS k FROM many) AS p;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- The state as text, lossless
SELECT '{of=linear, part=channel, conversions=0123456789abcdef, values=yes, sums={{1, 2.5,web},{3, -4}}}'::touchpoint_ledger;

-- What is refused
SELECT fails(q) FROM unnest(ARRAY[
    $q$SELECT conversion_paths(j, NULL) FROM buyer$q$,
    $q$SELECT conversion_paths(j, 'shop/order', '-1 day') FROM buyer$q$,
    $q$SELECT conversion_paths(j, 'shop/order', '1 month') FROM buyer$q$,
    $q$SELECT conversion_paths(j, 'shop/order', restart => NULL) FROM buyer$q$,
    $q$SELECT conversion_paths(j, 'shop/order[') FROM buyer$q$,
    $q$SELECT conversion_paths(j, 'shop/order -> x') FROM buyer$q$,
    $q$SELECT attribution(j, 'linear', conversion => 'shop/') FROM buyer$q$,
    $q$SELECT attribution(j, 'linear', conversion => 'shop/order', lookback => '-1 day') FROM buyer$q$,
    $q$SELECT attribution(j, 'linear', conversion => 'shop/order', half_life => '0') FROM buyer$q$,
    $q$SELECT attribution(j, 'linear', restart => true) FROM buyer$q$,
    $q$SELECT attribution(j, 'linear', conversion => 'shop/order', restart => NULL) FROM buyer$q$,
    $q$SELECT attribution(j, 'position_based', ends => '{0.4}') FROM buyer$q$,
    $q$SELECT attribution(j, 'position_based', ends => '{0.4,NULL}') FROM buyer$q$,
    $q$SELECT attribution(j, 'position_based', ends => '{0.7,0.4}') FROM buyer$q$,
    $q$SELECT attribution(j, 'position_based', ends => '{-0.1,0.4}') FROM buyer$q$,
    $q$SELECT attribution(j, 'position_based', ends => '{NaN,0.4}') FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', NULL, NULL, NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', NULL, NULL, NULL) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', NULL, 'shop/order', NULL, NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, NULL, 'channel', 'shop/order', NULL, NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'best', 'channel', 'shop/order', NULL, NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', '-1 day', NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', NULL, '0', false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/' || id, NULL, NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', id * interval '1 day', NULL, false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', NULL, id * interval '1 day', false) FROM buyer$q$,
    $q$SELECT attribution_agg(j, 'linear', 'channel', 'shop/order', NULL, NULL, id > 1) FROM buyer$q$,
    $q$SELECT attribution_agg(j, CASE WHEN id > 1 THEN 'linear' ELSE 'last_touch' END, 'channel', 'shop/order', NULL, NULL, false) FROM buyer$q$,
    $q$SELECT flow_agg(j, 'channel', 'shop/' || id, NULL, false) FROM buyer$q$,
    $q$SELECT flow_agg(j, 'channel', 'shop/order', NULL, id > 1) FROM buyer$q$,
    $q$SELECT flow_agg(j, 'channel', 'shop/order[', NULL, false) FROM buyer$q$,
    $q$SELECT flow_agg_k(j, 'channel', 0, 'shop/order', NULL, false) FROM buyer$q$,
    $q$SELECT flow_agg_k(j, 'channel', NULL, 'shop/order', NULL, false) FROM buyer$q$,
    $q$SELECT shapley_attribution(j, 'channel', 'shop/order', '1 mon', false) FROM buyer$q$,
    $q$SELECT shapley_attribution(j, 'channel', 'shop/order', NULL, NULL) FROM buyer$q$,
    $q$SELECT '{of=paths, part=channel, conversions=0123456789abcdef, values=no, sums={}}'::touchpoint_ledger$q$,
    $q$SELECT '{of=linear, part=channel, conversions=0123, values=no, sums={}}'::touchpoint_ledger$q$,
    $q$SELECT '{of=linear, part=channel, conversions=0123456789abcdef, values=no, sums={{0, 0,web}}}'::touchpoint_ledger$q$,
    $q$SELECT '{part=channel, order=1, ends=end, no_contact=4, parts={}, flow={}}'::journey_flow$q$
]) AS q;

-- With the extension's schema off the path
SET search_path = public;
SELECT c.part, c.credit FROM buyer, tp.attribution(j, 'first_touch', conversion => 'shop/order') AS c WHERE id = 1;
SELECT u.part, u.conversions FROM unnest((SELECT tp.attribution_agg(j, 'linear', 'channel', 'shop/order', NULL, NULL, false) FROM buyer)) AS u;
SELECT p.conversion, p.converted FROM buyer, tp.conversion_paths(j, 'shop/order') AS p WHERE id = 1;
SELECT m.part FROM tp.markov_attribution((SELECT tp.flow_agg(j, 'channel', 'shop/order', NULL, true) FROM buyer)) AS m;

DROP TABLE buyer, flow, many, asked, serial;
