import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { appError } from '../../domain/errorCatalogue';
import type { DiskRecord, PointRecord } from '../catalog/records';
import { readSecret, writeSecret } from '../machines/secretFile';
import type { PointSecret } from '../store/secrets';
import type { PointSubject } from './pointSubject';

/** Where the keys of a point's encrypted disks were, never what they are. */
type PointEncryption = NonNullable<PointSubject['encryption']>;

/** The key files of a machine's disks as they are now. @throws AppError `LocalSecretNotReadable` */
export async function readDiskSecrets(disks: readonly DiskRecord[]): Promise<PointSecret[]> {
  const secrets: PointSecret[] = [];
  for (const { name, encryption } of disks) {
    if (!encryption) continue;
    secrets.push({ disk: name, role: 'bek', content: await readSecret(encryption.secret.path) });
    if (encryption.key) secrets.push({ disk: name, role: 'kek', content: await readSecret(encryption.key.path) });
  }
  return secrets;
}

/** What a point says of its encrypted disks; `undefined` when it has none. */
export function describeEncryption(disks: readonly DiskRecord[]): PointEncryption | undefined {
  const encrypted = disks.flatMap(({ name, encryption }) => {
    if (!encryption) return [];
    const { secret, key } = encryption;
    return [{ disk: name, secret: reference(secret), ...(key && { key: reference(key) }) }];
  });
  return encrypted.length > 0 ? encrypted : undefined;
}

/**
 * Writes the keys of a restored disk beside it, as `<disk>.bek` and `<disk>.kek`, for their owner alone.
 * @returns their paths
 * @throws AppError `LocalTargetNotWritable`
 */
export async function writeDiskSecrets(
  folder: string,
  disk: string,
  secrets: readonly PointSecret[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const { role, content } of secrets.filter((secret) => secret.disk === disk)) {
    const path = join(folder, `${disk}.${role}`);
    await writeSecret(path, content).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw appError('LocalTargetNotWritable', { path: folder, reason }, { cause: error });
    });
    paths.push(path);
  }
  return paths;
}

/**
 * Refuses what the service does not do with encrypted machines (SPEC §2.19).
 * @param feature what was asked for, as the subject of a sentence, for example `File recovery`
 * @throws AppError `LocalEncryptedNotSupported`
 */
export function refuseEncrypted(point: PointRecord, feature: 'File recovery' | 'Replacing the disks'): void {
  if (point.encryption) throw appError('LocalEncryptedNotSupported', { feature });
}

function reference({ path, vaultId }: { path: string; vaultId?: string }) {
  return { url: pathToFileURL(path).href, ...(vaultId !== undefined && { vaultId }) };
}
