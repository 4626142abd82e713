// What somebody sees and waits for in a workbench whose engine has many machines, jobs and points, and how long the extension
// host's event loop is held up meanwhile: `npm run bench -- ui [--machines 2000] [--jobs 10000] [--points 5000]`. Each step's
// time runs from the click or key to what it was for being on the screen. What the trees cost by themselves is measured by
// `npm run bench -- trees`, the engine by `npm run bench -- control`; the time of activation is told by the host tests.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageExtension } from '../../scripts/package.mjs';
import { root } from '../../scripts/paths.mjs';
import { ensureWorkbench } from '../../scripts/workbench.mjs';
import { addItems, addJobs, addPoints, loadCatalog, templatesOf } from './support/catalogFill.mjs';
import { readCounts } from './support/counts.mjs';
import { endAll } from './support/processes.mjs';
import { makeSeed } from './support/seed.mjs';
import { table } from './support/table.mjs';
import { walkWorkbench } from './support/uiWalk.mjs';

const DEFAULTS = { machines: 2_000, jobs: 10_000, points: 5_000 };
const USAGE = 'usage: npm run bench -- ui [--machines 2000] [--jobs 10000] [--points 5000]';
/** One of so many machines is not protected. */
const BARE = 10;
const MOST_LOOP_MS = 50;
const MOST_SCRIPT_BYTES = 1_000_000;
const MOST_VSIX_BYTES = 3_000_000;

/** Returns the exit code: 1 also when a target is missed. */
async function main() {
  const options = readCounts(DEFAULTS, BARE);
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
    await ensureWorkbench();
    const vsixBytes = await packageExtension();
    const data = join(folder, 'data');
    await fillData(folder, data, options);
    const figures = await walkWorkbench(folder, data);
    return report(options, figures, { scriptBytes: statSync(join(root, 'dist/extension.js')).size, vsixBytes });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await tidyUp();
  }
}

async function fillData(folder, data, { machines, jobs, points }) {
  await makeSeed(folder, data);
  const openCatalog = await loadCatalog(folder);
  const catalog = openCatalog(join(data, 'catalog.db'));
  try {
    const templates = templatesOf(catalog);
    const unprotected = Math.floor(machines / BARE);
    const items = machines - unprotected;
    addItems(catalog, templates, { items, unprotected });
    addJobs(catalog, templates, { jobs, items });
    addPoints(catalog, templates, { from: 0, to: points, items });
  } finally {
    catalog.close();
  }
}

function report({ machines, jobs, points }, { steps, whole }, { scriptBytes, vsixBytes }) {
  const targets = [
    [
      whole.p99 < MOST_LOOP_MS,
      `Extension host's event loop, p99 delay: ${ms(whole.p99)} (worst ${ms(whole.worst)}); under ${MOST_LOOP_MS} ms`,
    ],
    [scriptBytes < MOST_SCRIPT_BYTES, `JavaScript loaded before a view is opened: ${mb(scriptBytes)}; under 1 MB`],
    [vsixBytes < MOST_VSIX_BYTES, `Size of the .vsix: ${mb(vsixBytes)}; under 3 MB`],
  ];
  console.log(
    [
      '',
      `${number(machines)} machines, ${number(jobs)} jobs, ${number(points)} recovery points; a workbench and its engine.`,
      `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node.js ${process.version}; average load of the last 1, 5 and 15 minutes: ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}`,
      '',
      table([
        ['', 'on the screen after', 'worst delay of the host'],
        ...steps.map(({ name, took, worst }) => [name, ms(took), ms(worst)]),
      ]),
      '',
      ...targets.map(([met, words]) => `${met ? 'met   ' : 'missed'}  ${words}.`),
    ].join('\n'),
  );
  return targets.every(([met]) => met) ? 0 : 1;
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function number(value) {
  return value.toLocaleString('en-US');
}

process.exitCode = await main();
