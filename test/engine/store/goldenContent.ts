import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { openDisk } from '../../../src/engine/machines/openDisk';
import type { StoreEnvironment } from '../../../src/engine/store/context';
import { InlinePool } from '../../../src/engine/store/inlinePool';
import { openStorage } from '../../../src/engine/store/openStorage';
import { Repository } from '../../../src/engine/store/repository';

/** The sample that this program would write today. Older ones show that what earlier versions wrote still opens. */
export const NEWEST_GOLDEN = 'store-v1b';

/** Key file of the sample repository. */
export const GOLDEN_KEY_FILE = createHash('sha256').update('vm-backup sample key file').digest();

/** Time of the first of its points, ms UTC. */
export const GOLDEN_TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Randomness that is the same each time: SHA-256 of a counter. */
function fixedRandomness(): (count: number) => Buffer {
  let counter = 0;
  return (count) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      counter += 1;
      blocks.push(createHash('sha256').update(`vm-backup sample ${counter}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, count);
  };
}

/** Bytes made of hashes, so that they are the same everywhere and do not compress. */
export function hashedBytes(length: number, name: string): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at * 32 < length; at += 1) blocks.push(createHash('sha256').update(`${name} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** The disks of the sample's two points. */
export function goldenDisks(): { system: Buffer; data: Buffer; changed: Buffer } {
  const text = Buffer.alloc(300_000, 'The quick brown fox jumps over the lazy dog. ');
  const system = Buffer.concat([hashedBytes(40_000, 'boot'), Buffer.alloc(400_000), text, hashedBytes(9001, 'tail')]);
  const data = Buffer.concat([Buffer.alloc(17 * 1024 * 1024), hashedBytes(20_000, 'data'), Buffer.alloc(1)]);
  const changed = Buffer.from(system);
  hashedBytes(5000, 'change').copy(changed, 8192);
  return { system, data, changed };
}

/** Makes the sample repository; the same bytes each time, as long as the format and zlib stay. */
export async function makeGolden(vault: string, workFolder: string): Promise<{ recoveryKey: string }> {
  const environment: StoreEnvironment = {
    now: () => GOLDEN_TIME,
    randomBytes: fixedRandomness(),
    pool: new InlinePool({ openDisk, openStorage }, { size: 1 }),
    toolVersion: '0.1.0',
    owner: { id: 'sample', name: 'sample computer' },
  };
  const repository = await Repository.create({ kind: 'folder', path: vault }, GOLDEN_KEY_FILE, environment);
  await repository.addRecoveryKey();
  const recoveryKey = await repository.rotateRecoveryKey();
  const { system, data, changed } = goldenDisks();
  for (const [at, images] of [{ system, data }, { system: changed }].entries()) {
    const disks = Object.entries(images).map(([name, content]) => {
      const file = path.join(workFolder, `${name}-${at}.raw`);
      fs.writeFileSync(file, content);
      const source = { kind: 'raw', path: file, sizeBytes: content.length };
      return { name, sizeBytes: content.length, source, description: { lun: at } };
    });
    await repository.backup({
      group: 'sample-vm',
      disks,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      describe: async () => ({ time: GOLDEN_TIME + at * 86_400_000, subject: { vm: 'sample-vm', slot: at } }),
    });
  }
  await repository.close();
  return { recoveryKey };
}
