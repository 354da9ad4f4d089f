// rivals.mjs DIRECTORY CUSTOMERS ROUNDS THREADS SETS [LINES]: see run.sh, which starts it.
import { spawnSync } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'
import { embedded, postgres } from './engines.mjs'
import { loadClickhouse, loadDuckdb } from './load.mjs'
import { questions } from './lines.mjs'

const [scratch, customers, rounds, threads, sets, only] = process.argv.slice(2)
const here = new URL('.', import.meta.url).pathname

function psql(args, output) {
  const done = spawnSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', ...args], { stdio: ['ignore', output ?? 'pipe', 'inherit'], encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`psql ${args.join(' ')}`)
  return done.stdout?.trim()
}

// Answers as text, rows in an order of their own; differ() says where two of them part, numbers to 1e-9.
function canonical(rows, of = [], names) {
  const word = code => code === 0 ? '(start)' : code === 62 ? '(conversion)' : code === 63 ? '(end)' : names[code - 1]
  return rows.map(row => row.map((v, i) => v === null || v === undefined ? '' : of.includes(i) && /^\d+$/.test(v) ? word(Number(v)) : String(v)))
    .map(row => row.map(v => v === '(null)' ? '(end)' : v === '(no contact)' ? '(start)' : v))
    .sort((x, y) => { const a = x.slice(0, 2).join(), b = y.slice(0, 2).join(); return a < b ? -1 : a > b ? 1 : 0 })
}

function differ(x, y) {
  if (x.length !== y.length) return `${x.length} rows, ${y.length} rows`
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < x[i].length; k++) {
      const [a, b] = [x[i][k], y[i][k]]
      if (a !== b && !(a !== '' && b !== '' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)))) return `${x[i].join(' ')} | ${y[i].join(' ')}`
    }
  }
}

const median = of => { const s = [...of].sort((x, y) => x - y); return (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2 }
const ms = x => x === undefined ? '' : Math.round(x).toString()
// Where several processes work for one query, the kernel's figure of the first of them tells nothing.
const figure = threads > 1 ? 'wall' : 'cpu'

async function measure(line, engines, names) {
  const runs = []
  for (const [who, engine] of Object.entries(engines)) {
    for (const kind of who === 'ours' ? ['ours', 'other'] : [who]) {
      for (const [layout, sql] of Object.entries(line[kind] ?? {})) runs.push({ kind, layout, sql, engine, wall: [], cpu: [] })
    }
  }
  const expected = canonical(line.answer ? (await engines.ours.run(line.answer)).rows : (await engines.ours.run(runs[0].sql)).rows)
  for (const run of runs) {
    const { rows, ...first } = await run.engine.run(run.sql).catch(error => ({ failed: error.message, rows: [] }))
    run.first = first[figure]
    if (first.failed) {
      console.log(`  ! ${line.name}: ${run.layout} fails: ${first.failed}`)
      run.wrong = true
      process.exitCode = 1
      continue
    }
    const checked = run.kind !== 'other' && !(run.kind === 'ours' && line.answer)
    run.wrong = checked && differ(expected, canonical(rows, line.of, names[line.by ?? 'touchpoint']))
    if (run.wrong) console.log(`  ! ${line.name}: ${run.kind}, ${run.layout} answers otherwise: ${run.wrong}`)
    if (run.wrong) process.exitCode = 1
  }
  // what is three times slower than the same engine's best on its first run is not asked again
  const right = runs.filter(run => !run.wrong)
  const kept = right.filter(run => run.first <= 3 * Math.min(...right.filter(r => r.kind === run.kind).map(r => r.first)) || !(run.kind in engines) || run.kind === 'ours')
  for (let round = 0; round < rounds; round++) {
    for (const run of kept) {
      const { wall, cpu } = await run.engine.run(run.sql)
      run.wall.push(wall)
      run.cpu.push(cpu)
    }
  }
  for (const run of kept) {
    run.median = median(run[figure])
    run.least = Math.min(...run[figure])
  }
  return kept
}

const best = (runs, kind) => runs.filter(r => r.kind === kind).sort((x, y) => x.median - y.median)[0]

async function oneSet(form) {
  const measured = form === 'measured', u = measured ? 1000000 : 1
  console.log(`\n${customers} customers, ${measured ? 'scores as real gives them, times in microseconds' : 'scores to one decimal, times in seconds'}`)
  psql(['-v', `customers=${customers}`, '-v', `form=${form}`, '-f', `${here}data.sql`])
  const csv = `${scratch}/rows.csv`
  psql(['-c', `SET search_path = public, tp; COPY (SELECT c.customer, (extract(epoch FROM c.occurred_at) * ${u})::bigint, t.name, t.channel, c.score, c.expected FROM contact_clustered AS c JOIN touchpoint_code AS t USING (touchpoint) ORDER BY 1, 2) TO STDOUT (FORMAT csv)`], openSync(csv, 'w'))
  const touchpoint = psql(['-c', 'SELECT name FROM touchpoint_code ORDER BY k']).split('\n')
  const channel = psql(['-c', 'SELECT channel FROM touchpoint_code WHERE k < 8 ORDER BY k']).split('\n')
  const sizes = psql(['-F', ' ', '-c', `SET search_path = public, tp; SELECT (SELECT round(avg(pg_column_size(j)), 1) FROM stored_journey), count(*) FROM contact_clustered`]).split(' ')
  console.log(`${sizes[1]} contacts, ${sizes[0]} bytes a journey`)
  const keyed = psql(['-c', `SELECT count(*) > 0 FROM pg_proc WHERE proname = 'flow_agg' AND pronamespace = 'tp'::regnamespace AND proargtypes[0] = 'bigint'::regtype AND proargtypes[1] = 'tp.contact_record'::regtype`]) === 't'

  for (const left of ['clickhouse', 'duckdb']) rmSync(`${scratch}/${left}`, { recursive: true, force: true })
  const engines = {
    ours: await postgres(threads),
    clickhouse: embedded('clickhouse', `${scratch}/clickhouse`, threads),
    duckdb: embedded('duckdb', ':memory:', threads)
  }
  await loadClickhouse(engines.clickhouse, csv, touchpoint, channel, measured)
  await loadDuckdb(engines.duckdb, csv, touchpoint, channel, measured)
  rmSync(csv)

  const print = (...cells) => console.log(cells.map((cell, i) => i === 0 ? cell.padEnd(44) : cell.padStart([0, 9, 9, 9, 9, 8, 9][i] ?? 0)).join(' '))
  print(`median ms of ${figure === 'cpu' ? 'processor time' : 'wall clock'}`, 'ours', '(least)', 'ClickHse', 'DuckDB', 'ratio', 'goal', ' ')
  const seen = {}
  for (const line of questions({ u, names: touchpoint, keyed })) {
    if (only && !new RegExp(only).test(line.name)) continue
    const runs = await measure(line, engines, { touchpoint, channel })
    const [click, duck] = ['clickhouse', 'duckdb'].map(who => best(runs, who) ?? seen[line.like]?.find(run => run?.kind === who))
    seen[line.name] = [click, duck]
    const beside = name => runs.find(r => r.kind === 'other' && r.layout === name)?.median
    const rival = Math.min(click?.median ?? Infinity, duck?.median ?? Infinity)
    for (const ours of runs.filter(r => r.kind === 'ours')) {
      const [against, goal, sign] = line.floors ? [beside('floor'), line.floors, ' floor'] : line.scans ? [beside('scan'), line.scans, ' scan'] : [rival, line.goal, '']
      const ratio = ours.median / against
      print(line.name + (runs.filter(r => r.kind === 'ours').length > 1 ? `, ${ours.layout}` : ''), ms(ours.median), `(${ms(ours.least)})`, ms(click?.median), ms(duck?.median),
        goal ? ratio.toFixed(2) : '', goal ? `${goal}${sign}` : '', !goal ? '' : ratio <= goal ? 'ok' : 'MISSED')
    }
    for (const run of runs.filter(r => r.kind === 'other')) print(`    beside it: ${run.layout}`, ms(run.median), `(${ms(run.least)})`, '', '', '', '', '')
    const layouts = runs.filter(r => r.kind !== 'ours' && r.kind !== 'other').map(r => `${r.kind} ${r.layout} ${ms(r.median)} (wall ${ms(median(r.wall))})`)
    if (layouts.length) console.log(`    ${layouts.join('; ')}; ours wall ${ms(median(best(runs, 'ours').wall))}`)
  }
  for (const engine of Object.values(engines)) engine.close()
}

console.log(`one query at a time, ${threads} thread${threads > 1 ? 's' : ''}, ${rounds} rounds; PostgreSQL ${psql(['-c', 'SHOW server_version'])}, shared_buffers ${psql(['-c', 'SHOW shared_buffers'])}, work_mem ${psql(['-c', 'SHOW work_mem'])}`)
for (const form of sets.split(',')) await oneSet(form)
