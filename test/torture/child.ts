import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { seeded } from '../support/seeded';
import { type Note, openStore, StoreWork } from './storeWork';

/**
 * Waits for a seed, then works on a repository until it is killed, and tells before each step. What it promises is in the journal before anybody
 * could rely on it.
 */
async function main([folder = '']: readonly string[]): Promise<void> {
  const [seed] = await once(process.stdin, 'data');
  const file = fs.openSync(path.join(folder, 'journal'), 'a');
  const note = (entry: Note): void => void fs.writeSync(file, `${JSON.stringify(entry)}\n`);
  const work = new StoreWork(folder, await openStore(folder), seeded(Number(String(seed))), note);
  for (;;) {
    process.stdout.write('ready\n');
    await work.step();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(3);
});
