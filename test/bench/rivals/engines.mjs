// The three engines behind one door: run(sql) answers {rows, wall, cpu}, times in milliseconds. ClickHouse and DuckDB run
// in process, each in a process of its own (this file, started with its name), so that processor time is theirs alone;
// PostgreSQL is a psql whose backend's processor time the kernel tells.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'

async function clickhouse(path, threads) {
  const { Session } = await import('chdb')
  const session = new Session(path)
  session.query(`SET max_threads = ${threads}`)
  session.query('SET max_insert_threads = 1')
  return sql => session.query(sql, 'JSONCompactEachRow').split('\n').filter(line => line).map(line => JSON.parse(line))
}

async function duckdb(path, threads) {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(path, { threads: String(threads) })
  const connection = await instance.connect()
  return async sql => (await connection.runAndReadAll(sql)).getRowsJS().map(row => row.map(v => typeof v === 'bigint' ? String(v) : v))
}

async function serve(kind, path, threads) {
  const answer = await { clickhouse, duckdb }[kind](path, threads)
  for await (const line of createInterface({ input: process.stdin })) {
    const cpu = process.cpuUsage(), wall = performance.now()
    let reply
    try {
      const rows = await answer(JSON.parse(line))
      const used = process.cpuUsage(cpu)
      reply = { rows, wall: performance.now() - wall, cpu: (used.user + used.system) / 1000 }
    } catch (error) {
      reply = { error: error.message }
    }
    process.stdout.write(JSON.stringify(reply) + '\n')
  }
  process.exit(0)
}

// Lines of a child's output, one promise at a time.
function lines(child) {
  const ready = [], waiting = []
  createInterface({ input: child.stdout }).on('line', line => waiting.length ? waiting.shift()(line) : ready.push(line))
    .on('close', () => { while (waiting.length) waiting.shift()(null) })
  return () => ready.length ? Promise.resolve(ready.shift()) : new Promise(resolve => waiting.push(resolve))
}

export function embedded(kind, path, threads) {
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, kind, path, threads], { stdio: ['pipe', 'pipe', 'inherit'] })
  const next = lines(child)
  return {
    async run(sql) {
      child.stdin.write(JSON.stringify(sql) + '\n')
      const line = await next()
      if (line === null) throw new Error(`${kind} ended in: ${sql}`)
      const reply = JSON.parse(line)
      if (reply.error) throw new Error(`${kind}: ${reply.error}\n${sql}`)
      return reply
    },
    close() { child.stdin.end() }
  }
}

export async function postgres(threads) {
  const child = spawn('psql', ['-X', '-q', '-At', '-F', '\t', '-v', 'ON_ERROR_STOP=1'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const next = lines(child)
  const ask = async sql => {
    child.stdin.write(sql + ';\n\\echo .end\n')
    const rows = []
    for (;;) {
      const line = await next()
      if (line === null) throw new Error(`postgres: ${sql}`)
      if (line === '.end') return rows
      rows.push(line.split('\t'))
    }
  }
  await ask(`SET search_path = public, tp; SET jit = off; SET max_parallel_workers_per_gather = ${threads - 1}; SET extra_float_digits = 3; SET timezone = UTC`)
  const [[pid]] = await ask('SELECT pg_backend_pid()')
  const used = () => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  return {
    async run(sql) {
      const cpu = used(), wall = performance.now()
      const rows = await ask(sql)
      return { rows, wall: performance.now() - wall, cpu: used() - cpu }
    },
    close() { child.stdin.end() }
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) await serve(...process.argv.slice(2))
