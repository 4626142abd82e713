import { isAppError } from '../../domain/errors';
import { readConfig, type StoredConfig, uuidBytes, type WrittenConfig } from './config';
import { CONFIG_COPY_KEY, CONFIG_KEY } from './format';
import { type Credential, deriveKeys, type RepositoryKeys, readMaster } from './keys';
import type { ObjectStorage } from './storage';

/** What a credential gives: the repository's description, proved by its seal, and its keys. */
export interface Unlocked {
  readonly config: StoredConfig;
  readonly master: Buffer;
  readonly keys: RepositoryKeys;
}

/**
 * Opens a repository's config with a credential, or the config's copy where it is missing or damaged: also where it says
 * that it is of a newer version, which a changed bit can make it say, and the copy, which is written first, does not.
 * Throws `LocalVaultUnreadable` (wrong or damaged key, no usable config; `details.target` says which) or
 * `LocalStoreFormatUnknown`.
 */
export async function unlock(storage: ObjectStorage, credential: Credential): Promise<Unlocked> {
  try {
    return await unlockWith(storage, CONFIG_KEY, credential);
  } catch (error) {
    if (!isAppError(error, 'LocalVaultUnreadable', 'LocalStoreFormatUnknown')) throw error;
    return unlockWith(storage, CONFIG_COPY_KEY, credential).catch((other: unknown) => {
      throw isAppError(other, 'LocalVaultUnreadable') ? error : other;
    });
  }
}

/** Keys of the config and its copy, as far as they are missing or not what they were when the repository was made. */
export async function findDamagedConfigs(storage: ObjectStorage, { bytes }: WrittenConfig): Promise<string[]> {
  const damagedKeys: string[] = [];
  for (const key of [CONFIG_COPY_KEY, CONFIG_KEY]) {
    const stored = await storage.read(key).catch((error: unknown) => {
      if (isAppError(error, 'StoreObjectMissing', 'LocalChunkDamaged')) return undefined;
      throw error;
    });
    if (stored?.equals(bytes) !== true) damagedKeys.push(key);
  }
  return damagedKeys;
}

/**
 * Makes the config and its copy what they were when the repository was made. The one at fault is removed and written
 * again while the other is there. Only for the owner of the repository. Returns the keys of those that were at fault.
 */
export async function mendConfig(storage: ObjectStorage, config: WrittenConfig): Promise<string[]> {
  const damagedKeys = await findDamagedConfigs(storage, config);
  for (const key of damagedKeys) {
    await storage.delete(key);
    await storage.createIfAbsent(key, config.bytes);
  }
  return damagedKeys;
}

async function unlockWith(storage: ObjectStorage, key: string, credential: Credential): Promise<Unlocked> {
  const config = await readConfig(storage, key);
  const repository = uuidBytes(config.uuid);
  const master = await readMaster(storage, repository, credential);
  const keys = deriveKeys(master, repository);
  config.verify(keys.configKey);
  return { config, master, keys };
}
