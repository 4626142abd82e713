import { isAppError } from '../../domain/errors';
import type { BlobOpener } from './blob';
import { MIB, packKey } from './format';
import { toHex } from './ids';
import { decodeEntries, type PackEntry, readPackDirectory } from './packDirectory';
import { release } from './release';
import type { ObjectStorage } from './storage';
import type { VerifyResult, VerifyTask } from './workerProtocol';

const READ_BYTES = 4 * MIB;

/**
 * Checks the directory of a pack and every blob in it: each must decrypt, decompress and hash to its id (STORE §6, L2).
 * Damage is a result, not an error; throws only if the storage cannot be reached.
 */
export async function verifyPack(
  storage: ObjectStorage,
  opener: BlobOpener,
  { pack }: VerifyTask,
  throwIfCancelled: () => void,
): Promise<VerifyResult> {
  const entries = [...decodeEntries(pack.directory, pack.size)];
  const damagedBlobs = await checkBlobs(storage, opener, pack.name, entries, throwIfCancelled);
  const directory = await damageOf(readPackDirectory(storage, opener, pack.name, pack.size));
  const listed = typeof directory === 'string' ? [] : [...decodeEntries(directory, pack.size)];
  const offsets = new Map(entries.map(({ id, offset }) => [toHex(id), offset]));
  const leftovers = listed.filter(({ id, offset }) => offsets.get(toHex(id)) !== offset);
  const damagedLeftovers = (await checkBlobs(storage, opener, pack.name, leftovers, throwIfCancelled)).length;
  const directoryProblem = typeof directory === 'string' ? directory : directoryProblemOf(pack.name, entries, listed);
  return { checkedBytes: pack.size, blobs: entries.length, directoryProblem, damagedBlobs, damagedLeftovers };
}

type DamagedBlob = VerifyResult['damagedBlobs'][number];

async function checkBlobs(
  storage: ObjectStorage,
  opener: BlobOpener,
  pack: string,
  entries: readonly PackEntry[],
  throwIfCancelled: () => void,
): Promise<DamagedBlob[]> {
  const damagedBlobs: DamagedBlob[] = [];
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  for (const batch of batchesOf(sorted)) {
    throwIfCancelled();
    const whole = await checkBatch(storage, opener, pack, batch);
    if (whole.length === 0) continue;
    // One bad sector must not condemn its neighbours: look at each blob by itself.
    for (const entry of batch) damagedBlobs.push(...(await checkBatch(storage, opener, pack, [entry])));
  }
  return damagedBlobs;
}

/** Reads neighbouring blobs together and returns those that are damaged. */
async function checkBatch(
  storage: ObjectStorage,
  opener: BlobOpener,
  pack: string,
  batch: readonly PackEntry[],
): Promise<DamagedBlob[]> {
  const start = batch[0]?.offset ?? 0;
  const end = batch.reduce((last, entry) => Math.max(last, entry.offset + entry.length), start);
  const bytes = await damageOf(storage.read(packKey(pack), { offset: start, length: end - start }));
  const found = batch.flatMap((entry) => {
    const reason = typeof bytes === 'string' ? bytes : blobProblem(opener, entry, bytes.subarray(entry.offset - start));
    return reason === undefined ? [] : [{ id: entry.id, reason }];
  });
  if (typeof bytes !== 'string') release(bytes);
  return found;
}

function directoryProblemOf(
  name: string,
  entries: readonly PackEntry[],
  listed: readonly PackEntry[],
): string | undefined {
  const offsets = new Map(listed.map(({ id, offset }) => [toHex(id), offset]));
  const missing = entries.filter(({ id, offset }) => offsets.get(toHex(id)) !== offset).length;
  return missing === 0 ? undefined : `the directory of pack ${name} lacks ${missing} of its blobs`;
}

/** The value, or why the stored bytes cannot give it. Other errors pass. */
async function damageOf<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) return error.message;
    throw error;
  }
}

function blobProblem(opener: BlobOpener, entry: PackEntry, bytes: Uint8Array): string | undefined {
  try {
    release(opener.open(entry, bytes.subarray(0, entry.length)));
    return undefined;
  } catch (error) {
    if (isAppError(error, 'LocalChunkDamaged')) return error.message;
    throw error;
  }
}

function* batchesOf(entries: readonly PackEntry[]): Generator<PackEntry[]> {
  let batch: PackEntry[] = [];
  for (const entry of entries) {
    if (batch[0] !== undefined && entry.offset + entry.length - batch[0].offset > READ_BYTES) {
      yield batch;
      batch = [];
    }
    batch.push(entry);
  }
  if (batch.length > 0) yield batch;
}
