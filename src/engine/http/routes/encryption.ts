import { fileURLToPath } from 'node:url';
import { appError } from '../../../domain/errorCatalogue';
import { AppError } from '../../../domain/errors';
import type { EncryptionSettings } from '../../../protocol/computeWire';
import type { EncryptionRecord } from '../../catalog/records';

/** Path of a disk image that a request names. @throws AppError `LocalDiskNotAbsolute` for another kind of URI */
export function imagePath(uri: string | undefined): string {
  try {
    return fileURLToPath(uri ?? '');
  } catch (error) {
    throw appError('LocalDiskNotAbsolute', { path: uri ?? '' }, { cause: error });
  }
}

/**
 * The key files that a request names for a disk; `undefined` for one that is not encrypted.
 * @throws AppError `LocalSecretNotReadable` for another kind of URL, `InvalidParameter` for a wrapping key alone
 */
export function encryptionIn(settings: EncryptionSettings | undefined): EncryptionRecord | undefined {
  const { diskEncryptionKey: secret, keyEncryptionKey: key } = settings ?? {};
  if (!secret) {
    if (!key) return undefined;
    throw new AppError('InvalidParameter', 'A keyEncryptionKey needs a diskEncryptionKey that it wraps.');
  }
  return {
    secret: { path: secretPath(secret.secretUrl), vaultId: secret.sourceVault?.id },
    ...(key && { key: { path: secretPath(key.keyUrl), vaultId: key.sourceVault?.id } }),
  };
}

function secretPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw appError('LocalSecretNotReadable', { path: url, reason: 'it is no file: URL.' }, { cause: error });
  }
}
