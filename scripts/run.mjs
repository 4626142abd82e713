// Behind `npm run demo|test|start|bench|torture|fuzz|conformance|package|screenshots`: makes a fresh clone runnable, then runs the task on Node 24.
// It starts with Node 20 and nothing installed, and leaves stdout to the task.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { node, root } from './paths.mjs';

const tasks = {
  demo: [join(root, 'dist/cli.js'), 'demo'],
  test: [join(root, 'scripts/test.mjs')],
  start: [join(root, 'scripts/start.mjs')],
  bench: [join(root, 'scripts/bench.mjs')],
  conformance: [join(root, 'scripts/conformance.mjs')],
  fuzz: [join(root, 'scripts/fuzz.mjs')],
  torture: [join(root, 'scripts/torture.mjs')],
  package: [join(root, 'scripts/package.mjs')],
  screenshots: [join(root, 'scripts/screenshots.mjs')],
};

/** Returns the exit code. */
async function main([name, ...args]) {
  if (!Object.hasOwn(tasks, name ?? '')) {
    process.stderr.write(`usage: node scripts/run.mjs ${Object.keys(tasks).join('|')} [arguments]\n`);
    return 2;
  }
  if (Number.parseInt(process.versions.node, 10) < 20) {
    process.stderr.write(
      `Node ${process.versions.node} is too old: install Node 20 or newer (Debian 13: package "nodejs").\n`,
    );
    return 1;
  }
  try {
    ensureInstalled();
    const { buildIfStale } = await import('./build.mjs');
    await buildIfStale();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  return runOnNode24([...tasks[name], ...args]);
}

function runOnNode24(args) {
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) },
  });
  // Ctrl-C reaches the child by itself (same terminal group); this process only has to outlive it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

process.exitCode = await main(process.argv.slice(2));
