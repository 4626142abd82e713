import { stat } from 'node:fs/promises';
import { formatBytes } from '../../domain/sizes';
import type { Machine, Vault } from '../../domain/views';
import { spanText } from '../model/format';
import { sameId } from '../model/ids';
import type { Stores } from '../model/stores';
import { t } from '../text';

/** Newest backups that the speed is taken from. */
const MEASURED_BACKUPS = 3;
/** File systems count what a file takes in blocks of so many bytes, whatever they use themselves. */
const BLOCK_BYTES = 512;

/** A machine, and the bytes that its disks take as far as that can be told. */
interface Measured {
  readonly machine: Machine;
  readonly usedBytes: number;
}

/** Bytes that the disks of a machine take: of an image on this computer what it has allocated, of any other disk its size. */
export async function diskBytes({ disks }: Machine): Promise<number> {
  const sizes = await Promise.all(
    disks.map(async ({ path, sizeBytes }) => {
      if (path === undefined) return sizeBytes;
      const found = await stat(path).catch(() => undefined); // what is wrong with it is the validation's to say
      // Where blocks are not counted there are none.
      return found?.blocks ? Math.min(sizeBytes, found.blocks * BLOCK_BYTES) : sizeBytes;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes that the newest backups of a vault read in a millisecond; `undefined` if none tells it. */
export async function backupSpeed(stores: Stores, vault: Vault, signal: AbortSignal): Promise<number | undefined> {
  const newest = stores.jobs.jobs
    .filter(
      ({ vaultId, operation, status }) => sameId(vaultId, vault.id) && operation === 'Backup' && status === 'Completed',
    )
    .toSorted((a, b) => b.startTime - a.startTime)
    .slice(0, MEASURED_BACKUPS);
  const read = await Promise.all(
    newest.map(
      async ({ id }) =>
        stores.links
          .of(id)
          .run(async ({ local }) => local?.jobStatistics(id, { signal }))
          .catch(() => undefined), // only an estimate depends on it
    ),
  );
  const bytes = read.reduce((sum, statistics) => sum + (statistics?.readBytes ?? 0), 0);
  const ms = newest.reduce((sum, { durationMs }, at) => sum + (read[at] ? durationMs : 0), 0);
  return bytes > 0 && ms > 0 ? bytes / ms : undefined;
}

/** How much the first backups of machines read, and how long that takes if a speed is known. */
export function firstBackupWords(machines: readonly Measured[], speed: number | undefined): string {
  const size = formatBytes(usedBytes(machines));
  if (speed === undefined) return t('about {0} (estimate)', size);
  const whole = machines.reduce((sum, { machine }) => sum + sizeOf(machine), 0);
  return t('about {0}, {1} at the speed of earlier backups (estimate)', size, spanText(Math.max(1000, whole / speed)));
}

/** How much a vault grows by them at most. */
export function growthWords(machines: readonly Measured[]): string {
  return t(
    'at most {0}; data is compressed, and what the vault has already is not stored again (estimate)',
    formatBytes(usedBytes(machines)),
  );
}

/** Size of all disks of a machine. */
export function sizeOf({ disks }: Machine): number {
  return disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
}

function usedBytes(machines: readonly Measured[]): number {
  return machines.reduce((sum, candidate) => sum + candidate.usedBytes, 0);
}
