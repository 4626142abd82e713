import fs from 'node:fs';
import { AppError } from '../../domain/errors';
import type { OpenDisk } from '../store/diskSource';

/** Opens a disk for the store's workers. Throws `LocalSourceUnreadable` or `LocalSourceKindUnknown`. */
export const openDisk: OpenDisk = (source) => {
  if (source.kind !== 'raw') {
    throw new AppError('LocalSourceKindUnknown', `Disks of kind "${source.kind}" cannot be read.`);
  }
  const descriptor = openFile(source.path);
  return {
    read(buffer, offset) {
      for (let done = 0; done < buffer.length; ) {
        const count = readFile(source.path, descriptor, buffer.subarray(done), offset + done);
        if (count === 0) {
          throw new AppError('LocalSourceShrank', `${source.path} became shorter while it was read.`, {
            details: {
              target: source.path,
              recommendation: 'Make sure that nothing changes the disk, then back up again.',
            },
          });
        }
        done += count;
      }
      return buffer.length;
    },
    close() {
      fs.closeSync(descriptor);
    },
  };
};

function openFile(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readFile(path: string, descriptor: number, buffer: Uint8Array, position: number): number {
  try {
    return fs.readSync(descriptor, buffer, 0, buffer.length, position);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): AppError {
  return new AppError('LocalSourceUnreadable', `${path} cannot be read: ${String(error)}`, {
    cause: error,
    details: { target: path },
  });
}
