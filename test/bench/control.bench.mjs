// What list calls cost over the engine's socket with a big catalog, and how that grows with the number of recovery points:
// `npm run bench -- control [--items 10000] [--jobs 100000] [--points 1000000] [--calls 100] [--rounds 3]`. Of the rounds of
// each call the quickest counts: what else the computer does makes calls slower, never faster.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addItems, addJobs, addPoints, loadCatalog, templatesOf } from './support/catalogFill.mjs';
import { readCounts } from './support/counts.mjs';
import { bestTimings, listCalls, openClient, pageOf, percentile } from './support/listCalls.mjs';
import { endAll } from './support/processes.mjs';
import { makeSeed, startEngine, stopEngine } from './support/seed.mjs';
import { table } from './support/table.mjs';

const USAGE =
  'usage: npm run bench -- control [--items 10000] [--jobs 100000] [--points 1000000] [--calls 100] [--rounds 3]';
const DEFAULTS = { items: 10_000, jobs: 100_000, points: 1_000_000, calls: 100, rounds: 3 };
/** The smaller number of points that growth is measured from. */
const FEW_POINTS = 1000;
const UNPROTECTED = 500;
const FIRST_PAGE_MS = 30;
const MOST_GROWTH = 2;

/** Returns the exit code: 1 also when a target is missed. */
async function main() {
  const options = readCounts(DEFAULTS);
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vm-backup-bench-'));
  const tidyUp = async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void tidyUp().then(() => process.exit(1)));
  try {
    return report(options, await measure(folder, options));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await tidyUp();
  }
}

/** Rows of `{ name, few, many }`, each with the sorted milliseconds of all calls, and how long the engine took to come up. */
async function measure(folder, { items, jobs, points, ...effort }) {
  const data = join(folder, 'data');
  await makeSeed(folder, data);
  const openCatalog = await loadCatalog(folder);
  const fill = (work) => {
    const catalog = openCatalog(join(data, 'catalog.db'));
    try {
      return work(catalog);
    } finally {
      catalog.close();
    }
  };
  const templates = fill(templatesOf);
  console.error(`Filling the catalog: ${items} items, ${jobs} jobs, ${FEW_POINTS} points.`);
  fill((catalog) => {
    addItems(catalog, templates, { items, unprotected: UNPROTECTED });
    addJobs(catalog, templates, { jobs, items });
    addPoints(catalog, templates, { from: 0, to: FEW_POINTS, items });
  });
  const few = await measureAll(data, templates, effort);
  console.error(`Filling the catalog: ${points} points.`);
  fill((catalog) => addPoints(catalog, templates, { from: FEW_POINTS, to: points, items }));
  const many = await measureAll(data, templates, effort);
  const rows = few.rows.map(({ name, deep, sorted }, i) => ({ name, deep, few: sorted, many: many.rows[i].sorted }));
  return { rows, startSeconds: many.startSeconds };
}

async function measureAll(data, { item, job }, effort) {
  const started = performance.now();
  const { engine, announced } = await startEngine(data);
  const startSeconds = (performance.now() - started) / 1000;
  const client = openClient({ socket: announced.endpoint, token: announced.token });
  const rows = [];
  try {
    const subscription = `/subscriptions/${announced.subscriptionId}`;
    const [vault] = item.id.split(/(?=\/backupFabrics\/)/);
    for (const call of listCalls({ subscription, vault, item: item.id, jobTime: job.startTime })) {
      console.error(call.name);
      rows.push({ ...call, sorted: await bestTimings(client, await pageOf(client, call), effort) });
    }
  } finally {
    client.close();
    await stopEngine(engine);
  }
  return { rows, startSeconds };
}

function report({ items, jobs, points }, { rows, startSeconds }) {
  const heading = ['', 'p50', 'p95', `p50, ${number(points)} points`, 'p95', 'growth'];
  const body = rows.map((row) => [
    row.name,
    ...[row.few, row.many].flatMap((sorted) => [ms(percentile(sorted, 0.5)), ms(percentile(sorted, 0.95))]),
    `${growth(row).toFixed(2)} ×`,
  ]);
  const misses = rows.flatMap((row) => [
    ...(!row.deep && percentile(row.many, 0.95) >= FIRST_PAGE_MS
      ? [`${row.name}: the first page takes ${ms(percentile(row.many, 0.95))}; the target is ${FIRST_PAGE_MS} ms.`]
      : []),
    ...(growth(row) >= MOST_GROWTH
      ? [`${row.name}: grows ${growth(row).toFixed(2)} ×; the target is ${MOST_GROWTH} ×.`]
      : []),
  ]);
  console.log(
    [
      '',
      `${number(items)} protected items, ${number(jobs)} jobs; ${number(FEW_POINTS)} and then ${number(points)} recovery points.`,
      `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node.js ${process.version}; average load of the last 1, 5 and 15 minutes: ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}`,
      `The engine was ready ${startSeconds.toFixed(1)} s after its start.`,
      '',
      table([heading, ...body]),
      '',
      ...(misses.length > 0 ? misses : ['Every first page and every growth is within its target.']),
    ].join('\n'),
  );
  return misses.length > 0 ? 1 : 0;
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function number(value) {
  return value.toLocaleString('en-US');
}

function growth({ few, many }) {
  return percentile(many, 0.5) / percentile(few, 0.5);
}

process.exitCode = await main();
