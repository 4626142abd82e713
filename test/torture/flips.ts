import assert from 'node:assert/strict';
import { isAppError } from '../../src/domain/errors';
import type { Repository } from '../../src/engine/store/repository';
import type { VerifyReport } from '../../src/engine/store/verify';
import { GcWorld } from '../engine/store/gc/gcSupport';
import { KEY_FILE, noise, requestFor, restored, writeImage } from '../engine/store/storeSupport';
import { seeded } from '../support/seeded';

/** How many bits to flip. */
export interface FlipOptions {
  /** A folder for images and restored disks, best in memory. */
  readonly folder: string;
  readonly flips: number;
  readonly seed: number;
  /** Is told how far it is. */
  readonly report?: (line: string) => void;
}

interface Vault {
  readonly world: GcWorld;
  readonly recoveryKey: string;
  /** Content by key of the point, disk by disk. */
  readonly points: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * Flips single bits anywhere in a vault that has every kind of object, one at a time. Each must be found: opening is
 * refused, or verify names the object, that object alone. What verify does not name as hit restores exactly, and what it
 * names is refused by a restore. Returns the number of flips by kind of object. Throws with the first that differs.
 */
export async function flipBits(options: FlipOptions): Promise<Record<string, number>> {
  const { flips, seed, report = () => undefined } = options;
  const vault = await makeVault(options.folder);
  const { objects } = vault.world.objects;
  const keys = vault.world.keys('');
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const done: Record<string, number> = {};
  for (let flip = 1; flip <= flips; flip += 1) {
    const key = keys[below(keys.length)] ?? '';
    const right = objects.get(key) ?? Buffer.alloc(0);
    const at = below(right.length);
    const bit = below(8);
    const wrong = Buffer.from(right);
    wrong[at] = (wrong[at] ?? 0) ^ (1 << bit);
    objects.set(key, wrong);
    await checkFlip(vault, options.folder, key, flip).catch((error: unknown) => {
      throw new Error(`bit ${bit} of byte ${at} of ${key}, flip ${flip}, seed ${seed}`, { cause: error });
    });
    objects.set(key, right);
    const kind = key.replace(/\/.*/, '');
    done[kind] = (done[kind] ?? 0) + 1;
    if (flip % 1000 === 0) report(`${flip} flips found`);
  }
  assert.deepEqual(vault.world.keys(''), keys, 'looking writes nothing');
  return done;
}

/** A vault with a point on hold, notes, secrets, a lease, condemned packs and what a compaction leaves behind. */
async function makeVault(folder: string): Promise<Vault> {
  const world = await GcWorld.create(folder, { id: 'this engine', name: 'this computer' });
  const { repository } = world;
  const recoveryKey = await repository.addRecoveryKey();
  const [shared, first, second, third] = [11_003, 20_001, 9000, 30_005].map((bytes, seed) => noise(bytes, seed + 1));
  const secrets = [{ disk: 'disk0', role: 'bek', content: noise(64, 9) }];
  const points = new Map<string, readonly Buffer[]>();
  for (const disk of [first, second, third]) {
    const content = [shared ?? Buffer.alloc(0), disk ?? Buffer.alloc(0)];
    const images = content.map((bytes) => writeImage(folder, bytes));
    points.set((await repository.backup(requestFor(images, { secrets }))).key, content);
  }
  const [removed = '', held = ''] = points.keys();
  points.delete(removed);
  await repository.removePoint(removed);
  await repository.holdPoint(held, 'Evidence.');
  await repository.addNote({ group: 'web-01', time: world.now, id: 'ab12', subject: { stopped: true } });
  const { compactedPacks, condemnedPacks } = await repository.sweep();
  assert.ok(compactedPacks > 0 && condemnedPacks > 0, 'something was rewritten, and waits for its deletion');
  return { world, recoveryKey, points };
}

async function checkFlip(vault: Vault, folder: string, key: string, flip: number): Promise<void> {
  const repository = await open(vault, key);
  const report = await repository.verify();
  assert.deepEqual(namedIn(report), [key]);
  // What nothing reads any more may be damaged in a vault that is whole.
  assert.equal(report.ok, report.damagedLeftovers.length > 0);
  const isData = key.startsWith('packs/');
  const isPoint = key.startsWith('snaps/');
  const disks = [...vault.points].flatMap(([point, contents]) =>
    contents.map((content, at) => ({ point, disk: `disk${at}`, content })),
  );
  for (const [at, { point, disk, content }] of disks.entries()) {
    const hit = isPoint
      ? report.damagedPoints.some((damaged) => damaged.key === point)
      : report.affected.some((affected) => affected.key === point && affected.disk === disk);
    assert.ok(!hit || isData || isPoint, `${key} is nothing that a restore needs`);
    // What no restore needs does not have to be shown with each disk, each time.
    if (isData || isPoint || flip % disks.length === at)
      await checkRestore(async () => restored(repository, point, folder, disk), content, hit);
  }
}

/** A flip in the key that opens the vault must be refused as that; the other key then opens it. */
async function open({ world, recoveryKey }: Vault, key: string): Promise<Repository> {
  try {
    return await world.look({ keyFile: KEY_FILE });
  } catch (error) {
    if (!isAppError(error, 'LocalVaultUnreadable') || !key.startsWith('keys/')) throw error;
    return world.look({ recoveryKey });
  }
}

function namedIn(report: VerifyReport): string[] {
  const named = [
    ...report.damagedPacks.map((damaged) => damaged.key),
    ...report.damagedBlobs.map(({ pack }) => pack),
    ...report.damagedIndexes,
    ...report.damagedKeys,
    ...report.damagedRecords,
    ...report.damagedLeftovers,
    ...report.damagedPoints.map((damaged) => damaged.key),
  ];
  return [...new Set(named)];
}

async function checkRestore(restore: () => Promise<Buffer>, content: Buffer, hit: boolean): Promise<void> {
  const bytes = await restore().catch((error: unknown) => {
    if (isAppError(error, 'LocalChunkDamaged')) return undefined;
    throw error;
  });
  assert.equal(bytes === undefined, hit, 'a disk is named if, and only if, it cannot be restored');
  if (bytes !== undefined) assert.ok(bytes.equals(content), 'wrong bytes were restored');
}
