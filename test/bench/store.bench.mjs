// Backup, restore and verification of one disk image with our engine and, where it is installed, with restic:
// `npm run bench -- store [--size 1G] [--seed N]`.
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENT, changeImage, sha256, writeImage } from './support/image.mjs';
import { endAll, measured, run } from './support/processes.mjs';
import { table } from './support/table.mjs';
import { ourTool, restic } from './support/tools.mjs';

const MIB = 1024 ** 2;
const UNITS = { '': 1, K: 1024, M: MIB, G: 1024 * MIB };
/** The image, two stores and two restored copies, one of them not yet removed. */
const ROOM = 5;

/** Returns the exit code. */
async function main() {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\nusage: npm run bench -- store [--size 1G] [--seed N]`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vm-backup-bench-'));
  const tidyUp = async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void tidyUp().then(() => process.exit(1)));
  try {
    requireRoom(folder, ROOM * options.size);
    const image = join(folder, 'disk.raw');
    console.error(`Writing an image of ${mib(options.size)} MiB (${CONTENT}; seed ${options.seed}).`);
    await writeImage(image, options.size, options.seed);
    const ours = await ourTool(join(folder, 'ours'), image);
    const other = await restic(join(folder, 'restic'), image);
    const tools = other ? [ours, other] : [ours];
    report(options, tools, await runSteps(tools, { folder, image, ...options }));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await tidyUp();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { size: { type: 'string', default: '1G' }, seed: { type: 'string', default: '1' } },
    });
    const [, number, unit] = /^(\d+)([KMG]?)$/i.exec(values.size) ?? [];
    if (number === undefined) return '--size needs a number of bytes, with K, M or G if you like, for example 256M.';
    const size = Number(number) * UNITS[unit.toUpperCase()];
    return size < MIB ? '--size must be at least 1M.' : { size, seed: values.seed };
  } catch (error) {
    return error.message;
  }
}

function requireRoom(folder, bytes) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  throw new Error(`The benchmark needs ${mib(bytes)} MiB in ${folder}, but only ${mib(bavail * bsize)} MiB are free.`);
}

/** Every step with one tool right after the other, in turns first, so that both meet the same machine. */
async function runSteps(tools, { folder, image, size, seed }) {
  for (const tool of tools) await tool.prepare();
  const rows = [];
  const step = async (name, bytes, work) => {
    const results = new Map();
    for (const tool of rows.length % 2 === 0 ? tools : tools.toReversed()) {
      console.error(`${name}: ${tool.name}`);
      await run('sync', []).catch(() => undefined); // nobody pays for what another one left to be written
      const before = tool.storedBytes();
      const others = tools.filter((each) => each !== tool).flatMap(({ standing }) => standing);
      const result = await measured(async () => work(tool), others);
      results.set(tool, { ...result, storedBytes: tool.storedBytes() - before });
    }
    const inOrder = tools.map((tool) => results.get(tool));
    rows.push({ name, bytes, results: inOrder });
    return inOrder;
  };
  let hash = await sha256(image);
  await step('Full backup', size, async (tool) => tool.backup());
  const changedBytes = await changeImage(image, seed);
  hash = await sha256(image);
  await step('1 % changed', size, async (tool) => tool.backup());
  const restored = await step('Restore', size, async (tool) => tool.restore(join(folder, `restored-${tool.name}`)));
  for (const [index, { value: file }] of restored.entries()) {
    if ((await sha256(file)) !== hash)
      throw new Error(`${tools[index].name} restored something else than was backed up.`);
    rmSync(file);
  }
  await step('Verify all', size, async (tool) => tool.verify());
  return { rows, changedBytes, stored: tools.map((tool) => tool.storedBytes()) };
}

function report({ size }, tools, { rows, changedBytes, stored }) {
  const heading = ['', ...tools.flatMap(({ name }) => [name, 'MiB/s', 'stored MiB', 'peak MiB'])];
  if (tools.length > 1) heading.push('time', 'disk', 'memory');
  const body = rows.map(({ name, bytes, results }) => [
    name,
    ...results.flatMap(({ seconds, peakBytes, storedBytes }) => [
      `${seconds.toFixed(2)} s`,
      (bytes / MIB / seconds).toFixed(0),
      storedBytes > 0 ? mib(storedBytes) : '–',
      mib(peakBytes),
    ]),
    ...(results.length > 1
      ? ['seconds', 'storedBytes', 'peakBytes'].map((key) => ratio(results[0][key], results[1][key]))
      : []),
  ]);
  console.log(
    [
      '',
      `${mib(size)} MiB, ${CONTENT}; then ${mib(changedBytes)} MiB changed in places of 256 KiB.`,
      `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node.js ${process.version}`,
      ...tools.map(({ name, version }, i) => `${name}: ${version}; ${mib(stored[i])} MiB stored in the end`),
      '',
      table([heading, ...body]),
      '',
      tools.length > 1
        ? 'The last columns are VM Backup / restic; less than 1 is better. Both restored the image byte for byte.'
        : 'restic is not on the PATH, so there is nothing to compare with. On Debian: apt-get install restic',
    ].join('\n'),
  );
}

function ratio(a, b) {
  return b > 0 ? `${(a / b).toFixed(2)} ×` : '–';
}

function mib(bytes) {
  const value = bytes / MIB;
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

process.exitCode = await main();
