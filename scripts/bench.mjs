// Runs one of the benchmarks in test/bench: `npm run bench -- <name> [arguments]`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';

const folder = join(root, 'test/bench');
const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.bench.mjs')) : [];
const wanted = process.argv[2];

if (names.includes(`${wanted}.bench.mjs`)) {
  process.argv.splice(2, 1); // the benchmark sees its own arguments only
  await import(pathToFileURL(join(folder, `${wanted}.bench.mjs`)).href);
} else {
  const list = names.map((file) => `  ${file.replace('.bench.mjs', '')}`).toSorted();
  console.error(
    ['usage: npm run bench -- <name> [arguments]', ...(list.length > 0 ? list : ['  (none yet)'])].join('\n'),
  );
  process.exitCode = 2;
}
