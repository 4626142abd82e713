import * as z from 'zod';
import { AppError } from '../../domain/errors';
import { damaged } from './errors';
import { MAX_RAW_BYTES, NAME_BYTES, SESSION_BYTES, SNAPSHOT_PREFIX } from './format';
import { toHex } from './ids';
import { jsonValue } from './json';
import { type ObjectKey, openObject, sealObject } from './sealedObject';
import type { ObjectStorage } from './storage';

const bytes = z.number().int().nonnegative();
const hexId = z.hex().length(64);

const countersSchema = z.object({
  /** Bytes of the disks that were read. */
  readBytes: bytes,
  /** Bytes of them that are zero and cost nothing. */
  zeroBytes: bytes,
  /** Bytes that were stored already. */
  knownBytes: bytes,
  /** Bytes that were not, before compression. */
  newBytes: bytes,
  /** Bytes of the packs written, map pages and directories included. */
  storedBytes: bytes,
});
/** What a backup did, in bytes. */
export type BackupCounters = z.infer<typeof countersSchema>;

const groupSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/)
  .max(128);

const manifestSchema = z.object({
  format: z.literal(1),
  id: z.hex().length(NAME_BYTES * 2),
  group: groupSchema,
  time: z.number(),
  subject: jsonValue,
  disks: z.array(
    z.object({
      name: z.string(),
      sizeBytes: bytes,
      rootId: hexId,
      nonZeroBytes: bytes,
      description: jsonValue,
    }),
  ),
  counters: countersSchema,
  toolVersion: z.string(),
  /** Sealed once more; see `secrets.ts`. */
  secrets: z.base64().optional(),
  parent: z.string().optional(),
});

/** The stored form of a recovery point (STORE §2): whoever has the keys needs nothing else to understand it. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A recovery point as it is found in the store. */
export interface StoredPoint extends Omit<Manifest, 'format'> {
  /** Key of the manifest. */
  readonly key: string;
}

/** Throws `LocalRequestInvalid` unless `group` can be part of a key. */
export function checkGroup(group: string): void {
  if (groupSchema.safeParse(group).success) return;
  throw new AppError('LocalRequestInvalid', `"${group}" is no group of recovery points.`, {
    details: { target: 'group' },
  });
}

/** Key of a manifest: sorts by group and time. */
function manifestKey(manifest: Manifest): string {
  const time = new Date(manifest.time).toISOString().replace(/[-:.]/g, '').toLowerCase();
  return `${SNAPSHOT_PREFIX}${manifest.group}/${time}-${manifest.id.slice(0, 16)}`;
}

/** The prefix of all manifests, or of those of one group. */
export function manifestPrefix(group?: string): string {
  if (group === undefined) return SNAPSHOT_PREFIX;
  checkGroup(group);
  return `${SNAPSHOT_PREFIX}${group}/`;
}

/**
 * Writes a manifest: the commit point (STORE §4 step 5). Everything it names must be durable. Throws
 * `LocalManifestTooLarge` if it is over 1 MiB, and what the storage throws.
 */
export async function writeManifest(
  storage: ObjectStorage,
  objectKey: ObjectKey,
  manifest: Manifest,
  randomBytes: (count: number) => Buffer,
): Promise<StoredPoint> {
  const key = manifestKey(manifest);
  const plain = Buffer.from(JSON.stringify(manifestSchema.parse(manifest)));
  if (plain.length > MAX_RAW_BYTES) {
    throw new AppError('LocalManifestTooLarge', 'The description of this machine is too large for a recovery point.');
  }
  await storage.createIfAbsent(key, sealObject(objectKey, key, plain, randomBytes(SESSION_BYTES)));
  return toPoint(key, manifest);
}

/** Reads a manifest. Throws `LocalChunkDamaged`, or `StoreObjectMissing`. */
export async function readManifest(storage: ObjectStorage, objectKey: ObjectKey, key: string): Promise<StoredPoint> {
  const plain = openObject(objectKey, key, await storage.read(key));
  try {
    return toPoint(key, manifestSchema.parse(JSON.parse(plain.toString('utf8'))));
  } catch (error) {
    throw damaged(`${key} does not describe a recovery point`, error);
  }
}

/** A fresh id for a manifest. */
export function newManifestId(randomBytes: (count: number) => Buffer): string {
  return toHex(randomBytes(NAME_BYTES));
}

function toPoint(key: string, manifest: Manifest): StoredPoint {
  const { format: _format, ...rest } = manifest;
  return { key, ...rest };
}
