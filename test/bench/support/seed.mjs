import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { node, root } from '../../../scripts/paths.mjs';
import { run, start } from './processes.mjs';

const cli = join(root, 'dist/cli.js');
/** The machine of {@link makeSeed}. */
export const SEED = 'seed';

/** Makes a data folder with one machine that is really protected and backed up: whatever a record has, its copies have. */
export async function makeSeed(folder, data) {
  const image = join(folder, 'disk.raw');
  writeFileSync(image, Buffer.alloc(1024 ** 2, 1));
  const { engine } = await startEngine(data);
  const vmBackup = async (...args) => run(node, [cli, '--json', '--data', data, ...args]);
  await vmBackup('vault', 'create', 'home-vault');
  await vmBackup('machine', 'add', SEED, '--disk', image);
  await vmBackup('protect', SEED, '--vault', 'home-vault');
  await vmBackup('backup', SEED);
  await stopEngine(engine);
}

/** Starts the engine of a data folder. @returns its process and what it announced */
export async function startEngine(data) {
  const engine = start(node, [cli, '--json', '--data', data, 'serve'], ['ignore', 'pipe', 'inherit']);
  const [line] = await once(createInterface(engine.stdout), 'line');
  return { engine, announced: JSON.parse(line) };
}

/** Asks an engine to end and waits until it has. */
export async function stopEngine(engine) {
  engine.kill('SIGTERM');
  await once(engine, 'close');
}
