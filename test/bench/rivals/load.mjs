// The rows of a CSV file (customer, ts, touchpoint, channel, score, expected; in order of customer and time) as each rival
// likes them best: columns sorted by customer and time, and one row a customer with its contacts in arrays. ts counts
// microseconds or seconds. A touchpoint is an enum, a byte; code says which, and codes is a character a contact.

export async function loadClickhouse(engine, csv, names, channels, measured) {
  const ts = measured ? 'UInt64' : 'UInt32', number = measured ? 'Float32' : 'Float64'
  const touchpoint = names.map((name, i) => `'${name}' = ${i + 1}`).join(', ')
  const channel = channels.map((name, i) => `'${name}' = ${i + 1}`).join(', ')
  // what is in memory anyhow costs time to decompress: a quarter of transitions
  const plain = "SETTINGS default_compression_codec = 'NONE'"
  const file = `file('${csv}', 'CSV', 'customer UInt32, ts ${ts}, tp String, channel String, score Nullable(${number}), expected ${number}')`
  for (const sql of [
    'CREATE DATABASE IF NOT EXISTS r', 'DROP TABLE IF EXISTS r.t', 'DROP TABLE IF EXISTS r.a',
    `CREATE TABLE r.t (customer UInt32, ts ${ts}, tp Enum8(${touchpoint}), channel Enum8(${channel}), score ${number}, expected ${number}) ENGINE = MergeTree ORDER BY (customer, ts) ${plain}`,
    `INSERT INTO r.t SELECT customer, ts, tp, channel, ifNull(score, nan), expected FROM ${file}`,
    'OPTIMIZE TABLE r.t FINAL',
    `CREATE TABLE r.a (customer UInt32, ts Array(${ts}), tp Array(UInt8), channel Array(UInt8), score Array(${number}), expected Array(${number}), scored Array(${number}), scored_at Array(${ts}), codes String) ENGINE = MergeTree ORDER BY customer ${plain}`,
    `INSERT INTO r.a SELECT customer, groupArray(ts) AS ats, groupArray(toUInt8(tp)) AS tps, groupArray(toUInt8(channel)), groupArray(score) AS scores, groupArray(expected),
       arrayFilter(s -> NOT isNaN(s), scores), arrayFilter((a, s) -> NOT isNaN(s), ats, scores), arrayStringConcat(arrayMap(c -> char(64 + c), tps))
     FROM (SELECT * FROM r.t ORDER BY customer, ts) GROUP BY customer ORDER BY customer SETTINGS max_threads = 1, optimize_aggregation_in_order = 1`,
    'OPTIMIZE TABLE r.a FINAL', 'SYSTEM STOP MERGES'
  ]) await engine.run(sql)
}

export async function loadDuckdb(engine, csv, names, channels, measured) {
  const ts = measured ? 'BIGINT' : 'INTEGER', number = measured ? 'FLOAT' : 'DOUBLE'
  const list = of => of.map(name => `'${name}'`).join(', ')
  for (const sql of [
    `CREATE TYPE touchpoint AS ENUM (${list(names)})`, `CREATE TYPE channel AS ENUM (${list(channels)})`,
    `CREATE TABLE t AS SELECT * FROM read_csv('${csv}', header = false, columns = {customer: 'INTEGER', ts: '${ts}', tp: 'touchpoint', channel: 'channel', score: '${number}', expected: '${number}'})
     ORDER BY customer, ts`,
    `CREATE TABLE a AS SELECT customer, list(ts ORDER BY ts) AS ts, list((enum_code(tp) + 1)::UTINYINT ORDER BY ts) AS tp, list((enum_code(channel) + 1)::UTINYINT ORDER BY ts) AS channel,
       list(score ORDER BY ts) FILTER (score IS NOT NULL) AS scored, list(ts ORDER BY ts) FILTER (score IS NOT NULL) AS scored_at,
       string_agg(chr(64 + enum_code(tp) + 1), '' ORDER BY ts) AS codes
     FROM t GROUP BY customer ORDER BY customer`,
    'CHECKPOINT'
  ]) await engine.run(sql)
}
