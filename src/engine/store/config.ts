import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { AppError, isAppError } from '../../domain/errors';
import { type ChunkProfile, GENERAL_PROFILE } from './chunker';
import { unreadable } from './errors';
import { CONFIG_COPY_KEY, CONFIG_KEY, FORMAT_VERSION, SECTOR_BYTES, SEGMENT_BYTES } from './format';
import { type JsonValue, jsonValue } from './json';
import type { ObjectStorage } from './storage';

/** What a repository is made with; immutable. */
export interface RepositoryConfig {
  /** UUID in its usual text form. */
  readonly uuid: string;
  /** ms UTC. */
  readonly created: number;
  readonly chunks: ChunkProfile;
}

const fileSchema = z.object({ body: z.record(z.string(), jsonValue), mac: z.hex().length(64) });

const formatSchema = z.object({
  format: z.number(),
  /** Names of features that a program must know to do this; a newer program may add some. */
  required: z.object({ read: z.array(z.string()), write: z.array(z.string()), delete: z.array(z.string()) }),
});

const bodySchema = z.object({
  uuid: z.uuid(),
  created: z.number(),
  algorithms: z.object({
    id: z.literal('hmac-sha256-sha256'),
    compression: z.literal('zstd'),
    cipher: z.literal('aes-256-gcm'),
    kdf: z.literal('hkdf-sha256'),
  }),
  chunks: z.object({
    name: z.literal(GENERAL_PROFILE.name),
    min: z.literal(GENERAL_PROFILE.min),
    avg: z.literal(GENERAL_PROFILE.avg),
    max: z.literal(GENERAL_PROFILE.max),
    sector: z.literal(SECTOR_BYTES),
    segment: z.literal(SEGMENT_BYTES),
  }),
});

type Body = { [key: string]: JsonValue };

function macOf(body: Body, configKey: Uint8Array): Buffer {
  return createHmac('sha256', configKey).update(JSON.stringify(body)).digest();
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/**
 * Writes the config and its copy; with it, the repository exists. Returns it as it is stored. Throws `StoreObjectExists`.
 * The copy is a second object rather than something to make anew from the keys, because only the config knows which
 * features a program must have to touch the repository. It comes first, and so must the copy of a config that asks for
 * more: then a config that asks for more than its copy is a damaged one.
 */
export async function writeConfig(
  storage: ObjectStorage,
  config: RepositoryConfig,
  configKey: Uint8Array,
): Promise<WrittenConfig> {
  const body: Body = {
    format: FORMAT_VERSION,
    required: { read: [], write: [], delete: [] },
    uuid: config.uuid,
    created: config.created,
    algorithms: { id: 'hmac-sha256-sha256', compression: 'zstd', cipher: 'aes-256-gcm', kdf: 'hkdf-sha256' },
    chunks: { ...config.chunks, sector: SECTOR_BYTES, segment: SEGMENT_BYTES },
  };
  const bytes = textOf({ body, mac: macOf(body, configKey).toString('hex') });
  await storage.createIfAbsent(CONFIG_COPY_KEY, bytes);
  await storage.createIfAbsent(CONFIG_KEY, bytes);
  return { ...config, bytes };
}

function textOf(file: z.infer<typeof fileSchema>): Buffer {
  return Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
}

/** A config and its bytes, which both its objects have. */
export interface WrittenConfig extends RepositoryConfig {
  readonly bytes: Buffer;
}

/** A config as it was read; trust it only after `verify` with the key that its UUID led to. */
export interface StoredConfig extends WrittenConfig {
  /** Throws `LocalVaultUnreadable` unless the config was written with this key and is so to the last bit. */
  verify(configKey: Uint8Array): void;
}

/**
 * Reads the config, or its copy. Throws `LocalVaultUnreadable` if it is missing or damaged, and `LocalStoreFormatUnknown` if it
 * was written by a newer program or needs a feature that this one does not have.
 */
export async function readConfig(storage: ObjectStorage, key: string): Promise<StoredConfig> {
  const stored = await storage.read(key).catch((error: unknown) => {
    if (isAppError(error, 'LocalChunkDamaged')) throw unreadable('config', error.message, error);
    if (!isAppError(error, 'StoreObjectMissing')) throw error;
    throw unreadable('config', 'There is no vault here: its config file is missing.', error);
  });
  let file: z.infer<typeof fileSchema>;
  let format: z.infer<typeof formatSchema>;
  try {
    file = fileSchema.parse(JSON.parse(stored.toString('utf8')));
    format = formatSchema.parse(file.body);
  } catch (error) {
    throw unreadable('config', "The vault's config file is damaged.", error);
  }
  const features = [...format.required.read, ...format.required.write, ...format.required.delete];
  const body = bodySchema.safeParse(file.body);
  if (format.format !== FORMAT_VERSION || features.length > 0 || !body.success) {
    const found = [`format ${format.format}`, ...features].join(', ');
    throw new AppError('LocalStoreFormatUnknown', `This vault needs a newer version of VM Backup (${found}).`, {
      cause: body.error,
      details: { target: 'config', recommendation: 'Update VM Backup, then open the vault again.' },
    });
  }
  return {
    bytes: stored,
    uuid: body.data.uuid,
    created: body.data.created,
    chunks: body.data.chunks,
    verify(configKey) {
      const sealed = timingSafeEqual(macOf(file.body, configKey), Buffer.from(file.mac, 'hex'));
      // The seal is of what the text says, and two texts may say the same.
      if (sealed && textOf({ body: file.body, mac: file.mac.toLowerCase() }).equals(stored)) return;
      throw unreadable('config', "The vault's config file was changed: its seal does not match.");
    },
  };
}
