import { isAppError } from '../../domain/errors';
import { readConfig, type StoredConfig, uuidBytes } from './config';
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
 * Opens a repository's config with a credential, or the config's copy where it is missing or damaged.
 * Throws `LocalVaultUnreadable` (wrong or damaged key, no usable config; `details.target` says which) or
 * `LocalStoreFormatUnknown`.
 */
export async function unlock(storage: ObjectStorage, credential: Credential): Promise<Unlocked> {
  try {
    return await unlockWith(storage, CONFIG_KEY, credential);
  } catch (error) {
    if (!isAppError(error, 'LocalVaultUnreadable')) throw error;
    return unlockWith(storage, CONFIG_COPY_KEY, credential).catch((other: unknown) => {
      throw isAppError(other, 'LocalVaultUnreadable') ? error : other;
    });
  }
}

/**
 * Makes the config and its copy what they were when the repository was made. The one at fault is removed and written
 * again while the other is there. Only for the owner of the repository.
 */
export async function mendConfig(storage: ObjectStorage, { bytes }: StoredConfig): Promise<void> {
  for (const key of [CONFIG_COPY_KEY, CONFIG_KEY]) {
    const stored = await storage.read(key).catch((error: unknown) => {
      if (isAppError(error, 'StoreObjectMissing', 'LocalChunkDamaged')) return undefined;
      throw error;
    });
    if (stored?.equals(bytes) === true) continue;
    await storage.delete(key);
    await storage.createIfAbsent(key, bytes);
  }
}

async function unlockWith(storage: ObjectStorage, key: string, credential: Credential): Promise<Unlocked> {
  const config = await readConfig(storage, key);
  const repository = uuidBytes(config.uuid);
  const master = await readMaster(storage, repository, credential);
  const keys = deriveKeys(master, repository);
  config.verify(keys.configKey);
  return { config, master, keys };
}
