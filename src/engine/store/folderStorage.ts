import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '../../domain/errors';
import { damaged, isNoSpace, systemCode, unreadable } from './errors';
import type { ByteRange, ObjectStorage, StoredObject } from './storage';

/** An open file, as far as writing an object needs it. */
export interface WritableFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  stat(): Promise<{ size: number }>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The calls that change a folder. Tests put faults here; everybody else uses Node's own. */
export interface FileCalls {
  open(file: string, flags: 'wx' | 'r', mode: number): Promise<WritableFile>;
  link(existing: string, created: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(file: string): Promise<void>;
  mkdir(folder: string, options: { recursive: true; mode: number }): Promise<string | undefined>;
}

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const TEMPORARY = /^\.tmp-(\d+)-[0-9a-f]+$/;
const NO_HARD_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * A repository in a folder: key = relative path. An object is written to a temporary file in its own folder, checked
 * for length, synced, and then given its name by a hard link, which fails if the name is taken (STYLE §12).
 */
export class FolderStorage implements ObjectStorage {
  private readonly knownFolders = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly files: FileCalls = fs,
  ) {}

  async createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const file = this.fileOf(key);
    const folder = path.dirname(file);
    const temporary = this.temporaryIn(folder);
    try {
      await this.ensureFolder(folder);
      try {
        await this.writeTemporary(temporary, content instanceof Uint8Array ? [content] : content);
        await this.publish(temporary, file);
      } finally {
        // A temporary file that stays is harmless: the owner removes it when it next opens the repository.
        await this.files.unlink(temporary).catch(() => undefined);
      }
      await this.syncFolder(folder).catch(async (error: unknown) => {
        // The name may not survive power loss, so the caller must not find it as if it did.
        await this.files.unlink(file).catch(() => undefined);
        throw error;
      });
    } catch (error) {
      throw this.writeError(key, error);
    }
  }

  async read(key: string, range?: ByteRange): Promise<Buffer> {
    try {
      if (range === undefined) return await fs.readFile(this.fileOf(key));
      const handle = await fs.open(this.fileOf(key), 'r');
      try {
        const buffer = Buffer.allocUnsafeSlow(range.length);
        let done = 0;
        while (done < range.length) {
          const { bytesRead } = await handle.read(buffer, done, range.length - done, range.offset + done);
          if (bytesRead === 0) throw damaged(`${key} is shorter than it was when it was written`);
          done += bytesRead;
        }
        return buffer;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw this.readError(key, error);
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    const walk = async (folder: string, parts: string): Promise<void> => {
      for (const entry of await this.entriesOf(folder)) {
        const key = parts + entry.name;
        const full = path.join(folder, entry.name);
        if (!KEY.test(key)) continue;
        if (entry.isDirectory()) await walk(full, `${key}/`);
        else if (entry.isFile()) {
          const { size, mtimeMs } = await fs.stat(full);
          found.push({ key, size, modified: Math.floor(mtimeMs) });
        }
      }
    };
    try {
      await walk(path.join(this.root, ...prefix.split('/')), prefix);
    } catch (error) {
      throw this.readError(prefix, error);
    }
    return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Syncs the folder of a file that is gone already, too: whoever removed it may have died before it was for good. */
  async delete(key: string): Promise<void> {
    const file = this.fileOf(key);
    try {
      await this.files.unlink(file).catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      });
      await this.syncFolder(path.dirname(file));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw this.writeError(key, error);
    }
  }

  async freeBytes(): Promise<number> {
    let folder = this.root;
    for (;;) {
      try {
        const { bavail, bsize } = await fs.statfs(folder);
        return bavail * bsize;
      } catch (error) {
        const parent = path.dirname(folder);
        if (systemCode(error) !== 'ENOENT' || parent === folder) throw this.readError('', error);
        folder = parent;
      }
    }
  }

  /** The time that the disk, or the server behind it, gives to a file written now. */
  async time(): Promise<number> {
    const probe = this.temporaryIn(this.root);
    try {
      await this.ensureFolder(this.root);
      await this.writeTemporary(probe, []);
      return Math.floor((await fs.stat(probe)).mtimeMs);
    } catch (error) {
      throw this.writeError('', error);
    } finally {
      await this.files.unlink(probe).catch(() => undefined); // as any temporary file that stays
    }
  }

  async removeLeftovers(): Promise<void> {
    const walk = async (folder: string): Promise<void> => {
      for (const entry of await this.entriesOf(folder)) {
        const full = path.join(folder, entry.name);
        const writer = TEMPORARY.exec(entry.name)?.[1];
        if (entry.isDirectory()) await walk(full);
        // Our own process may be writing through another thread right now.
        else if (writer !== undefined && Number(writer) !== process.pid) await this.files.unlink(full);
      }
    };
    try {
      await walk(this.root);
    } catch (error) {
      throw this.writeError('', error);
    }
  }

  /** What is in a folder; nothing if nobody has written there yet. */
  private async entriesOf(folder: string): Promise<Dirent[]> {
    try {
      return await fs.readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  private temporaryIn(folder: string): string {
    return path.join(folder, `.tmp-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  private async writeTemporary(temporary: string, parts: readonly Uint8Array[]): Promise<void> {
    const handle = await this.files.open(temporary, 'wx', 0o600);
    try {
      let position = 0;
      for (const part of parts) {
        for (let done = 0; done < part.length; ) {
          const { bytesWritten } = await handle.write(part, done, part.length - done, position);
          if (bytesWritten === 0) throw new Error('The system accepted no more bytes.');
          done += bytesWritten;
          position += bytesWritten;
        }
      }
      const { size } = await handle.stat();
      if (size !== position) throw new Error(`The file has ${size} bytes instead of ${position}.`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  private async publish(temporary: string, file: string): Promise<void> {
    try {
      await this.files.link(temporary, file);
    } catch (error) {
      if (!NO_HARD_LINKS.includes(systemCode(error))) throw error;
      // exFAT and some network shares have no hard links. Names are random except the config's, which only one
      // creator writes, so looking first is enough there.
      const taken = await fs.stat(file).then(
        () => true,
        () => false,
      );
      if (taken) throw Object.assign(new Error('The name is taken.'), { code: 'EEXIST', cause: error });
      await this.files.rename(temporary, file);
    }
  }

  private async ensureFolder(folder: string): Promise<void> {
    if (this.knownFolders.has(folder)) return;
    // A drive that is not mounted must not be made anew on its mount point: only the root itself is ours to make.
    if (this.knownFolders.size === 0) await fs.access(path.dirname(this.root));
    const first = await this.files.mkdir(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) {
      for (let at = folder; at.length >= first.length; at = path.dirname(at)) await this.syncFolder(path.dirname(at));
    }
    this.knownFolders.add(folder);
  }

  private async syncFolder(folder: string): Promise<void> {
    // Windows cannot sync a folder and writes its names through.
    if (process.platform === 'win32') return;
    const handle = await this.files.open(folder, 'r', 0);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private fileOf(key: string): string {
    if (!KEY.test(key)) throw new AppError('StoreKeyInvalid', `"${key}" is no key of a stored object.`);
    return path.join(this.root, ...key.split('/'));
  }

  private readError(key: string, error: unknown): unknown {
    if (isAppError(error)) return error;
    if (systemCode(error) === 'ENOENT') {
      return new AppError('StoreObjectMissing', `${key} is not in ${this.root}.`, { cause: error });
    }
    if (systemCode(error) === 'EIO') return damaged(`${key} cannot be read from its disk`, error);
    return unreadable('storage', `${path.join(this.root, key)} cannot be read: ${String(error)}`, error);
  }

  private writeError(key: string, error: unknown): unknown {
    if (isAppError(error)) return error;
    if (systemCode(error) === 'EEXIST') {
      return new AppError('StoreObjectExists', `${key} is already in ${this.root}.`, { cause: error });
    }
    if (isNoSpace(error)) {
      return new AppError('LocalStoreNoSpace', `There is no space left in ${this.root}.`, {
        cause: error,
        details: { target: this.root, recommendation: 'Free some space on that disk and run the backup again.' },
      });
    }
    return new AppError('LocalStoreNotWritable', `${this.root} cannot be written: ${String(error)}`, {
      cause: error,
      details: { target: this.root },
    });
  }
}
