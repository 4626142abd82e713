import { AppError } from '../../domain/errors';
import { unreadable } from './errors';
import { CONFIG_KEY, INDEX_PREFIX, PACK_PREFIX, SNAPSHOT_PREFIX } from './format';
import { toHex } from './ids';
import type { ObjectStorage } from './storage';
import type { StorageTarget } from './target';

/** Throws `LocalVaultExists` if there is a repository, and `LocalVaultUnreadable` if there are the remains of one. */
export async function checkVacant(storage: ObjectStorage, target: StorageTarget): Promise<void> {
  const objects = await storage.list('');
  if (objects.some(({ key }) => key === CONFIG_KEY)) {
    throw new AppError('LocalVaultExists', `There is a vault in ${target.path} already.`);
  }
  const remains = objects.find(({ key }) =>
    [PACK_PREFIX, INDEX_PREFIX, SNAPSHOT_PREFIX].some((at) => key.startsWith(at)),
  );
  if (remains === undefined) return;
  throw unreadable(
    'config',
    `${target.path} holds the remains of a vault without its config file, such as ${remains.key}.`,
  );
}

/** A fresh UUID, version 4. */
export function newUuid(randomBytes: (count: number) => Buffer): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
