import { FolderStorage } from './folderStorage';
import type { OpenStorage } from './storage';

/** Opens the storage of a target. Nothing is created or checked yet: the first write creates what is missing. */
export const openStorage: OpenStorage = (target) => new FolderStorage(target.path);
