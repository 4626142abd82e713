// Runs the test levels and prints `N passed, N failed` last: `npm test -- [--level engine [--folder store]] [--grep text]`.
// `--all` adds what does not fit into the time of a usual run: every page in every theme, size and language, and the tests in
// a level's folder `long`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureAzureCli } from './azureCli.mjs';
import { buildIfStale, buildTests, testFiles } from './build.mjs';
import { ensureCryptsetup } from './cryptsetup.mjs';
import { leftoverEngines } from './leftovers.mjs';
import { packageExtension } from './package.mjs';
import { node, root } from './paths.mjs';
import { ensureWorkbench } from './workbench.mjs';

/**
 * In running order. `timeout` is mocha's, per test: it ends what hangs, and is many times what a test takes on a quiet machine.
 * Files of a `parallel` level run two at a time, as they share nothing.
 */
const levels = [
  { name: 'unit', timeout: 30_000 },
  { name: 'engine', timeout: 120_000, parallel: true },
  { name: 'conformance', timeout: 120_000, parallel: true, cryptsetup: true },
  { name: 'host', timeout: 60_000, workbench: true, inExtensionHost: true },
  { name: 'e2e', timeout: 120_000, parallel: true, workbench: true, packaged: true },
  // Only when it is named: it needs a tool of 600 MB.
  { name: 'az', timeout: 300_000, azureCli: true, onDemand: true },
];

const { values: options } = parseArgs({
  options: {
    level: { type: 'string' },
    folder: { type: 'string' },
    grep: { type: 'string' },
    all: { type: 'boolean' },
  },
});
if (options.level && !levels.some(({ name }) => name === options.level)) {
  console.error(`unknown level "${options.level}"; there are ${levels.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const which = { part: options.folder, all: options.all };
// All temporary files of the run in one folder: its engines can be told from anybody else's.
const temporary = mkdtempSync(join(tmpdir(), 'vmb-'));
let totalPassed = 0;
/** @type {string[]} */
const totalFailures = [];
try {
  await buildIfStale();
  for (const level of levels) {
    if (options.level ? level.name !== options.level : level.onDemand) continue;
    if (testFiles(level.name, which).length === 0) continue;
    console.log(`\n── ${level.name} ──`);
    const { passed, failures } = await run(level);
    totalPassed += passed;
    totalFailures.push(...failures, ...(await stopLeftovers()));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
// Again at the end: a long log is often read, or kept, only from there.
for (const failure of totalFailures) console.log(`\nFailed: ${failure}`);
console.log(`\n${totalPassed} passed, ${totalFailures.length} failed`);
process.exitCode = totalFailures.length > 0 || totalPassed === 0 ? 1 : 0;

/** One level in a process of its own. Anything that keeps it from ending properly is one failure. */
async function run(level) {
  const result = join(temporary, `${level.name}.json`);
  try {
    if (level.workbench) await ensureWorkbench();
    if (level.packaged) await packageExtension();
    if (level.azureCli) ensureAzureCli();
    if (level.cryptsetup) ensureCryptsetup();
    const files = await buildTests(level.name, which);
    const args = level.inExtensionHost ? [join(root, 'test/workbench/host.mjs')] : mocha(level, files);
    const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: environment(level, files, result) });
    await once(child, 'exit');
  } catch (error) {
    console.error(error);
  }
  return readResult(level, result);
}

function mocha({ timeout, parallel }, files) {
  const grep = options.grep ? ['--grep', options.grep] : [];
  const jobs = parallel ? ['--parallel', '--jobs', '2'] : [];
  return [
    '--enable-source-maps',
    join(root, 'node_modules/mocha/bin/mocha.js'),
    '--exit', // a forgotten handle must not hang the run
    '--timeout',
    String(timeout),
    '--reporter',
    join(root, 'scripts/test-reporter.cjs'),
    ...grep,
    ...jobs,
    ...files,
  ];
}

function environment({ timeout }, files, result) {
  return {
    ...process.env,
    TMPDIR: temporary,
    VMBACKUP_TEST_RESULT: result,
    // The rest is for the suite in the extension host, which has no command line.
    VMBACKUP_TEST_FILES: files.join(delimiter),
    VMBACKUP_TEST_TIMEOUT: String(timeout),
    ...(options.all ? { VMBACKUP_TEST_ALL: '1' } : {}),
    ...(options.grep ? { VMBACKUP_TEST_GREP: options.grep } : {}),
  };
}

/** How many tests of the level passed, and a text for each that did not; tests that never ran are among these. */
function readResult({ name }, file) {
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, pending: [], failures: [] };
  const failures = [
    ...result.failures.map(({ title, error }) => `${name}: ${title}\n${error}`),
    ...result.pending.map((title) => `${name}: ${title}: it is pending`),
    ...(result.done ? [] : [`${name}: it ended before its tests were done`]),
  ];
  return { passed: result.passed, failures };
}

/** Kills the engines that the level left running; a text for each. */
async function stopLeftovers() {
  const leftovers = await leftoverEngines(temporary);
  for (const { pid } of leftovers) process.kill(pid, 'SIGKILL');
  return leftovers.map(({ pid, command }) => `left running: ${pid} ${command}`);
}
