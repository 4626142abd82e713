import { isAppError } from '../../../domain/errors';
import { BlobOpener, BlobSealer } from '../blob';
import type { RepositoryContext } from '../context';
import { BlobType, ID_BYTES, PACK_BYTES, packName, SESSION_BYTES } from '../format';
import { toHex } from '../ids';
import { writeIndexObjects } from '../indexObjects';
import { readManifest } from '../manifest';
import { decodeEntries, type PackContent, type PackEntry, readPackDirectory } from '../packDirectory';
import { packSizes } from '../packs';
import { PackWriter } from '../packWriter';
import type { ObjectStorage } from '../storage';
import { readFromCopies } from './blobCopies';

/** What to mend: everything that a verification or a restore found at fault. */
export interface Damage {
  /** Ids in hex. */
  readonly blobs: readonly string[];
  /** Keys of packs that are missing or cut short. */
  readonly packs: readonly string[];
  /** Keys of manifests that cannot be read or are gone. */
  readonly manifests: readonly string[];
}

/** What was mended from copies. */
export interface HealReport {
  readonly healedBlobs: number;
  readonly healedManifests: number;
  /** Blobs that no copy has whole: they stay damaged. */
  readonly lostBlobs: number;
}

/** Where the objects of a repository lie. */
export interface Places {
  /** The zones that the repository is written to, each by itself. */
  readonly own: readonly ObjectStorage[];
  /** All that may have something whole, these zones included. */
  readonly copies: readonly ObjectStorage[];
}

interface Wanted extends PackEntry {
  readonly pack: string;
}

/**
 * Stores damaged or missing blobs anew, in packs of their own, from the copies that other zones and the paired site
 * hold (STORE §6). Nothing is overwritten: the new index object outranks the old ones, and the damaged bytes stay until
 * their pack is collected. Only for the owner. Throws what the own storage throws.
 */
export async function healFromCopies(context: RepositoryContext, places: Places, damage: Damage): Promise<HealReport> {
  const { copies } = places;
  const opener = new BlobOpener(context.blobKeys);
  const wanted = new Map<string, Wanted>();
  for (const hex of damage.blobs) {
    const blob = context.inventory.locate(Buffer.from(hex, 'hex'));
    if (blob !== undefined) wanted.set(hex, { ...blob, pack: blob.pack.name });
  }
  for (const key of damage.packs) {
    const name = packName(key);
    if (name === undefined) continue;
    for (const entry of await directoryFromCopies(copies, opener, name)) {
      if (context.inventory.locate(entry.id) === undefined) wanted.set(toHex(entry.id), { ...entry, pack: name });
    }
  }
  const healedBlobs = await storeAnew(context, copies, opener, [...wanted.values()]);
  let healedManifests = 0;
  for (const key of damage.manifests) if (await healManifest(context, places, key)) healedManifests += 1;
  return { healedBlobs, healedManifests, lostBlobs: wanted.size - healedBlobs };
}

async function directoryFromCopies(
  copies: readonly ObjectStorage[],
  opener: BlobOpener,
  name: string,
): Promise<PackEntry[]> {
  for (const copy of copies) {
    try {
      const size = (await packSizes(copy)).get(name);
      if (size === undefined) continue;
      return [...decodeEntries(await readPackDirectory(copy, opener, name, size), size)];
    } catch (error) {
      // A copy that is away or damaged as well: the next one may do.
      if (!isAppError(error)) throw error;
    }
  }
  return [];
}

async function storeAnew(
  context: RepositoryContext,
  copies: readonly ObjectStorage[],
  opener: BlobOpener,
  wanted: readonly Wanted[],
): Promise<number> {
  const { environment, storage, inventory, indexObjectKey } = context;
  const written: PackContent[] = [];
  let healed = 0;
  // Packs are pure: those of map pages must be readable without the data (STORE §8).
  for (const type of [BlobType.data, BlobType.mapPage, BlobType.meta]) {
    const session = environment.randomBytes(SESSION_BYTES);
    const sealer = new BlobSealer(context.blobKeys, session);
    const onWritten = (pack: PackContent): number => written.push(pack);
    let packs: PackWriter | undefined;
    for (const blob of wanted) {
      if (blob.type !== type || blob.id.length !== ID_BYTES) continue;
      const plain = await readFromCopies(copies, opener, blob);
      if (plain === undefined) continue;
      packs ??= new PackWriter({ storage, sealer, session, targetBytes: PACK_BYTES, onWritten });
      packs.add({ id: blob.id, raw: blob.raw, type }, plain);
      healed += 1;
      if (packs.full) await packs.flush();
    }
    await packs?.flush();
  }
  if (written.length === 0) return 0;
  await context.confirmOwner();
  await writeIndexObjects(storage, indexObjectKey, written, context.nextIndexSequence(), environment.randomBytes);
  const run = inventory.startRun();
  for (const pack of written) {
    // The claim takes the mark of damage off; the pack then gives the blob its new place.
    for (const { id } of decodeEntries(pack.directory, pack.size)) inventory.claim(id, run);
    inventory.addPack(pack);
  }
  return healed;
}

/**
 * A manifest stands under one name, so a damaged one goes before the good one comes; only where it is damaged, so that
 * there is a good one all the while.
 */
async function healManifest(context: RepositoryContext, places: Places, key: string): Promise<boolean> {
  const readable = async (place: ObjectStorage): Promise<boolean> =>
    readManifest(place, context.manifestObjectKey, key).then(
      () => true,
      (error: unknown) => {
        if (isAppError(error)) return false;
        throw error;
      },
    );
  let good: Buffer | undefined;
  for (const copy of places.copies) if (good === undefined && (await readable(copy))) good = await copy.read(key);
  if (good === undefined) return false;
  await context.confirmOwner();
  for (const place of places.own) {
    if (await readable(place)) continue;
    await place.delete(key);
    await place.createIfAbsent(key, good);
  }
  return true;
}
