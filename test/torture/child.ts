import fs from 'node:fs';
import { seeded } from '../support/seeded';
import { type Note, openStore, StoreWork } from './storeWork';

/** Works on a repository until it is killed. What it promises is in the journal before anybody could rely on it. */
async function main([folder = '', seed = '0', journal = '']: readonly string[]): Promise<void> {
  const file = fs.openSync(journal, 'a');
  const note = (entry: Note): void => void fs.writeSync(file, `${JSON.stringify(entry)}\n`);
  const work = new StoreWork(folder, await openStore(folder), seeded(Number(seed)), note);
  process.stdout.write('ready\n');
  for (;;) await work.step();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(3);
});
