import { isAppError } from '../../domain/errors';
import type { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import type { ReadPage } from './diskMap';
import { damaged } from './errors';
import { packKey } from './format';
import { toHex } from './ids';
import { readFromCopies } from './replica/blobCopies';

/** Reads map pages by id, from a copy if the own one is damaged. Throws `LocalChunkDamaged` if the page is missing or not what its id says. */
export function pageReader(
  context: RepositoryContext,
  opener: BlobOpener,
  onCopied: (id: Uint8Array) => void = () => undefined,
): ReadPage {
  return async (id) => {
    const blob = context.inventory.locate(id);
    const what = `map page ${toHex(id).slice(0, 16)} is missing`;
    if (blob === undefined) throw damaged(what);
    const { offset, length } = blob;
    try {
      return opener.open(blob, await context.storage.read(packKey(blob.pack.name), { offset, length }));
    } catch (error) {
      if (isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) {
        const copied = await readFromCopies(context.copies, opener, { ...blob, pack: blob.pack.name });
        if (copied !== undefined) {
          onCopied(id);
          return copied;
        }
      }
      if (isAppError(error, 'StoreObjectMissing')) throw damaged(what, error);
      throw error;
    }
  };
}
