import { isAppError } from '../../../domain/errors';
import { BlobOpener, BlobSealer } from '../blob';
import type { RepositoryContext } from '../context';
import { cancelled } from '../errors';
import { BlobType, MIB, PACK_BYTES, PAGE_PACK_BYTES, packKey, SESSION_BYTES } from '../format';
import { toHex } from '../ids';
import { writeIndexObjects } from '../indexObjects';
import { LaneGroup } from '../laneGroup';
import { decodeEntries, type PackContent, type PackEntry, readPackDirectory } from '../packDirectory';
import { PackWriter } from '../packWriter';
import { release } from '../release';
import type { Marker } from './marker';
import type { SurveyedPack } from './survey';

const READ_BYTES = 4 * MIB;

/** A pack to rewrite and the blobs of it that are needed, in their order. */
interface Draining {
  readonly name: string;
  readonly entries: readonly PackEntry[];
}

/** Groups packs so that what is needed of a group fills one new pack. */
export function* compactionBatches(packs: readonly SurveyedPack[]): Generator<SurveyedPack[]> {
  let batch: SurveyedPack[] = [];
  let bytes = 0;
  for (const pack of packs) {
    if (batch.length > 0 && bytes + pack.liveBytes > PACK_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(pack);
    bytes += pack.liveBytes;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Copies what is needed of these packs into new ones, as it is: no key and no compression is involved. The copies are
 * read back and checked before an index object names them, and a pack with a damaged blob is left as it is. The old packs
 * are then empty of what is needed, for the next condemning to find. Only while no backup runs, with a marker that is up
 * to date. Returns the bytes of the new packs.
 */
export async function compactPacks(
  context: RepositoryContext,
  marker: Marker,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const draining: Draining[] = [];
  for (const name of names) draining.push(...(await neededOf(context, marker, name)));
  for (let rest = draining; rest.length > 0; ) {
    const written = await copy(context, rest, signal);
    const damaged = typeof written === 'string' ? new Set<string>() : await damagedIn(context, written, signal);
    if (typeof written !== 'string' && damaged.size === 0) return publish(context, written);
    if (typeof written !== 'string') for (const { name } of written) await context.storage.delete(packKey(name));
    const isBad = ({ name, entries }: Draining): boolean =>
      name === written || entries.some(({ id }) => damaged.has(toHex(id)));
    rest = rest.filter((pack) => !isBad(pack));
  }
  return 0;
}

/** The blobs of a pack that are needed and read from it; nothing if its directory is damaged or any of them is. */
async function neededOf(context: RepositoryContext, marker: Marker, name: string): Promise<Draining[]> {
  const { inventory, storage } = context;
  const pack = inventory.knownPacks.find((known) => known.name === name);
  if (pack === undefined) return [];
  let directory: Buffer;
  try {
    directory = await readPackDirectory(storage, new BlobOpener(context.blobKeys), name, pack.size);
  } catch (error) {
    if (isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) return [];
    throw error;
  }
  const entries = [...decodeEntries(directory, pack.size)].filter(({ id, offset }) => {
    const number = inventory.entryOf(id);
    const place = inventory.locate(id);
    return number !== undefined && marker.isLive(number) && place?.pack.name === name && place.offset === offset;
  });
  if (entries.some(({ id }) => inventory.isSuspect(id))) return [];
  return [{ name, entries: entries.toSorted((a, b) => a.offset - b.offset) }];
}

/** Writes the new packs, those of map pages apart. Returns the name of an old pack instead if that cannot be read. */
async function copy(
  context: RepositoryContext,
  packs: readonly Draining[],
  signal: AbortSignal | undefined,
): Promise<PackContent[] | string> {
  const written: PackContent[] = [];
  for (const pages of [false, true]) {
    const isOne = ({ type }: PackEntry): boolean => (type === BlobType.mapPage) === pages;
    const parts = packs.map(({ name, entries }) => ({ name, entries: entries.filter(isOne) }));
    if (parts.every(({ entries }) => entries.length === 0)) continue;
    const writer = packWriter(context, pages ? PAGE_PACK_BYTES : PACK_BYTES, (pack) => written.push(pack));
    for (const { name, entries } of parts) {
      try {
        await copyBlobs(context, name, entries, writer, signal);
      } catch (error) {
        if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
        for (const pack of written) await context.storage.delete(packKey(pack.name));
        return name;
      }
    }
    await writer.flush();
  }
  return written;
}

function packWriter(
  context: RepositoryContext,
  targetBytes: number,
  onWritten: (pack: PackContent) => void,
): PackWriter {
  const session = context.environment.randomBytes(SESSION_BYTES);
  const sealer = new BlobSealer(context.blobKeys, session);
  return new PackWriter({ storage: context.storage, sealer, session, targetBytes, onWritten });
}

async function copyBlobs(
  context: RepositoryContext,
  name: string,
  entries: readonly PackEntry[],
  writer: PackWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const run of neighbours(entries)) {
    if (signal?.aborted === true) throw cancelled();
    const offset = run[0]?.offset ?? 0;
    const end = run.reduce((last, entry) => Math.max(last, entry.offset + entry.length), offset);
    const bytes = await context.storage.read(packKey(name), { offset, length: end - offset });
    for (const entry of run) {
      if (writer.full) await writer.flush();
      writer.addSealed(entry, bytes.subarray(entry.offset - offset, entry.offset - offset + entry.length));
    }
    release(bytes);
  }
}

/** Blobs that lie one behind the other, for one read each. */
function* neighbours(entries: readonly PackEntry[]): Generator<PackEntry[]> {
  let run: PackEntry[] = [];
  for (const entry of entries) {
    const first = run[0];
    const last = run.at(-1);
    const joins =
      first !== undefined &&
      last !== undefined &&
      entry.offset === last.offset + last.length &&
      entry.offset + entry.length - first.offset <= READ_BYTES;
    if (run.length > 0 && !joins) {
      yield run;
      run = [];
    }
    run.push(entry);
  }
  if (run.length > 0) yield run;
}

/** Reads packs back and returns the ids (hex) of blobs that are not what they should be. */
async function damagedIn(
  context: RepositoryContext,
  packs: readonly PackContent[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const damaged = new Set<string>();
  const host = { claim: async () => new Uint8Array(0), packWritten: () => undefined };
  await LaneGroup.use(context, { tasks: packs.length, host, signal }, async (lanes) =>
    lanes.share(packs.values(), async (lane, pack) => {
      const { damagedBlobs, directoryProblem } = await lane.verify({ pack });
      for (const { id } of damagedBlobs) damaged.add(toHex(id));
      if (directoryProblem === undefined) return;
      for (const { id } of decodeEntries(pack.directory, pack.size)) damaged.add(toHex(id));
    }),
  );
  return damaged;
}

async function publish(context: RepositoryContext, packs: readonly PackContent[]): Promise<number> {
  const { storage, indexObjectKey, environment, inventory } = context;
  await writeIndexObjects(storage, indexObjectKey, packs, context.nextIndexSequence(), environment.randomBytes);
  for (const pack of packs) inventory.addPack(pack);
  return packs.reduce((sum, { size }) => sum + size, 0);
}
