// Runs before anything is installed: Node 20 built-ins only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { node, root } from './paths.mjs';

const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules/.vm-backup-lock');

/** Installs the locked dependencies if node_modules is missing or was made from another lock file. */
export function ensureInstalled() {
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(node) && (stampIs(wanted) || npmInstalledSince(lock))) {
    if (!stampIs(wanted)) writeFileSync(stamp, wanted);
    return;
  }
  process.stderr.write('Installing the dependencies (npm ci), about a minute…\n');
  const { error, status, stdout, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32', // npm is npm.cmd there
    // The log level would come from `npm run --silent` and hide the reason of a failure.
    env: { ...process.env, npm_config_loglevel: 'error', PATH: pathWithout(join(root, 'node_modules/.bin')) },
  });
  if (error?.code === 'ENOENT') throw new Error('npm is missing. Install the Debian package "npm".');
  if (error) throw error;
  if (status !== 0 || !existsSync(node))
    throw new Error(`npm ci failed.\n${stdout}${stderr}${advice(stderr)}`.trimEnd());
  writeFileSync(stamp, wanted);
}

function stampIs(wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** True when somebody ran npm by hand after the lock file was last written. */
function npmInstalledSince(file) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(file).mtimeMs;
}

/** npm must not run on the Node inside the very folder that it is about to delete. */
function pathWithout(folder) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => entry !== folder)
    .join(delimiter);
}

function advice(output) {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output)
    ? '\nThe npm registry cannot be reached. The first run needs a network connection or a filled npm cache.'
    : '';
}
