// The questions. Each: a name, the goal, and the statements of ours and of the rivals by layout; `of` names the columns whose
// numbers stand for touchpoints or channels. Answers must agree; the rivals' best layout counts.
// `other` runs beside ours, unchecked; goals are ratios to the better rival, or (floors, scans) to the floor or the scan in it.
// u = units of ts in a second, names = touchpoints by code.
export function questions({ u, names, keyed }) {
  const day = 86400 * u, week = 7 * day, [a, b, c, d] = names, order = names.indexOf('web/order') + 1
  const inOrder = sql => `${sql} SETTINGS optimize_aggregation_in_order = 1`
  const stored = 'FROM stored_journey'
  const steps = `ARRAY['${a}', '${b}', '${c}', '${d}']`

  // peak and end of s: the highest or the lowest, of equals the later
  const clickPeak = `if(hi - 3 > 3 - lo, hi, if(hi - 3 < 3 - lo, lo, arrayLast(x -> x = hi OR x = lo, scored)))`
  const duckPeak = `CASE WHEN hi - 3 > 3 - lo THEN hi WHEN hi - 3 < 3 - lo THEN lo ELSE list_filter(scored, lambda x: x = hi OR x = lo)[-1] END`
  const peakEnd = {
    clickhouse: {
      rows: `SELECT sum(0.5 * p + 0.5 * e) FROM (SELECT argMax(score, (abs(score - 3), ts)) AS p, argMax(score, ts) AS e FROM r.t WHERE NOT isNaN(score) GROUP BY customer)`,
      'rows in order': inOrder(`SELECT sum(0.5 * p + 0.5 * e) FROM (SELECT argMax(score, (abs(score - 3), ts)) AS p, argMax(score, ts) AS e FROM r.t WHERE NOT isNaN(score) GROUP BY customer)`),
      'rows, gathered': inOrder(`SELECT sum(0.5 * ${clickPeak} + 0.5 * scored[-1]) FROM (SELECT groupArray(score) AS scored, max(score) AS hi, min(score) AS lo FROM r.t WHERE NOT isNaN(score) GROUP BY customer)`),
      arrays: `WITH arrayMax(scored) AS hi, arrayMin(scored) AS lo SELECT sum(0.5 * ${clickPeak} + 0.5 * scored[-1]) FROM r.a WHERE notEmpty(scored)`,
      'arrays, one pass': `WITH arrayMax(x -> abs(x - 3), scored) AS far SELECT sum(0.5 * arrayLast(x -> abs(x - 3) = far, scored) + 0.5 * scored[-1]) FROM r.a WHERE notEmpty(scored)`
    },
    duckdb: {
      rows: `SELECT sum(0.5 * p + 0.5 * e) FROM (SELECT arg_max(score::DOUBLE, row(abs(score::DOUBLE - 3), ts)) AS p, arg_max(score::DOUBLE, ts) AS e FROM t WHERE score IS NOT NULL GROUP BY customer)`,
      lists: `SELECT sum(0.5 * (${duckPeak}) + 0.5 * scored[-1]::DOUBLE) FROM (SELECT scored, list_max(scored)::DOUBLE AS hi, list_min(scored)::DOUBLE AS lo FROM a WHERE len(scored) > 0)`
    }
  }

  // each A with the first B behind it, the first C behind that, the first D behind that: the longest chain from each A
  const clickTimes = k => `arrayFilter((x, p) -> p = ${k}, ts, tp)`
  const clickNext = (from, k) => `arrayMap(f -> if(f = 0, 0, arrayFirst(x -> x > f, ${k})), ${from})`
  const clickChain = `arrayMax((a, b, c, d) -> multiIf(b = 0 OR b - a > ${week}, 1, c = 0 OR c - a > ${week}, 2, d = 0 OR d - a > ${week}, 3, 4), as, bs, cs, ds)`
  const clickFunnel = `windowFunnel(${week})(ts, tp = '${a}', tp = '${b}', tp = '${c}', tp = '${d}')`
  const duckStart = (k, from) => `max(CASE WHEN tp = '${names[k]}' THEN ${from} END) OVER w`
  const duckFunnel = `
    WITH s AS (SELECT customer, ts, tp FROM t WHERE tp IN ('${a}', '${b}', '${c}', '${d}')),
    s1 AS (SELECT *, ${duckStart(0, 'ts')} AS x1 FROM s WINDOW w AS (PARTITION BY customer ORDER BY ts ROWS UNBOUNDED PRECEDING)),
    s2 AS (SELECT *, ${duckStart(1, `CASE WHEN ts - x1 <= ${week} THEN x1 END`)} AS x2 FROM s1 WINDOW w AS (PARTITION BY customer ORDER BY ts ROWS UNBOUNDED PRECEDING)),
    s3 AS (SELECT *, ${duckStart(2, `CASE WHEN ts - x2 <= ${week} THEN x2 END`)} AS x3 FROM s2 WINDOW w AS (PARTITION BY customer ORDER BY ts ROWS UNBOUNDED PRECEDING))
    SELECT sum(reached) FROM (SELECT CASE WHEN bool_or(tp = '${d}' AND ts - x3 <= ${week}) THEN 4 WHEN max(x3) IS NOT NULL THEN 3 WHEN max(x2) IS NOT NULL THEN 2 WHEN max(x1) IS NOT NULL THEN 1 ELSE 0 END AS reached FROM s3 GROUP BY customer)`
  const duckTimes = k => `list_filter(ts, lambda x, i: tp[i] = ${k})`
  const duckFirst = (list, from) => `list_min(list_filter(${list}, lambda x: x > ${from}))`
  const funnel = {
    clickhouse: {
      rows: `SELECT sum(l) FROM (SELECT ${clickFunnel} AS l FROM r.t WHERE tp IN ('${a}', '${b}', '${c}', '${d}') GROUP BY customer)`,
      'rows in order': inOrder(`SELECT sum(l) FROM (SELECT ${clickFunnel} AS l FROM r.t WHERE tp IN ('${a}', '${b}', '${c}', '${d}') GROUP BY customer)`),
      'arrays and windowFunnel': `SELECT sum(l) FROM (SELECT toUInt64(count()) AS l FROM r.a WHERE codes LIKE '%A%' AND codes NOT LIKE '%A%B%'
        UNION ALL SELECT toUInt64(sum(arrayReduce('windowFunnel(${week})', ts, arrayMap(x -> x = 1, tp), arrayMap(x -> x = 2, tp), arrayMap(x -> x = 3, tp), arrayMap(x -> x = 4, tp)))) FROM r.a WHERE codes LIKE '%A%B%')`,
      arrays: `SELECT sum(l) FROM (SELECT toUInt64(count()) AS l FROM r.a WHERE codes LIKE '%A%' AND codes NOT LIKE '%A%B%'
        UNION ALL SELECT toUInt64(sum(${clickChain})) FROM (SELECT ${clickTimes(1)} AS as, ${clickTimes(2)} AS tb, ${clickTimes(3)} AS tc, ${clickTimes(4)} AS td, ${clickNext('as', 'tb')} AS bs, ${clickNext('bs', 'tc')} AS cs, ${clickNext('cs', 'td')} AS ds FROM r.a WHERE codes LIKE '%A%B%'))`
    },
    duckdb: {
      rows: duckFunnel,
      lists: `SELECT (SELECT count(*) FROM a WHERE codes LIKE '%A%' AND codes NOT LIKE '%A%B%') + (SELECT sum(list_max(list_transform(ta, lambda f:
          CASE WHEN NOT coalesce(${duckFirst('tb', 'f')} - f <= ${week}, false) THEN 1
               WHEN NOT coalesce(${duckFirst('tc', duckFirst('tb', 'f'))} - f <= ${week}, false) THEN 2
               WHEN NOT coalesce(${duckFirst('td', duckFirst('tc', duckFirst('tb', 'f')))} - f <= ${week}, false) THEN 3 ELSE 4 END)))
        FROM (SELECT ${duckTimes(1)} AS ta, ${duckTimes(2)} AS tb, ${duckTimes(3)} AS tc, ${duckTimes(4)} AS td FROM a WHERE codes LIKE '%A%B%'))`
    }
  }

  // transitions: source 0 = start, target 63 = end
  const clickPairs = (s, t) => `arrayMap((s, t) -> toUInt16(s) * 64 + t, ${s}, ${t})`
  const transitions = {
    clickhouse: {
      'rows, window': `SELECT g.1 AS s, g.2 AS t, sum(g.3), if(s = 0 OR t = 63, NULL, sum(g.4) / sum(g.3) / ${u}) FROM (SELECT arrayJoin([(p, c, n, e), (c, toUInt8(63), ends, 0)]) AS g
          FROM (SELECT p, c, count() AS n, sum(if(p = 0, 0, ts - x)) AS e, countIf(q = 63) AS ends FROM (SELECT ts, toUInt8(tp) AS c, lagInFrame(toUInt8(tp), 1, toUInt8(0)) OVER w AS p, leadInFrame(toUInt8(tp), 1, toUInt8(63)) OVER w AS q, lagInFrame(ts) OVER w AS x
            FROM r.t WINDOW w AS (PARTITION BY customer ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) GROUP BY p, c)) WHERE g.3 > 0 GROUP BY s, t`,
      'rows, gathered': inOrder(`SELECT intDiv(p, 64) AS s, p % 64 AS t, count(), if(s = 0 OR t = 63, NULL, avg(e) / ${u}) FROM (SELECT ${clickPairs('arrayPushFront(tps, 0)', 'arrayPushBack(tps, 63)')} AS ps, arrayPushBack(arrayDifference(ats), 0) AS es FROM (SELECT groupArray(toUInt8(tp)) AS tps, groupArray(ts) AS ats FROM r.t GROUP BY customer)) ARRAY JOIN ps AS p, es AS e GROUP BY p`),
      arrays: `SELECT intDiv(p, 64) AS s, p % 64 AS t, count(), if(s = 0 OR t = 63, NULL, avg(e) / ${u}) FROM (SELECT ${clickPairs('arrayPushFront(tp, 0)', 'arrayPushBack(tp, 63)')} AS ps, arrayPushBack(arrayDifference(ts), 0) AS es FROM r.a) ARRAY JOIN ps AS p, es AS e GROUP BY p`
    },
    duckdb: {
      'rows, window': `WITH g AS (SELECT p, c, count(*) AS n, sum(ts - x) AS e, count(*) FILTER (q IS NULL) AS ends FROM (SELECT ts, enum_code(tp) + 1 AS c, lag(enum_code(tp) + 1) OVER w AS p, lead(tp) OVER w AS q, lag(ts) OVER w AS x FROM t WINDOW w AS (PARTITION BY customer ORDER BY ts)) GROUP BY p, c)
        SELECT coalesce(p, 0), c, n, e / n / ${u} FROM g UNION ALL SELECT c, 63, sum(ends), NULL FROM g GROUP BY c HAVING sum(ends) > 0`,
      lists: `SELECT p // 64, p % 64, count(*), CASE WHEN p // 64 = 0 OR p % 64 = 63 THEN NULL ELSE avg(e) / ${u} END FROM (SELECT unnest(list_transform(tp, lambda x, i: CASE WHEN i = 1 THEN 0 ELSE tp[i - 1]::INTEGER END * 64 + x)) AS p, unnest(list_transform(ts, lambda x, i: CASE WHEN i = 1 THEN 0 ELSE x - ts[i - 1] END)) AS e FROM a) GROUP BY p
        UNION ALL SELECT tp[-1], 63, count(*), NULL FROM a GROUP BY 1`
    }
  }
  const flow = from => `SELECT source, target, count, extract(epoch FROM mean_time) FROM (SELECT ${from}) AS f(f), transitions(f)`
  const grouped = table => `(SELECT journey_agg(touchpoint, occurred_at) AS j FROM ${table} GROUP BY customer) AS g`
  const lead = table => `SELECT count(*), count(DISTINCT source) FROM (SELECT source, target, count(*), avg(elapsed) FROM (SELECT touchpoint AS source, lead(touchpoint) OVER w AS target, lead(occurred_at) OVER w - occurred_at AS elapsed FROM ${table} WINDOW w AS (PARTITION BY customer ORDER BY occurred_at)) AS l GROUP BY 1, 2) AS s`

  const summary = '(s).peak_end, (s).stddev, (s).trend'
  const sums = 'sum(peak_end), sum(stddev), sum(abs(trend))'
  const pattern = (steps, like, sequence, exactly, duck) => ({
    ours: { pattern: `SELECT count(*) ${stored} WHERE j ~ '${steps}'` },
    clickhouse: {
      rows: `SELECT count() FROM (SELECT customer FROM r.t WHERE tp IN ('${a}', '${b}', '${c}') GROUP BY customer HAVING sequenceMatch('${sequence}')(ts, tp = '${a}', tp = '${b}', tp = '${c}'))`,
      'rows in order': inOrder(`SELECT count() FROM (SELECT customer FROM r.t WHERE tp IN ('${a}', '${b}', '${c}') GROUP BY customer HAVING sequenceMatch('${sequence}')(ts, tp = '${a}', tp = '${b}', tp = '${c}'))`),
      [exactly ? 'strings and arrays' : 'strings']: `SELECT count() FROM r.a WHERE ${like}${exactly ? ` AND ${exactly}` : ''}`
    },
    duckdb: { [duck ? 'strings and lists' : 'strings']: `SELECT count(*) FROM a WHERE ${like}${duck ? ` AND ${duck}` : ''}` }
  })

  const linear = {
    clickhouse: {
      rows: `WITH o AS (SELECT customer, min(ts) AS o FROM r.t WHERE tp = 'web/order' GROUP BY customer)
        SELECT ch, sum(credit) FROM (SELECT arrayJoin(if(empty(chs), [toUInt8(0)], chs)) AS ch, 1 / greatest(length(chs), 1) AS credit
          FROM (SELECT groupArrayIf(toUInt8(channel), ts < o AND ts + ${30 * day} >= o) AS chs FROM r.t INNER JOIN o USING customer GROUP BY customer)) GROUP BY ch`,
      arrays: `SELECT ch, sum(credit) FROM (SELECT ts[indexOf(tp, ${order})] AS o, arrayFilter((x, y) -> y < o AND y + ${30 * day} >= o, channel, ts) AS chs, arrayJoin(if(empty(chs), [toUInt8(0)], chs)) AS ch, 1 / greatest(length(chs), 1) AS credit FROM r.a WHERE has(tp, ${order})) GROUP BY ch`
    },
    duckdb: {
      rows: `WITH o AS MATERIALIZED (SELECT customer, min(ts) AS o FROM t WHERE tp = 'web/order' GROUP BY customer),
        touch AS MATERIALIZED (SELECT customer, channel FROM t JOIN o USING (customer) WHERE ts < o AND ts >= o - ${30 * day}),
        n AS MATERIALIZED (SELECT customer, count(*) AS n FROM touch GROUP BY customer)
        SELECT enum_code(channel) + 1, sum(1.0::DOUBLE / n) FROM touch JOIN n USING (customer) GROUP BY channel UNION ALL SELECT 0, (SELECT count(*) FROM o) - (SELECT count(*) FROM n)`,
      lists: `SELECT ch, sum(credit) FROM (SELECT unnest(CASE WHEN len(chs) = 0 THEN [0::UTINYINT] ELSE chs END) AS ch, 1.0::DOUBLE / greatest(len(chs), 1) AS credit
        FROM (SELECT list_filter(channel, lambda x, i: ts[i] < o AND ts[i] >= o - ${30 * day}) AS chs FROM (SELECT channel, ts, ts[list_position(tp, ${order})] AS o FROM a WHERE list_contains(tp, ${order})))) GROUP BY ch`
    }
  }

  // paths cut at orders: source 0 = start, target 62 = conversion, 63 = null; nothing between an order and the end is no path
  const clickStates = (channels, tps) => `arrayMap((c, p) -> if(p = ${order}, toUInt8(62), c), ${channels}, ${tps})`
  const markov = {
    clickhouse: {
      'rows, window': `SELECT g.1 AS s, g.2 AS t, sum(g.3) FROM (SELECT arrayJoin([(if(p = 62, toUInt8(0), p), c, n), (if(c = 62, toUInt8(0), c), toUInt8(63), ends)]) AS g
          FROM (SELECT p, c, count() AS n, countIf(last) AS ends FROM (SELECT if(toUInt8(tp) = ${order}, 62, toUInt8(channel)) AS c, lagInFrame(c, 1, toUInt8(0)) OVER w AS p, leadInFrame(c, 1, toUInt8(63)) OVER w = 63 AS last
            FROM r.t WINDOW w AS (PARTITION BY customer ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) GROUP BY p, c)) WHERE g.3 > 0 AND NOT (g.1 = 0 AND g.2 = 63) GROUP BY s, t`,
      'rows, gathered': inOrder(`SELECT intDiv(p, 64) AS s, p % 64 AS t, count() FROM (SELECT groupArray(if(toUInt8(tp) = ${order}, toUInt8(62), toUInt8(channel))) AS states, arrayJoin(${clickPairs('arrayPushFront(arrayMap(x -> if(x = 62, toUInt8(0), x), states), 0)', 'arrayPushBack(states, 63)')}) AS p FROM r.t GROUP BY customer) WHERE p != 63 GROUP BY p`),
      arrays: `SELECT intDiv(p, 64) AS s, p % 64 AS t, count() FROM (SELECT ${clickStates('channel', 'tp')} AS states, arrayJoin(${clickPairs('arrayPushFront(arrayMap(x -> if(x = 62, toUInt8(0), x), states), 0)', 'arrayPushBack(states, 63)')}) AS p FROM r.a) WHERE p != 63 GROUP BY p`
    },
    duckdb: {
      'rows, window': `WITH g AS MATERIALIZED (SELECT p, c, count(*) AS n, count(*) FILTER (q IS NULL) AS ends FROM (SELECT c, lag(c) OVER w AS p, lead(c) OVER w AS q FROM (SELECT customer, ts, CASE WHEN tp = 'web/order' THEN 62 ELSE enum_code(channel) + 1 END AS c FROM t) WINDOW w AS (PARTITION BY customer ORDER BY ts)) GROUP BY p, c)
        SELECT CASE WHEN p IS NULL OR p = 62 THEN 0 ELSE p END, c, sum(n) FROM g GROUP BY 1, 2 UNION ALL SELECT c, 63, sum(ends) FROM g WHERE c <> 62 GROUP BY c`,
      lists: `SELECT p // 64, p % 64, count(*) FROM (SELECT unnest(list_transform(st, lambda x, i: CASE WHEN i = 1 OR st[i - 1] = 62 THEN 0 ELSE st[i - 1] END * 64 + x)) AS p FROM (SELECT list_transform(channel, lambda x, i: CASE WHEN tp[i] = ${order} THEN 62 ELSE x::INTEGER END) AS st FROM a)) GROUP BY p
        UNION ALL SELECT channel[-1], 63, count(*) FROM a WHERE tp[-1] <> ${order} GROUP BY 1`
    }
  }

  const weekOf = ts => `intDiv(${ts} + ${3 * day}, ${week})`
  const retention = {
    clickhouse: {
      arrays: `SELECT w0, w - w0 AS k, count() FROM (SELECT arrayMap(x -> toUInt32(${weekOf('x')}), ts) AS ws, ws[1] AS w0, arrayJoin(arrayDistinct(arrayPopFront(ws))) AS w FROM r.a) WHERE k <= 10 GROUP BY w0, w`,
      rows: `SELECT w0, w - w0 AS k, count() FROM (SELECT arrayJoin(arrayDistinct(arrayPopFront(ws))) AS w, ws[1] AS w0 FROM (SELECT groupArray(toUInt32(${weekOf('ts')})) AS ws FROM r.t GROUP BY customer)) WHERE k <= 10 GROUP BY w0, w SETTINGS optimize_aggregation_in_order = 1`
    },
    duckdb: {
      rows: `SELECT w0, w - w0, count(*) FROM (SELECT DISTINCT customer, w0, w FROM (SELECT customer, (t.ts + ${3 * day}) // ${week} AS w, (f + ${3 * day}) // ${week} AS w0 FROM t JOIN (SELECT customer, min(ts) AS f FROM t GROUP BY customer) USING (customer) WHERE ts > f)) WHERE w - w0 <= 10 GROUP BY ALL`,
      lists: `SELECT w0, w - w0, count(*) FROM (SELECT (ts[1] + ${3 * day}) // ${week} AS w0, unnest(list_distinct(list_transform(ts[2:], lambda x: (x + ${3 * day}) // ${week}))) AS w FROM a) WHERE w - w0 <= 10 GROUP BY ALL`
    }
  }

  const floor = `SELECT sum(get_byte(j::bytea, 0)) ${stored}`
  const list = [
    { name: 'floor', ours: { floor } },
    { name: 'peak-end', goal: 1, ours: { journey: `SELECT sum(peak_end_score(j, 3)) ${stored}` }, ...peakEnd },
    {
      name: 'score_summary, three fields', goal: 1,
      ours: {
        'behind a fence': `SELECT ${sums.replace(/\((\w+)\)/g, '((s).$1)')} FROM (SELECT score_summary(j, 3) AS s ${stored} OFFSET 0) AS f`,
        'without a fence': `SELECT ${sums} FROM (SELECT ${summary} FROM (SELECT score_summary(j, 3) AS s ${stored}) AS f) AS g`,
        'three calls': `SELECT sum(peak_end_score(j, 3)), sum(score_stddev(j)), sum(abs(score_trend(j))) ${stored}`
      },
      clickhouse: {
        rows: `SELECT sum(0.5 * p + 0.5 * e), sum(ifNotFinite(d, 0)), sum(ifNotFinite(abs(t), 0)) FROM (SELECT argMax(score, (abs(score - 3), ts)) AS p, argMax(score, ts) AS e, stddevSampStable(score) AS d, covarPopStable(ts / ${day}, score) / varPopStable(ts / ${day}) AS t FROM r.t WHERE NOT isNaN(score) GROUP BY customer)`,
        'arrays, stable': `WITH arrayMax(scored) AS hi, arrayMin(scored) AS lo, arrayMap(x -> (x - scored_at[1]) / ${day}, scored_at) AS days SELECT sum(0.5 * ${clickPeak} + 0.5 * scored[-1]), sum(ifNotFinite(arrayReduce('stddevSampStable', scored), 0)), sum(ifNotFinite(abs(arrayReduce('covarPopStable', days, scored) / arrayReduce('varPopStable', days)), 0)) FROM r.a WHERE notEmpty(scored)`,
        arrays: `WITH arrayMax(scored) AS hi, arrayMin(scored) AS lo, arrayMap(x -> (x - scored_at[1]) / ${day}, scored_at) AS days SELECT sum(0.5 * ${clickPeak} + 0.5 * scored[-1]), sum(ifNotFinite(arrayReduce('stddevSamp', arrayMap(x -> toFloat64(x), scored)), 0)), sum(ifNotFinite(abs(arrayReduce('simpleLinearRegression', days, scored).1), 0)) FROM r.a WHERE notEmpty(scored)`,
        'arrays, by hand': `WITH arrayMax(scored) AS hi, arrayMin(scored) AS lo, length(scored) AS n, arrayMap(x -> (x - scored_at[1]) / ${day}, scored_at) AS days, arraySum(days) / n AS md, arraySum(scored) / n AS ms, arrayMap(x -> x - md, days) AS dd,
          arrayMap(x -> x - ms, scored) AS ds, arraySum(arrayMap(x -> x * x, ds)) AS ss SELECT sum(0.5 * ${clickPeak} + 0.5 * scored[-1]), sum(if(n > 1, sqrt(ss / (n - 1)), 0)), sum(ifNotFinite(abs(arrayDotProduct(dd, ds) / arrayDotProduct(dd, dd)), 0)) FROM r.a WHERE notEmpty(scored)`
      },
      duckdb: {
        rows: `SELECT sum(0.5 * p + 0.5 * e), sum(d), sum(CASE WHEN n > 1 THEN abs(t) END) FROM (SELECT arg_max(score::DOUBLE, row(abs(score::DOUBLE - 3), ts)) AS p, arg_max(score::DOUBLE, ts) AS e, stddev_samp(score::DOUBLE) AS d, regr_slope(score::DOUBLE, ts / ${day}.0::DOUBLE) AS t, count(*) AS n FROM t WHERE score IS NOT NULL GROUP BY customer)`,
        lists: `SELECT sum(0.5 * (${duckPeak}) + 0.5 * scored[-1]::DOUBLE), sum(CASE WHEN n > 1 THEN sqrt(list_inner_product(ds, ds) / (n - 1)) END), sum(CASE WHEN n > 1 THEN abs(list_inner_product(dd, ds) / list_inner_product(dd, dd)) END)
          FROM (SELECT scored, n, hi, lo, list_transform(days, lambda x: x - md) AS dd, list_transform(scored, lambda x: x - ms) AS ds FROM (SELECT scored, days, len(scored) AS n, list_max(scored)::DOUBLE AS hi, list_min(scored)::DOUBLE AS lo, list_avg(days) AS md, list_avg(list_transform(scored, lambda x: x::DOUBLE)) AS ms
            FROM (SELECT scored, list_transform(scored_at, lambda x: (x - scored_at[1]) / ${day}.0::DOUBLE) AS days FROM a WHERE len(scored) > 0)))`
      }
    },
    { name: 'funnel, 4 steps in 7 days', goal: 1, ours: { journey: `SELECT sum(window_funnel(j, ${steps}, '7 days')) ${stored}` }, ...funnel },
    { name: 'three steps', goal: 1, ...pattern(`${a} -> ${b} -> ${c}`, `codes LIKE '%A%B%C%'`, '(?1).*(?2).*(?3)') },
    {
      name: 'three steps, the last within 7 days', goal: 1,
      ...pattern(`${a} -> ${b} -[<= 7 days]-> ${c}`, `codes LIKE '%A%B%C%'`, `(?1).*(?2)(?t<=${week})(?3)`,
        `arrayExists((y, q) -> q = 3 AND arrayExists((x, p) -> p = 2 AND x < y AND x + ${week} >= y AND x > ts[indexOf(tp, 1)], ts, tp), ts, tp)`,
        `len(list_filter(ts, lambda y, j: tp[j] = 3 AND len(list_filter(ts, lambda x, i: tp[i] = 2 AND x < y AND x >= y - ${week} AND x > ts[list_position(tp, 1)])) > 0)) > 0`)
    },
    { name: 'transitions', goal: 0.25, of: [0, 1], ours: { journey: flow(`flow_agg(j, 'touchpoint') ${stored}`) }, ...transitions },
    { name: 'linear credit, 30 days to the purchase', goal: 0.5, of: [0], by: 'channel', ours: { journey: `SELECT c.part, c.conversions FROM (SELECT attribution_agg(j, 'linear', 'channel', 'web/order', '30 days', NULL, false) AS cs ${stored}) AS a, unnest(cs) AS c` }, ...linear },
    {
      name: 'Markov to the purchase', goal: 0.5, of: [0, 1], by: 'channel',
      ours: { journey: `SELECT * FROM (SELECT flow_agg(j, 'channel', 'web/order', NULL, true) AS f ${stored} OFFSET 0) AS f, markov_attribution(f) AS m` },
      answer: `SELECT source, target, count FROM (SELECT flow_agg(j, 'channel', 'web/order', NULL, true) AS f ${stored} OFFSET 0) AS f, transitions(f)`, ...markov
    },
    {
      name: 'gap by touchpoint', floors: 2.5, of: [0], other: { floor }, ours: { journey: `SELECT g.part, gap_count(g.gap), mean_gap(g.gap), gap_stddev(g.gap) FROM (SELECT journey_gap_agg(j, 'touchpoint') AS gs ${stored}) AS a, unnest(gs) AS g` },
      clickhouse: { rows: `SELECT toUInt8(tp) AS c, count(), avg(toFloat64(score) - expected), stddevSamp(toFloat64(score) - expected) FROM r.t WHERE NOT isNaN(score) GROUP BY c` },
      duckdb: { rows: `SELECT enum_code(tp) + 1, count(*), avg(score::DOUBLE - expected::DOUBLE), stddev_samp(score::DOUBLE - expected::DOUBLE) FROM t WHERE score IS NOT NULL GROUP BY tp` }
    },
    { name: 'retention by week', floors: 3, other: { floor }, ours: { journey: `SELECT (extract(epoch FROM r.cohort) + 259200)::bigint / 604800, r.period, r.returned FROM (SELECT retention_agg(j, 'week', 10, '*', '*', 'UTC') AS rs ${stored}) AS a, unnest(rs) AS r WHERE r.returned > 0` }, ...retention },
    { name: 'level flow, 5 levels of 10', floors: 3, other: { floor }, ours: { journey: `SELECT count(*), sum(l.count) FROM (SELECT level_flow_agg(j, 'touchpoint', 5, NULL, 10) AS ls ${stored}) AS a, unnest(ls) AS l` } }
  ]
  const memory = sql => `SET work_mem = '1GB'; ${sql}; RESET work_mem`
  const sorted = sql => `SET enable_hashagg = off; ${sql}; RESET enable_hashagg`
  for (const table of ['contact_arrival', 'contact_clustered']) {
    const where = table.slice(8)
    const scan = columns => `SELECT ${columns.map(column => `count(${column})`).join(', ')} FROM ${table}`
    const plans = sql => ({ 'default': sql, '1 GB': memory(sql), ...where === 'clustered' && { 'in order': sorted(sql) } })
    const named = (name, of) => Object.fromEntries(Object.entries(of).map(([plan, sql]) => [`${name}, ${plan}`, sql]))
    const conditions = [a, b, c, d].map(step => `touchpoint = '${step}'`)
    const reached = filter => `SELECT sum(l) FROM (SELECT window_funnel('7 days', occurred_at, ${conditions.join(', ')}) AS l FROM ${table} ${filter} GROUP BY customer) AS g`
    list.push(
      {
        name: `rows (${where}): transitions`, goal: 1, of: [0, 1],
        ours: { ...plans(flow(`flow_agg(j, 'touchpoint') FROM ${grouped(table)}`)), ...keyed && { keyed: flow(`flow_agg(customer, contact_record(touchpoint, occurred_at), 'touchpoint') FROM ${table}`) } },
        other: { scan: scan(['customer', 'occurred_at', 'touchpoint']), ...named('plain lead()', plans(lead(table))) }, ...transitions
      },
      {
        name: `rows (${where}): peak-end`, scans: 1.5, like: 'peak-end',
        ours: plans(`SELECT sum(p) FROM (SELECT peak_end_score(score, occurred_at, 3) AS p FROM ${table} GROUP BY customer) AS g`),
        other: { scan: scan(['customer', 'occurred_at', 'score']), ...named('max(score)', plans(`SELECT sum(p) FROM (SELECT max(score) AS p FROM ${table} GROUP BY customer) AS g`)) }
      },
      {
        name: `rows (${where}): funnel`, scans: 1.5, like: 'funnel, 4 steps in 7 days',
        ours: { ...plans(reached('')), 'steps only': memory(reached(`WHERE touchpoint IN ('${a}', '${b}', '${c}', '${d}')`)) },
        other: { scan: scan(['customer', 'occurred_at', 'touchpoint']), ...named('four counts', plans(`SELECT ${['w', 'x', 'y', 'z'].map(v => `sum(${v})`).join(', ')} FROM (SELECT ${conditions.map((x, i) => `count(*) FILTER (WHERE ${x}) AS ${'wxyz'[i]}`).join(', ')} FROM ${table} GROUP BY customer) AS g`)) }
      })
  }
  return list
}
