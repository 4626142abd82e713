import type { GuestHookResult } from '../../domain/consistency';
import { appError } from '../../domain/errorCatalogue';
import type { DiskSource } from '../store/diskSource';
import { cloneImages } from './cloneImages';
import { assertUnchanged, type ImageState, inspectImage, isLockedForWriting } from './imageFile';

/** A disk as a session reads it. */
export interface SessionDisk {
  readonly name: string;
  /** `undefined` for the OS disk. */
  readonly lun?: number;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly source: DiskSource;
}

/** A machine held still for one backup. */
export interface MachineSession {
  /** What the guest did for this moment. */
  readonly guestHook: GuestHookResult;
  readonly disks: readonly SessionDisk[];
  /** @throws AppError when a disk is not what it was when the session began: the point must be refused */
  assertUnchanged(): Promise<void>;
  /**
   * Keeps the disks as they are at this moment in an empty folder (absolute), for instant restores; whoever removes the
   * folder drops them. Absent where the provider cannot keep any. Never throws.
   * @returns false if it turned out that they cannot be kept
   */
  keepSnapshot?(folder: string): Promise<boolean>;
}

export interface ImageDisk {
  readonly name: string;
  readonly lun?: number;
  readonly path: string;
}

/**
 * Looks at the disk images of a machine as {@link beginImageSession} does, and reads none of them.
 * @throws AppError as {@link beginImageSession}
 */
export async function imagesToRead(machine: string, disks: readonly ImageDisk[]): Promise<ImageState[]> {
  const images: ImageState[] = [];
  for (const disk of disks) {
    const image = await inspectImage(disk.path);
    if (await isLockedForWriting(image)) throw appError('LocalMachineRunning', { vm: machine });
    images.push(image);
  }
  return images;
}

/**
 * Begins to read a machine that is known by its disk images alone. Nothing can hold it still, so it must be stopped:
 * the point is crash-consistent (SPEC §2.18).
 * @throws AppError of {@link inspectImage}, or `LocalMachineRunning` when a program has an image open for writing
 */
export async function beginImageSession(machine: string, disks: readonly ImageDisk[]): Promise<MachineSession> {
  const images = await imagesToRead(machine, disks);
  return {
    guestHook: 'notRun',
    disks: disks.map((disk, i) => {
      const { sizeBytes = 0, allocatedBytes = 0 } = images[i] ?? {};
      const source = { kind: 'raw', path: disk.path, sizeBytes };
      return { name: disk.name, lun: disk.lun, sizeBytes, allocatedBytes, source };
    }),
    async assertUnchanged() {
      for (const image of images) await assertUnchanged(image, machine);
    },
    keepSnapshot: async (folder) =>
      cloneImages(
        disks.map(({ path }) => path),
        folder,
      ),
  };
}
