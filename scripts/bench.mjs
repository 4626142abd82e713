// Runs one of the benchmarks in test/bench: `npm run bench [-- <name>] [-- arguments]`; `store` if none is named.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';

const ENDING = '.bench.mjs';
const folder = join(root, 'test/bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .toSorted();
const named = process.argv[2] !== undefined && !process.argv[2].startsWith('-');
const wanted = named ? process.argv[2] : 'store';

if (names.includes(wanted)) {
  if (named) process.argv.splice(2, 1); // the benchmark sees its own arguments only
  await import(pathToFileURL(join(folder, `${wanted}${ENDING}`)).href);
} else {
  console.error(['usage: npm run bench -- [name] [arguments]', ...names.map((name) => `  ${name}`)].join('\n'));
  process.exitCode = 2;
}
