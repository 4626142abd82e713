import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { openDisk } from '../../../src/engine/machines/openDisk';
import type { StoreEnvironment } from '../../../src/engine/store/context';
import { InlinePool } from '../../../src/engine/store/inlinePool';
import type { StoredPoint } from '../../../src/engine/store/manifest';
import { openStorage } from '../../../src/engine/store/openStorage';
import { Repository } from '../../../src/engine/store/repository';

/** The sample that this program would write today. Older ones show that what earlier versions wrote still opens. */
export const NEWEST_GOLDEN = 'store-v1c';

/** Four megabytes of noise that a sample does without; a repository makes them anew. */
export const SPACE_RESERVE = 'gc/reserve';

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

/** What the sample's third point keeps sealed. */
export const GOLDEN_SECRETS = [{ disk: 'system', role: 'bek', content: Buffer.from('sample key of a disk') }];

/** Why the sample's first point is held, and what its note says. */
export const GOLDEN_HOLD = 'sample of a legal hold';
export const GOLDEN_NOTE = { group: 'sample-vm', time: GOLDEN_TIME, id: 'sample', subject: { says: 'a note' } };

/**
 * Makes the sample repository and its copy at a second site; the same bytes each time, as long as the format and zlib stay.
 * It has points of several disks, with secrets, on hold and removed, a note, and packs that wait for their deletion.
 */
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
  const gone = hashedBytes(60_000, 'gone');
  const points: StoredPoint[] = [];
  for (const [at, images] of [{ system, data }, { system: changed }, { system }, { system: gone }].entries()) {
    const disks = Object.entries(images).map(([name, content]) => {
      const file = path.join(workFolder, `${name}-${at}.raw`);
      fs.writeFileSync(file, content);
      const source = { kind: 'raw', path: file, sizeBytes: content.length };
      return { name, sizeBytes: content.length, source, description: { lun: at } };
    });
    const point = await repository.backup({
      group: 'sample-vm',
      disks,
      ...(at === 2 ? { secrets: GOLDEN_SECRETS } : {}),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      describe: async () => ({ time: GOLDEN_TIME + at * 86_400_000, subject: { vm: 'sample-vm', slot: at } }),
    });
    points.push(point);
  }
  await repository.holdPoint(points[0]?.key ?? '', GOLDEN_HOLD);
  await repository.addNote(GOLDEN_NOTE);
  await repository.removePoint(points[3]?.key ?? '');
  await repository.sweep();
  await repository.replicate({ kind: 'folder', path: path.join(path.dirname(vault), 'copy') });
  await repository.close();
  return { recoveryKey };
}
