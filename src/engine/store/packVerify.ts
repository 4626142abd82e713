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
 * Checks the directory of a pack and every blob that is read from it: each must decrypt, decompress and hash to its
 * id (STORE §6, L2). Damage is a result, not an error; throws only if the storage cannot be reached.
 */
export async function verifyPack(
  storage: ObjectStorage,
  opener: BlobOpener,
  { pack }: VerifyTask,
  throwIfCancelled: () => void,
): Promise<VerifyResult> {
  const damagedBlobs: DamagedBlob[] = [];
  const entries = [...decodeEntries(pack.directory, pack.size)].toSorted((a, b) => a.offset - b.offset);
  for (const batch of batchesOf(entries)) {
    throwIfCancelled();
    const whole = await checkBatch(storage, opener, pack.name, batch);
    if (whole.length === 0) continue;
    // One bad sector must not condemn its neighbours: look at each blob by itself.
    for (const entry of batch) damagedBlobs.push(...(await checkBatch(storage, opener, pack.name, [entry])));
  }
  const directoryProblem = await directoryProblemOf(storage, opener, pack.name, pack.size, entries);
  return { checkedBytes: pack.size, blobs: entries.length, directoryProblem, damagedBlobs };
}

type DamagedBlob = VerifyResult['damagedBlobs'][number];

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

async function directoryProblemOf(
  storage: ObjectStorage,
  opener: BlobOpener,
  name: string,
  size: number,
  entries: readonly PackEntry[],
): Promise<string | undefined> {
  const directory = await damageOf(readPackDirectory(storage, opener, name, size));
  if (typeof directory === 'string') return directory;
  const listed = new Map([...decodeEntries(directory, size)].map((entry) => [toHex(entry.id), entry.offset]));
  const missing = entries.filter(({ id, offset }) => listed.get(toHex(id)) !== offset).length;
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
