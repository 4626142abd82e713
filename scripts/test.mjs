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

/** In running order; `timeout` is mocha's, per test. Files of a `parallel` level run two at a time, as they share nothing. */
const levels = [
  { name: 'unit', timeout: 10_000 },
  { name: 'engine', timeout: 30_000, parallel: true },
  { name: 'conformance', timeout: 30_000, parallel: true, cryptsetup: true },
  { name: 'host', timeout: 30_000, workbench: true, inExtensionHost: true },
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
const total = { passed: 0, failed: 0 };
try {
  await buildIfStale();
  for (const level of levels) {
    if (options.level ? level.name !== options.level : level.onDemand) continue;
    if (testFiles(level.name, which).length === 0) continue;
    console.log(`\n── ${level.name} ──`);
    const { passed, failed } = await run(level);
    const leaked = await stopLeftovers();
    total.passed += passed;
    total.failed += failed + leaked;
  }
} finally {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

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

function readResult({ name }, file) {
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, pending: 0 };
  if (result.pending > 0) console.log(`${name}: ${result.pending} pending, counted as failed`);
  if (!result.done) console.log(`${name}: ended before its tests were done, counted as failed`);
  return { passed: result.passed, failed: result.failed + result.pending + (result.done ? 0 : 1) };
}

async function stopLeftovers() {
  const leftovers = await leftoverEngines(temporary);
  for (const { pid, command } of leftovers) {
    console.log(`left running, counted as failed: ${pid} ${command}`);
    process.kill(pid, 'SIGKILL');
  }
  return leftovers.length;
}
