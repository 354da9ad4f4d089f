// The views of create_bi_views() through the PostgreSQL drivers of Cube and of Evidence: node bi.js VIEW...
// Every column of theirs must come as a type that the tool knows, and every view must have a row.
const views = process.argv.slice(2);
const plain = (v) => v === null || ["string", "number", "boolean", "bigint"].includes(typeof v) || v instanceof Date;

async function cube() {
  const { PostgresDriver } = require("@cubejs-backend/postgres-driver");
  const driver = new PostgresDriver({ host: process.env.PGHOST, port: +process.env.PGPORT, user: process.env.PGUSER, password: "", database: process.env.PGDATABASE, ssl: false });
  const known = new Set(["text", "int", "bigint", "float", "double", "decimal", "numeric", "timestamp", "date", "boolean", "string", "timestamp with time zone", "double precision"]);
  for (const view of views) {
    const rows = await driver.query(`SELECT * FROM dash.${view}`, []);
    const types = await driver.tableColumnTypes(`dash.${view}`);
    if (rows.length === 0) throw new Error(`${view} has no rows`);
    for (const row of rows) for (const [name, v] of Object.entries(row)) if (!plain(v) && name !== "properties") throw new Error(`${view}.${name} is ${v}`);
    for (const { name, type } of types) if (!known.has(type) && name !== "properties") throw new Error(`${view}.${name} is of type ${type}`);
  }
  // what Cube makes of a model with a count, an average and a distinct count by day
  const [{ count, customers, mean }] = await driver.query(
    `SELECT count(*) "count", count(distinct "c".customer) "customers", avg("c".score) "mean" FROM dash.bi_contacts AS "c" WHERE "c".occurred_at >= $1::timestamptz`, ["2026-01-01T00:00:00.000Z"]);
  await driver.release();
  return `${views.length} views, ${count} contacts of ${customers} customers, mean score ${Number(mean).toFixed(2)}`;
}

async function evidence() {
  const { getRunner } = require("@evidence-dev/postgres");
  const run = await getRunner({ host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, password: "", database: process.env.PGDATABASE, ssl: false });
  let all = 0;
  for (const view of views) {
    const result = await run(`SELECT * FROM dash.${view}`, `${view}.sql`, 100000);
    const rows = [];
    const from = typeof result.rows === "function" ? result.rows() : result.rows;
    for await (const batch of from) rows.push(...(Array.isArray(batch) ? batch : [batch]));
    if (rows.length === 0) throw new Error(`${view} has no rows`);
    for (const { name, evidenceType } of result.columnTypes)
      if (!["string", "number", "date", "boolean"].includes(evidenceType)) throw new Error(`${view}.${name} is of type ${evidenceType}`);
    for (const row of rows) for (const [name, v] of Object.entries(row)) if (!plain(v) && name !== "properties") throw new Error(`${view}.${name} is ${typeof v}`);
    all += rows.length;
  }
  return `${views.length} views, ${all} rows`;
}

async function main() {
  const tools = { cube: ["@cubejs-backend/postgres-driver", cube], evidence: ["@evidence-dev/postgres", evidence] };
  let failed = 0;
  for (const [name, [module, check]] of Object.entries(tools)) {
    try { require.resolve(module); } catch { console.log(`${name}: not installed, not run`); continue; }
    try { console.log(`${name}: ${await check()}`); } catch (e) { console.log(`${name}: FAILED: ${e.message}`); failed++; }
  }
  process.exit(failed);
}
main();
