import { FolderStorage } from './folderStorage';
import { ZoneStorage } from './replica/zoneStorage';
import type { OpenStorage } from './storage';

/** Opens the storage of a target. Nothing is created or checked yet: the first write creates what is missing. */
export const openStorage: OpenStorage = ({ path, zonePath }) => {
  const storage = new FolderStorage(path);
  return zonePath === undefined ? storage : new ZoneStorage(storage, new FolderStorage(zonePath));
};
