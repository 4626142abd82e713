import { damaged } from './errors';
import { FORMAT_VERSION, MAX_RAW_BYTES, SESSION_BYTES } from './format';
import { Sealer, Unsealer } from './seal';

const MAGIC = Buffer.from('VMBS', 'latin1');
const HEADER_BYTES = 12;

/** What a sealed object is. The numbers are part of the format. */
export const ObjectKind = { index: 1, manifest: 2, condemned: 3, hold: 4 } as const;
export type ObjectKind = (typeof ObjectKind)[keyof typeof ObjectKind];

/** A key to seal objects of one kind, bound to a repository. */
export interface ObjectKey {
  readonly kind: ObjectKind;
  readonly key: Uint8Array;
  /** UUID of the repository, 16 bytes. */
  readonly repository: Uint8Array;
}

/**
 * Seals an object that stands for itself: `magic(4) version u8 kind u8 2 reserved raw u32 | sealed`. It is bound to
 * the name it is stored under, so that objects cannot be exchanged. `session`: 16 fresh random bytes.
 */
export function sealObject(objectKey: ObjectKey, name: string, plain: Uint8Array, session: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(MAGIC);
  header[4] = FORMAT_VERSION;
  header[5] = objectKey.kind;
  header.writeUInt32LE(plain.length, 8);
  const sealer = new Sealer(objectKey.key, session.subarray(0, SESSION_BYTES));
  return Buffer.concat([header, sealer.seal(plain, objectData(objectKey, header, name), { compression: 'auto' })]);
}

/** The plain bytes of a sealed object. Throws `LocalChunkDamaged`. */
export function openObject(objectKey: ObjectKey, name: string, stored: Buffer): Buffer {
  const header = stored.subarray(0, HEADER_BYTES);
  const known = header.length === HEADER_BYTES && header.subarray(0, 4).equals(MAGIC) && header[4] === FORMAT_VERSION;
  if (!known || header[5] !== objectKey.kind) throw damaged(`${name} is not what its name says`);
  const raw = header.readUInt32LE(8);
  if (raw > MAX_RAW_BYTES) throw damaged(`${name} has an impossible size`);
  const unsealer = new Unsealer(objectKey.key);
  return unsealer.open(stored.subarray(HEADER_BYTES), raw, objectData(objectKey, header, name), name);
}

function objectData(objectKey: ObjectKey, header: Buffer, name: string): (flags: number) => Uint8Array {
  return (flags) => Buffer.concat([Buffer.from([0x4f, flags]), header, objectKey.repository, Buffer.from(name)]);
}
