import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { node, root } from '../../../scripts/paths.mjs';
import { run, start } from './processes.mjs';

const cli = join(root, 'dist/cli.js');

// A tool: the steps of the benchmark, and in `standing` the ids of processes that it keeps running between them.

/** Our engine behind our command line, each step as a person would run it. */
export async function ourTool(folder, image) {
  const data = join(folder, 'data');
  const engine = start(node, [cli, 'serve', '--data', data], ['ignore', 'pipe', 'ignore']);
  const vmBackup = async (...args) => JSON.parse(await run(node, [cli, '--json', '--data', data, ...args]));
  await once(createInterface(engine.stdout), 'line');
  return {
    name: 'VM Backup',
    version: (await vmBackup('version')).version,
    prepare: async () => {
      await vmBackup('vault', 'create', 'bench');
      await vmBackup('machine', 'add', 'bench', '--disk', image);
      await vmBackup('protect', 'bench', '--vault', 'bench');
    },
    backup: async () => vmBackup('backup', 'bench'),
    restore: async (target) => (await vmBackup('restore', 'bench', '--to', target)).files[0].path,
    verify: async () => vmBackup('verify'),
    storedBytes: () => bytesBelow(join(data, 'sites')),
    standing: [engine.pid],
  };
}

/** restic with a repository of its own, or `undefined` if it is not on the PATH. */
export async function restic(folder, image) {
  const version = await run('restic', ['version']).catch(() => undefined);
  if (version === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const repository = join(folder, 'repository');
  const password = join(folder, 'password');
  writeFileSync(password, 'bench', { mode: 0o600 });
  const common = ['--repo', repository, '--password-file', password, '--cache-dir', join(folder, 'cache'), '--quiet'];
  const call = async (...args) => run('restic', [...common, ...args]);
  return {
    name: 'restic',
    version: version.trim(),
    prepare: async () => call('init'),
    backup: async () => call('backup', image),
    restore: async (target) => {
      await call('restore', 'latest', '--target', target);
      return join(target, image);
    },
    verify: async () => call('check', '--read-data'),
    storedBytes: () => bytesBelow(repository),
    standing: [],
  };
}

function bytesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
