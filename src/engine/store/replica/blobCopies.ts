import { isAppError } from '../../../domain/errors';
import type { BlobHeader, BlobOpener } from '../blob';
import { packKey } from '../format';
import type { ObjectStorage } from '../storage';

/** Where a blob lies in a pack, by the pack's name. */
interface PlacedBlob extends BlobHeader {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The plain bytes of a blob from the first of `copies` that has it whole; replicas hold packs as they are, so it lies
 * at the same place there. Nothing if no copy has it: one that cannot be reached is as good as none.
 */
export async function readFromCopies(
  copies: readonly ObjectStorage[],
  opener: BlobOpener,
  blob: PlacedBlob,
): Promise<Buffer | undefined> {
  const { pack, offset, length } = blob;
  for (const copy of copies) {
    try {
      return opener.open(blob, await copy.read(packKey(pack), { offset, length }));
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  }
  return undefined;
}
