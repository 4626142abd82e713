import { BlobOpener } from './blob';
import { uuidBytes, type WrittenConfig } from './config';
import type { RepositoryContext, StoreEnvironment } from './context';
import type { RepositoryKeys } from './keys';
import { openStorage } from './openStorage';
import { loadInventory } from './packs';
import type { Access } from './replica/access';
import { ObjectKind } from './sealedObject';
import type { ObjectStorage } from './storage';
import { copiesOf, type StorageTarget } from './target';

interface Opened {
  readonly target: StorageTarget;
  readonly storage: ObjectStorage;
  readonly environment: StoreEnvironment;
  readonly config: WrittenConfig;
  readonly keys: RepositoryKeys;
}

/** Finds out what an opened repository holds. Throws what the storage throws. */
export async function loadContext(opened: Opened, { lease }: Access): Promise<RepositoryContext> {
  const { storage, keys } = opened;
  const repository = uuidBytes(opened.config.uuid);
  const blobKeys = { repository, dataKey: keys.dataKey, idKey: keys.idKey };
  const indexObjectKey = { kind: ObjectKind.index, key: keys.indexKey, repository };
  const manifestObjectKey = { kind: ObjectKind.manifest, key: keys.manifestKey, repository };
  const condemnedObjectKey = { kind: ObjectKind.condemned, key: keys.indexKey, repository };
  const holdObjectKey = { kind: ObjectKind.hold, key: keys.manifestKey, repository };
  const objectKeys = { index: indexObjectKey, condemned: condemnedObjectKey };
  const loaded = await loadInventory(storage, objectKeys, new BlobOpener(blobKeys));
  let { sequence } = loaded;
  const nextIndexSequence = (): number => {
    sequence += 1;
    return sequence;
  };
  const confirmOwner = async (): Promise<void> => lease?.renew();
  return {
    ...opened,
    copies: copiesOf(opened.target).map(opened.environment.openStorage ?? openStorage),
    blobKeys,
    indexObjectKey,
    manifestObjectKey,
    condemnedObjectKey,
    holdObjectKey,
    inventory: loaded.inventory,
    confirmOwner,
    nextIndexSequence,
  };
}
