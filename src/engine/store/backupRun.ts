import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import { BlobSealer } from './blob';
import type { RepositoryContext } from './context';
import { DiskMapBuilder } from './diskMap';
import type { DiskSource } from './diskSource';
import { cancelled, damaged } from './errors';
import { BlobType, FORMAT_VERSION, ID_BYTES, MIB, PAGE_PACK_BYTES, SESSION_BYTES, segmentCount } from './format';
import { refreshCondemned } from './gc/condemn';
import { IdHasher, toHex } from './ids';
import { fillsIndexObject, writeIndexObjects } from './indexObjects';
import type { KnownPack } from './inventory';
import type { JsonValue } from './json';
import { LaneGroup } from './laneGroup';
import { type BackupCounters, checkGroup, newManifestId, type StoredPoint, writeManifest } from './manifest';
import { Mutex } from './mutex';
import type { PackContent } from './packDirectory';
import { packSizes } from './packs';
import { PackWriter } from './packWriter';
import { throttled } from './progress';
import { type PointSecret, sealSecrets } from './secrets';
import type { SegmentResult } from './workerProtocol';

/** Room for what even a backup without new chunks writes: map pages, index, manifest. */
export const LEAST_FREE_BYTES = 16 * MIB;

/** How far a backup is. Bytes are real ones, counted as they are read and written. */
export interface BackupProgress extends BackupCounters {
  readonly phase: 'read' | 'commit';
}

/** What a recovery point says about itself. */
export interface PointDescription {
  /** When the disks were as they are stored, ms UTC. */
  readonly time: number;
  /** Everything the layers above need to understand the point without their catalogue. */
  readonly subject: JsonValue;
}

/** What to back up. */
export interface BackupRequest {
  /** Path-safe key of the machine, `[a-z0-9-]`. */
  readonly group: string;
  readonly disks: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly source: DiskSource;
    readonly description: JsonValue;
  }[];
  readonly signal: AbortSignal;
  /** Called at most about ten times a second, and at the end. */
  readonly onProgress: (progress: BackupProgress) => void;
  /** Small files that the disks cannot be used without; kept sealed in the manifest. */
  readonly secrets?: readonly PointSecret[];
  /** Key of the point before; information only. */
  readonly parent?: string;
  /**
   * Called once all data and index objects are durable, just before the manifest. If it throws, the backup fails with
   * that error and no recovery point appears.
   */
  readonly describe: (counters: BackupCounters) => Promise<PointDescription>;
}

/** One backup, from reading the disks to the manifest (STORE §4, steps 1 to 5). Use it once. */
export class BackupRun {
  private readonly run: number;
  private readonly hasher: IdHasher;
  private readonly pages: PackWriter;
  private readonly pageTurn = new Mutex();
  private readonly indexTurn = new Mutex();
  private readonly used = new Map<string, KnownPack>();
  private readonly counters = { readBytes: 0, zeroBytes: 0, knownBytes: 0, newBytes: 0, storedBytes: 0 };
  private readonly report: (progress: BackupProgress) => void;

  constructor(
    private readonly context: RepositoryContext,
    private readonly request: BackupRequest,
  ) {
    const { environment, storage, blobKeys } = context;
    this.run = context.inventory.startRun();
    this.hasher = new IdHasher(blobKeys.idKey);
    this.report = throttled(environment, request.onProgress);
    const session = environment.randomBytes(SESSION_BYTES);
    this.pages = new PackWriter({
      storage,
      sealer: new BlobSealer(blobKeys, session),
      session,
      targetBytes: PAGE_PACK_BYTES,
      onWritten: (pack) => this.packWritten(pack),
    });
  }

  /** Does the backup and returns the new point. If it throws, no point exists; durable packs are reused next time. */
  async execute(): Promise<StoredPoint> {
    try {
      return await this.storeAndCommit();
    } finally {
      this.context.inventory.endRun(this.run);
    }
  }

  private async storeAndCommit(): Promise<StoredPoint> {
    checkRequest(this.request);
    await this.checkRoom();
    const { request, context } = this;
    const segments = request.disks.reduce((sum, disk) => sum + segmentCount(disk.sizeBytes), 0);
    const host = {
      claim: async (ids: Uint8Array) => this.claim(ids),
      packWritten: (pack: PackContent) => this.packWritten(pack),
    };
    const { signal } = request;
    const disks = await LaneGroup.use(context, { tasks: segments, host, signal }, async (lanes) => this.store(lanes));
    await this.writeIndex();
    // The last report comes before the commit: if it throws, there must be no point.
    request.onProgress({ phase: 'commit', ...this.counters });
    const description = await request.describe({ ...this.counters });
    await this.checkPacks();
    await context.confirmOwner();
    if (signal.aborted) throw cancelled();
    const id = newManifestId(context.environment.randomBytes);
    return writeManifest(
      context.storage,
      context.manifestObjectKey,
      {
        format: FORMAT_VERSION,
        id,
        group: request.group,
        time: description.time,
        subject: description.subject,
        disks,
        counters: { ...this.counters },
        toolVersion: context.environment.toolVersion ?? 'unknown',
        ...this.sealedSecrets(id),
        ...(request.parent === undefined ? {} : { parent: request.parent }),
      },
      context.environment.randomBytes,
    );
  }

  private sealedSecrets(point: string): { secrets?: string } {
    const { secrets = [] } = this.request;
    if (secrets.length === 0) return {};
    const session = this.context.environment.randomBytes(SESSION_BYTES);
    return { secrets: sealSecrets(this.context.manifestObjectKey, point, { secrets, session }) };
  }

  /** Nobody knows before what is new; with less than this not even the smallest backup is sure to end. */
  private async checkRoom(): Promise<void> {
    const free = await this.context.storage.freeBytes();
    if (free >= LEAST_FREE_BYTES) return;
    const { path } = this.context.target;
    const numbers = `needs at least ${formatBytes(LEAST_FREE_BYTES)}, and ${formatBytes(free)} are free`;
    throw new AppError('LocalStoreNoSpace', `There is not enough space in ${path} for a backup: it ${numbers}.`, {
      details: { target: path, recommendation: 'Free some space on that disk and run the backup again.' },
    });
  }

  private async store(lanes: LaneGroup): Promise<StoredPoint['disks']> {
    const maps = this.request.disks.map((disk) => ({ disk, map: new DiskMapBuilder(disk.sizeBytes), nonZeroBytes: 0 }));
    const tasks = maps.flatMap((entry) =>
      Array.from({ length: segmentCount(entry.disk.sizeBytes) }, (_, segment) => ({ entry, segment })),
    );
    await lanes.share(tasks.values(), async (lane, { entry, segment }) => {
      const source = { ...entry.disk.source, sizeBytes: entry.disk.sizeBytes };
      const result = await lane.segment({ source, segment });
      this.count(result);
      entry.nonZeroBytes += result.knownBytes + result.newBytes;
      if (result.page !== undefined) entry.map.set(segment, await this.putPage(lanes, result.page));
      await this.writeFullIndex();
      await this.context.environment.bandwidth?.spend(result.knownBytes + result.newBytes, this.request.signal);
    });
    // Data is durable before the pages that name it (STORE §4 step 2).
    await lanes.each(async (lane) => lane.flush());
    const disks: StoredPoint['disks'] = [];
    for (const { disk, map, nonZeroBytes } of maps) {
      const rootId = toHex(await map.finish(async (page) => this.putPage(lanes, page)));
      disks.push({
        name: disk.name,
        sizeBytes: disk.sizeBytes,
        rootId,
        nonZeroBytes,
        description: disk.description,
      });
    }
    this.report({ phase: 'commit', ...this.counters });
    await this.pages.flush();
    return disks;
  }

  private count(result: SegmentResult): void {
    this.counters.readBytes += result.readBytes;
    this.counters.zeroBytes += result.zeroBytes;
    this.counters.knownBytes += result.knownBytes;
    this.counters.newBytes += result.newBytes;
    this.report({ phase: 'read', ...this.counters });
  }

  private claim(ids: Uint8Array): Uint8Array {
    const flags = new Uint8Array(ids.length / ID_BYTES);
    flags.forEach((_, at) => {
      flags[at] = this.claimOne(ids.subarray(at * ID_BYTES, (at + 1) * ID_BYTES)) === 'new' ? 1 : 0;
    });
    return flags;
  }

  private claimOne(id: Uint8Array): 'new' | 'known' {
    const answer = this.context.inventory.claim(id, this.run);
    if (answer === 'new') return 'new';
    if (answer !== 'claimed') this.used.set(answer.name, answer);
    return 'known';
  }

  private packWritten(pack: PackContent): void {
    this.context.inventory.addUnindexed(pack);
    this.used.set(pack.name, pack);
    this.counters.storedBytes += pack.size;
  }

  private async putPage(lanes: LaneGroup, page: Uint8Array): Promise<Uint8Array> {
    const id = this.hasher.id(page);
    if (this.claimOne(id) === 'known') return id;
    await this.pageTurn.run(async () => {
      if (this.pages.full) {
        await lanes.each(async (lane) => lane.flush());
        await this.pages.flush();
      }
      this.pages.add({ id, raw: page.length, type: BlobType.mapPage }, page);
    });
    return id;
  }

  /** Keeps the directories in memory few: index objects may be written as soon as their packs are durable. */
  private async writeFullIndex(): Promise<void> {
    if (fillsIndexObject(this.context.inventory.pendingIndex)) await this.writeIndex();
  }

  private async writeIndex(): Promise<void> {
    await this.indexTurn.run(async () => {
      const { inventory, storage, indexObjectKey, environment } = this.context;
      const packs = [...inventory.pendingIndex];
      const sequence = this.context.nextIndexSequence();
      await writeIndexObjects(storage, indexObjectKey, packs, sequence, environment.randomBytes);
      inventory.markIndexed(packs);
    });
  }

  /** Step 4: somebody may have removed or condemned a pack since the repository was opened. */
  private async checkPacks(): Promise<void> {
    await refreshCondemned(this.context);
    const { condemned } = this.context.inventory;
    const doomed = [...this.used.keys()].filter((name) => condemned.has(name));
    if (doomed.length > 0) {
      throw damaged(
        `${doomed.length} packs that this backup builds on are being deleted, first ${doomed[0]}; run it again`,
      );
    }
    const present = await packSizes(this.context.storage);
    const lost = [...this.used.values()].filter(({ name, size }) => present.get(name) !== size).map(({ name }) => name);
    if (lost.length === 0) return;
    this.context.inventory.losePacks(new Map(lost.map((name) => [name, 'the pack is missing'])));
    throw damaged(`${lost.length} packs that this backup builds on are gone, first ${lost[0]}; run it again`);
  }
}

function checkRequest(request: BackupRequest): void {
  checkGroup(request.group);
  const names = new Set(request.disks.map(({ name }) => name));
  const sizes = request.disks.every(({ sizeBytes }) => Number.isSafeInteger(sizeBytes) && sizeBytes > 0);
  if (request.disks.length > 0 && names.size === request.disks.length && sizes) return;
  throw new AppError('LocalRequestInvalid', 'A backup needs disks with names of their own and sizes above zero.', {
    details: { target: 'disks' },
  });
}
