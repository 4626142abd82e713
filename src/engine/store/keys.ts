import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import * as z from 'zod';
import { AppError, isAppError } from '../../domain/errors';
import { unreadable } from './errors';
import { KEY_PREFIX, TAG_BYTES } from './format';
import { toHex } from './ids';
import { parseRecoveryKey } from './recoveryKey';
import type { ObjectStorage } from './storage';

/** What opens a repository: the data folder's key file (32 random bytes) or the recovery key as the person has it. */
export type Credential = { readonly keyFile: Uint8Array } | { readonly recoveryKey: string };

/** The keys that one master key gives (STORE §7). Buffers, so that {@link forgetKeys} can zero them. */
export interface RepositoryKeys {
  readonly dataKey: Buffer;
  readonly idKey: Buffer;
  readonly manifestKey: Buffer;
  readonly indexKey: Buffer;
  readonly configKey: Buffer;
  /** 64 bytes that decide where chunks end. */
  readonly boundarySeed: Buffer;
}

const wrappedKeySchema = z.object({
  version: z.literal(1),
  kind: z.enum(['keyFile', 'recoveryKey']),
  repository: z.string(),
  salt: z.hex().length(32),
  nonce: z.hex().length(24),
  wrapped: z.hex().length(96),
  /** Of all the rest, by a key that the master gives: damage is found before the day the key is needed. */
  mac: z.hex().length(64),
});
type WrappedKey = z.infer<typeof wrappedKeySchema>;

function macOf(key: Omit<WrappedKey, 'mac'>, configKey: Uint8Array): string {
  const { version, kind, repository, salt, nonce, wrapped } = key;
  const text = [version, kind, repository, salt, nonce, wrapped].join(' ');
  return createHmac('sha256', configKey).update(text).digest('hex');
}

/** A repository has one recovery key, so its place is known: creating a second one fails by itself. */
const RECOVERY_KEY = `${KEY_PREFIX}recovery`;
/** Keys that replaced it have a number. */
const RECOVERY_KEYS = /^keys\/recovery(?:-(\d+))?$/;

function derive(secret: Uint8Array, repository: Uint8Array, label: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, repository, `vmbackup ${label}`, length));
}

/** Derives the keys of a repository from its 32-byte master key and its 16-byte UUID. */
export function deriveKeys(master: Uint8Array, repository: Uint8Array): RepositoryKeys {
  return {
    dataKey: derive(master, repository, 'data'),
    idKey: derive(master, repository, 'id'),
    manifestKey: derive(master, repository, 'manifest'),
    indexKey: derive(master, repository, 'index'),
    configKey: derive(master, repository, 'config'),
    boundarySeed: derive(master, repository, 'boundary', 64),
  };
}

/** Overwrites the keys in memory. */
export function forgetKeys(keys: RepositoryKeys): void {
  const { dataKey, idKey, manifestKey, indexKey, configKey, boundarySeed } = keys;
  for (const key of [dataKey, idKey, manifestKey, indexKey, configKey, boundarySeed]) key.fill(0);
}

function secretOf(credential: Credential): { kind: WrappedKey['kind']; secret: Uint8Array } {
  if ('recoveryKey' in credential) return { kind: 'recoveryKey', secret: parseRecoveryKey(credential.recoveryKey) };
  if (credential.keyFile.length !== 32) throw unreadable('keyFile', 'The key file does not hold 32 bytes.');
  return { kind: 'keyFile', secret: credential.keyFile };
}

function objectKey(kind: WrappedKey['kind'], secret: Uint8Array, repository: Uint8Array): string {
  if (kind === 'recoveryKey') return RECOVERY_KEY;
  // Several computers may have a key file for one vault: each finds its own without trying all.
  return KEY_PREFIX + createHmac('sha256', secret).update(repository).digest('hex').slice(0, 32);
}

function additionalData(kind: WrappedKey['kind'], repository: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`vmbackup key ${kind} `), repository]);
}

/**
 * Stores the master key wrapped by a credential as `keys/<id>` (STORE §7). The secrets are random and long, so a
 * plain HKDF is enough to make a wrapping key. Throws `StoreObjectExists` if that credential has one already.
 */
export async function addKey(
  storage: ObjectStorage,
  repository: Uint8Array,
  { master, configKey }: { master: Uint8Array; configKey: Uint8Array },
  credential: Credential,
  randomBytes: (count: number) => Buffer,
): Promise<void> {
  const { kind, secret } = secretOf(credential);
  const key = objectKey(kind, secret, repository);
  await storage.createIfAbsent(key, wrap(repository, { master, configKey }, credential, randomBytes));
}

/**
 * Puts a new recovery key in the place of all there were. The new one is durable before the old ones go, so that a
 * crash leaves a way in at every moment. Throws what the storage throws.
 */
export async function replaceRecoveryKey(
  storage: ObjectStorage,
  repository: Uint8Array,
  secrets: { master: Uint8Array; configKey: Uint8Array },
  recoveryKey: string,
  randomBytes: (count: number) => Buffer,
): Promise<void> {
  const old = await recoveryKeys(storage);
  const number = Math.max(0, ...old.map((key) => Number(RECOVERY_KEYS.exec(key)?.[1] ?? 1))) + 1;
  const bytes = wrap(repository, secrets, { recoveryKey }, randomBytes);
  await storage.createIfAbsent(`${RECOVERY_KEY}-${number}`, bytes);
  for (const key of old) await storage.delete(key);
}

function wrap(
  repository: Uint8Array,
  { master, configKey }: { master: Uint8Array; configKey: Uint8Array },
  credential: Credential,
  randomBytes: (count: number) => Buffer,
): Buffer {
  const { kind, secret } = secretOf(credential);
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(secret, salt, 'wrap'), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(kind, repository));
  const wrapped = Buffer.concat([cipher.update(master), cipher.final(), cipher.getAuthTag()]);
  const body = {
    version: 1 as const,
    kind,
    repository: toHex(repository),
    salt: toHex(salt),
    nonce: toHex(nonce),
    wrapped: toHex(wrapped),
  };
  const stored: WrappedKey = { ...body, mac: macOf(body, configKey) };
  return Buffer.from(`${JSON.stringify(stored, null, 2)}\n`);
}

async function recoveryKeys(storage: ObjectStorage): Promise<string[]> {
  return (await storage.list(KEY_PREFIX)).map(({ key }) => key).filter((key) => RECOVERY_KEYS.test(key));
}

/** True if the repository has a recovery key. */
export async function hasRecoveryKey(storage: ObjectStorage): Promise<boolean> {
  return (await recoveryKeys(storage)).length > 0;
}

/** Keys of the wrapped keys that are not as they were written: their credentials no longer open the repository. */
export async function findDamagedKeys(storage: ObjectStorage, configKey: Uint8Array): Promise<string[]> {
  const damagedKeys: string[] = [];
  for (const { key } of await storage.list(KEY_PREFIX)) {
    try {
      const stored = wrappedKeySchema.parse(JSON.parse((await storage.read(key)).toString('utf8')));
      if (stored.mac !== macOf(stored, configKey)) damagedKeys.push(key);
    } catch {
      // Unreadable or no such JSON: as useless to its owner as a changed one.
      damagedKeys.push(key);
    }
  }
  return damagedKeys;
}

/** The master key, unwrapped by a credential. Throws `LocalVaultUnreadable`, saying which part is at fault. */
export async function readMaster(
  storage: ObjectStorage,
  repository: Uint8Array,
  credential: Credential,
): Promise<Buffer> {
  const { kind, secret } = secretOf(credential);
  if (kind === 'keyFile') return unwrap(storage, repository, { kind, secret }, objectKey(kind, secret, repository));
  const [newest = RECOVERY_KEY, ...older] = (await recoveryKeys(storage)).toReversed();
  try {
    return await unwrap(storage, repository, { kind, secret }, newest);
  } catch (error) {
    // A replacement that was cut off leaves the key before it, which opens the vault until the next one.
    for (const key of older) {
      const master = await unwrap(storage, repository, { kind, secret }, key).catch(() => undefined);
      if (master !== undefined) return master;
    }
    throw error;
  }
}

async function unwrap(
  storage: ObjectStorage,
  repository: Uint8Array,
  { kind, secret }: { kind: WrappedKey['kind']; secret: Uint8Array },
  key: string,
): Promise<Buffer> {
  const name = kind === 'keyFile' ? 'key file' : 'recovery key';
  const stored = await storage.read(key).catch((error: unknown) => {
    if (isAppError(error, 'LocalChunkDamaged')) throw unreadable(kind, error.message, error);
    if (!isAppError(error, 'StoreObjectMissing')) throw error;
    throw unreadable(kind, `This vault does not know the ${name} (wrong key, or ${key} is missing).`, error);
  });
  try {
    const { salt, nonce, wrapped } = wrappedKeySchema.parse(JSON.parse(stored.toString('utf8')));
    const bytes = Buffer.from(wrapped, 'hex');
    const kek = derive(secret, Buffer.from(salt, 'hex'), 'wrap');
    const decipher = createDecipheriv('aes-256-gcm', kek, Buffer.from(nonce, 'hex'), { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(kind, repository));
    decipher.setAuthTag(bytes.subarray(32));
    return Buffer.concat([decipher.update(bytes.subarray(0, 32)), decipher.final()]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(kind, `The ${name} does not open this vault: it is the wrong one, or ${key} is damaged.`, error);
  }
}
