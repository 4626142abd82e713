import { formatBytes } from '../../../domain/sizes';
import type { RepositoryContext } from '../context';
import { INDEX_PREFIX, MIB } from '../format';
import { Mutex } from '../mutex';
import { packSizes } from '../packs';
import { compactionBatches, compactPacks } from './compaction';
import { condemnDeadPacks } from './condemn';
import { type Deletion, deleteCondemned } from './deleteCondemned';
import { readGenerations } from './generations';
import { renewIndex, wantsMerge } from './indexUpkeep';
import { Marker } from './marker';
import { dueGenerations, planSweep, type SweepPlan, type SweepPolicy, sparsePacks } from './plan';
import type { Readers } from './readers';
import { keepReserve, withReserve } from './reserve';
import { surveyPacks } from './survey';

/** Space that compaction leaves free for backups. */
const SPARE_BYTES = 64 * MIB;
/** Bytes that one sweep copies at most; the rest waits for the next one. */
const MOST_COPIED_BYTES = 16 * 1024 * MIB;

/** What a sweep is doing. `done` and `total` count packs while it rewrites them. */
export interface SweepProgress {
  readonly phase: 'mark' | 'delete' | 'compact' | 'condemn';
  readonly done: number;
  readonly total: number;
}

/** Options of a sweep. */
export interface SweepOptions extends SweepPolicy {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SweepProgress) => void;
}

/** What a sweep did. Bytes of packs. */
export interface SweepReport {
  readonly points: number;
  readonly deleted: Deletion;
  readonly condemnedPacks: number;
  readonly condemnedBytes: number;
  readonly compactedPacks: number;
  /** Bytes of the packs that were written for them. */
  readonly copiedBytes: number;
  readonly indexObjects: number;
  /** What was left for another time and why, in whole sentences. */
  readonly postponed: readonly string[];
}

/** The long work on a repository that gives back space. One piece of it runs at a time. */
export class Cleanup {
  private readonly turn = new Mutex();
  /** Whoever read when a generation was condemned, by its key. */
  private readonly pins = new Map<string, () => boolean>();

  /**
   * @param context of the open repository; asked again after each wait
   * @param exclusive runs work while no backup does
   */
  constructor(
    private readonly context: () => RepositoryContext,
    private readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>,
    private readonly readers: Readers,
  ) {}

  /** Runs work that must not meet a sweep. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.turn.run(work);
  }

  /** What {@link sweep} would do. */
  async plan(options: SweepOptions): Promise<SweepPlan> {
    return this.turn.run(async () => {
      const context = this.context();
      const marker = new Marker(context);
      await marker.update(options.signal);
      const packs = await surveyPacks(context, marker);
      const { generations } = context.inventory.condemned;
      const input = { now: context.environment.now(), points: marker.points, packs, generations, isRead: this.isRead };
      return planSweep(input, options);
    });
  }

  /** Deletes what was condemned long enough ago, rewrites sparse packs, and condemns what nobody needs. */
  async sweep(options: SweepOptions): Promise<SweepReport> {
    return this.turn.run(async () => {
      const { signal, onProgress = () => undefined } = options;
      const context = this.context();
      const marker = new Marker(context);
      onProgress({ phase: 'mark', done: 0, total: 0 });
      await marker.update(signal);
      onProgress({ phase: 'delete', done: 0, total: 0 });
      const deleted = await this.exclusive(async () => this.deleteDue(context, marker, options));
      const compacted = await this.compact(context, marker, options);
      onProgress({ phase: 'condemn', done: 0, total: 0 });
      const condemned = await this.exclusive(async () => this.condemn(context, marker, signal));
      await keepReserve(context.storage, context.environment);
      const indexObjects = (await context.storage.list(INDEX_PREFIX)).length;
      return { points: marker.points, deleted, ...compacted, ...condemned, indexObjects };
    });
  }

  private readonly isRead = ({ key }: { readonly key: string }): boolean => this.pins.get(key)?.() ?? false;

  private async deleteDue(context: RepositoryContext, marker: Marker, options: SweepOptions): Promise<Deletion> {
    await marker.update(options.signal);
    const { generations } = context.inventory.condemned;
    const due = dueGenerations({ now: context.environment.now(), generations, isRead: this.isRead }, options.graceMs);
    const deletion = await deleteCondemned(context, marker, due, options.signal);
    for (const { key } of due) this.pins.delete(key);
    return deletion;
  }

  private async compact(
    context: RepositoryContext,
    marker: Marker,
    options: SweepOptions,
  ): Promise<Pick<SweepReport, 'compactedPacks' | 'copiedBytes' | 'postponed'>> {
    const { storage, inventory } = context;
    const all = await surveyPacks(context, marker);
    const sparse = sparsePacks(
      all.filter(({ name }) => inventory.has(name) && !inventory.condemned.has(name)),
      options.deadShare,
    );
    let copiedBytes = 0;
    let done = 0;
    for (const batch of compactionBatches(sparse)) {
      const needed = batch.reduce((sum, { liveBytes }) => sum + liveBytes, SPARE_BYTES);
      const free = await storage.freeBytes();
      const reason =
        free < needed
          ? `needs ${formatBytes(needed)}, and ${formatBytes(free)} are free`
          : copiedBytes > MOST_COPIED_BYTES && `has copied ${formatBytes(copiedBytes)} already`;
      if (reason !== false) {
        const postponed = [`Rewriting sparse packs waits for another time: it ${reason}.`];
        return { compactedPacks: done, copiedBytes, postponed };
      }
      copiedBytes += await this.exclusive(async () => {
        await marker.update(options.signal);
        return compactPacks(
          context,
          marker,
          batch.map(({ name }) => name),
          options.signal,
        );
      });
      done += batch.length;
      options.onProgress?.({ phase: 'compact', done, total: sparse.length });
    }
    return { compactedPacks: done, copiedBytes, postponed: [] };
  }

  private async condemn(
    context: RepositoryContext,
    marker: Marker,
    signal: AbortSignal | undefined,
  ): Promise<Pick<SweepReport, 'condemnedPacks' | 'condemnedBytes'>> {
    const { storage } = context;
    await marker.update(signal);
    const generations = await condemnDeadPacks(context, marker);
    const isRead = this.readers.snapshot();
    for (const { key } of generations) this.pins.set(key, isRead);
    // A list that cannot be read condemns nothing any more: what it named is in a new one if nobody needs it.
    const { damagedKeys } = await readGenerations(storage, context.condemnedObjectKey);
    for (const key of damagedKeys) await storage.delete(key);
    await forgetLost(context);
    const packs = generations.flatMap((generation) => generation.packs);
    return { condemnedPacks: packs.length, condemnedBytes: packs.reduce((sum, { size }) => sum + size, 0) };
  }
}

/** Takes packs that are gone and that no point needs out of the index, and keeps it in few objects. */
async function forgetLost(context: RepositoryContext): Promise<void> {
  const { storage, inventory } = context;
  const sizes = await packSizes(storage);
  const gone = new Set([...inventory.lostPacks.keys()].filter((name) => !sizes.has(name)));
  inventory.forgetPacks(gone);
  if (gone.size === 0 && !(await wantsMerge(context))) return;
  const replaced = await withReserve(storage, async () => renewIndex(context));
  for (const key of replaced) await storage.delete(key);
}
