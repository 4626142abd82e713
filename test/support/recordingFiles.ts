import fs from 'node:fs/promises';
import path from 'node:path';
import type { FileCalls, WritableFile } from '../../src/engine/store/folderStorage';

/** One call that changed the disk, or that made changes durable. Files are known by number, as inodes are. */
type DiskCall =
  | { readonly call: 'create'; readonly file: number; readonly path: string }
  | { readonly call: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly call: 'sync'; readonly file: number }
  | { readonly call: 'link'; readonly from: string; readonly to: string }
  | { readonly call: 'rename'; readonly from: string; readonly to: string }
  | { readonly call: 'unlink'; readonly path: string }
  | { readonly call: 'syncFolder'; readonly path: string };

/** Decides, change by change, whether one that was not synced reached the disk. */
export type Survives = () => boolean;

/** Real files whose every changing call is written down, so that {@link afterPowerLoss} can tell what a disk may hold. */
export class RecordingFiles implements FileCalls {
  readonly log: DiskCall[] = [];
  #files = 0;

  async open(file: string, flags: 'wx' | 'r', mode: number): Promise<WritableFile> {
    const handle = await fs.open(file, flags, mode);
    if (flags === 'r') return this.#folder(file, handle);
    this.#files += 1;
    const number = this.#files;
    this.log.push({ call: 'create', file: number, path: file });
    const sync = async (): Promise<void> => {
      await handle.datasync();
      this.log.push({ call: 'sync', file: number });
    };
    return {
      write: async (bytes, offset, length, position) => {
        const result = await handle.write(bytes, offset, length, position);
        const copy = Buffer.from(bytes.subarray(offset, offset + result.bytesWritten));
        this.log.push({ call: 'write', file: number, at: position, bytes: copy });
        return result;
      },
      stat: async () => handle.stat(),
      datasync: sync,
      sync,
      close: async () => handle.close(),
    };
  }

  async link(existing: string, created: string): Promise<void> {
    await fs.link(existing, created);
    this.log.push({ call: 'link', from: existing, to: created });
  }

  async rename(from: string, to: string): Promise<void> {
    await fs.rename(from, to);
    this.log.push({ call: 'rename', from, to });
  }

  async unlink(file: string): Promise<void> {
    await fs.unlink(file);
    this.log.push({ call: 'unlink', path: file });
  }

  async mkdir(folder: string, options: { recursive: true; mode: number }): Promise<string | undefined> {
    const first = await fs.mkdir(folder, options);
    // A folder that never reached the disk is one whose entry is missing above; its own number never matters.
    if (first === undefined) return undefined;
    for (let at = folder; at.length >= first.length; at = path.dirname(at)) {
      this.#files += 1;
      this.log.push({ call: 'create', file: this.#files, path: at });
    }
    return first;
  }

  #folder(folder: string, handle: fs.FileHandle): WritableFile {
    const sync = async (): Promise<void> => {
      await handle.sync();
      this.log.push({ call: 'syncFolder', path: folder });
    };
    return {
      write: async () => Promise.reject(new Error('A folder is not written to.')),
      stat: async () => handle.stat(),
      datasync: sync,
      sync,
      close: async () => handle.close(),
    };
  }
}

interface Content {
  durable: Buffer;
  pending: { readonly at: number; readonly bytes: Buffer }[];
}

/** A change of a name in a folder that is not durable yet. */
interface NameChange {
  readonly name: string;
  readonly file: number | undefined;
}

/**
 * The files that a disk may hold when the power goes after these calls: what was synced is there, and each change that
 * was not is there or lost as `survives` says. Changes of different names and different parts of a file are free to
 * reach the disk in any order; those of one name are not.
 */
export function afterPowerLoss(log: readonly DiskCall[], root: string, survives: Survives): Map<string, Buffer> {
  const contents = new Map<number, Content>();
  const durable = new Map<string, number>();
  const current = new Map<string, number>();
  const pending = new Map<string, NameChange[]>();

  const change = (name: string, file: number | undefined): void => {
    if (file === undefined) current.delete(name);
    else current.set(name, file);
    const folder = path.dirname(name);
    pending.set(folder, [...(pending.get(folder) ?? []), { name, file }]);
  };
  const settle = (changes: readonly NameChange[]): void => {
    for (const { name, file } of changes) {
      if (file === undefined) durable.delete(name);
      else durable.set(name, file);
    }
  };

  for (const entry of log) {
    switch (entry.call) {
      case 'create':
        contents.set(entry.file, { durable: Buffer.alloc(0), pending: [] });
        change(entry.path, entry.file);
        break;
      case 'write':
        contents.get(entry.file)?.pending.push(entry);
        break;
      case 'sync': {
        const content = contents.get(entry.file);
        if (content !== undefined) contents.set(entry.file, { durable: written(content, () => true), pending: [] });
        break;
      }
      case 'link':
      case 'rename':
        change(entry.to, current.get(entry.from));
        if (entry.call === 'rename') change(entry.from, undefined);
        break;
      case 'unlink':
        change(entry.path, undefined);
        break;
      case 'syncFolder':
        settle(pending.get(entry.path) ?? []);
        pending.delete(entry.path);
        break;
    }
  }
  for (const changes of pending.values()) {
    const lost = new Set<string>();
    for (const { name } of changes) if (!survives()) lost.add(name);
    settle(changes.filter(({ name }) => !lost.has(name)));
  }
  const files = new Map<string, Buffer>();
  for (const [name, file] of durable) {
    if (!reaches(durable, root, name)) continue;
    const content = contents.get(file);
    if (content !== undefined) files.set(path.relative(root, name), written(content, survives));
  }
  return files;
}

function written({ durable, pending }: Content, survives: Survives): Buffer {
  let bytes = durable;
  for (const { at, bytes: more } of pending) {
    if (!survives()) continue;
    const grown = Buffer.alloc(Math.max(bytes.length, at + more.length));
    bytes.copy(grown);
    more.copy(grown, at);
    bytes = grown;
  }
  return bytes;
}

/** True if every folder above a name is on the disk too. */
function reaches(durable: ReadonlyMap<string, number>, root: string, name: string): boolean {
  for (let at = path.dirname(name); at.length >= root.length; at = path.dirname(at)) if (!durable.has(at)) return false;
  return true;
}
