/** Version of every object that this code writes (STORE §2). */
export const FORMAT_VERSION = 1;

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** Chunks are cut at multiples of this many bytes only. */
export const SECTOR_BYTES = 4 * KIB;
/** Part of a disk that is cut, mapped and handed to a worker by itself. */
export const SEGMENT_BYTES = 16 * MIB;
/** References of one fan-out page of a disk map. */
export const FAN_OUT = 1024;
/** Limit of every decompressed blob, page, directory and object: no stored byte can make us allocate more. */
export const MAX_RAW_BYTES = 1024 * KIB;
/** A pack is closed once its blobs reach this size. */
export const PACK_BYTES = 32 * MIB;
/** Page packs are smaller, because the main thread keeps them in memory until their data is durable. */
export const PAGE_PACK_BYTES = 8 * MIB;
/** A pack is closed at this many blobs too: its directory must stay below {@link MAX_RAW_BYTES}. */
export const PACK_BLOBS = 16_384;

export const ID_BYTES = 32;
export const NAME_BYTES = 16;
export const SESSION_BYTES = 16;
export const TAG_BYTES = 16;
/** Bytes that sealing adds: session, counter, flags, tag. */
export const SEAL_BYTES = SESSION_BYTES + 8 + 1 + TAG_BYTES;

/** What a blob holds. The numbers are part of the format. */
export const BlobType = { data: 1, mapPage: 2, meta: 3 } as const;
export type BlobType = (typeof BlobType)[keyof typeof BlobType];

/** True for the number of a known blob type. */
export function isBlobType(value: number): value is BlobType {
  return value === BlobType.data || value === BlobType.mapPage || value === BlobType.meta;
}

export const CONFIG_KEY = 'config';
export const CONFIG_COPY_KEY = 'config-copy';
export const PACK_PREFIX = 'packs/';
export const INDEX_PREFIX = 'index/';
export const SNAPSHOT_PREFIX = 'snaps/';
export const NOTE_PREFIX = 'notes/';
export const KEY_PREFIX = 'keys/';
export const GC_PREFIX = 'gc/';
export const HOLD_PREFIX = 'holds/';
export const LOCK_PREFIX = 'locks/';

/** Key of the pack with this name (32 hex digits). */
export function packKey(name: string): string {
  return `${PACK_PREFIX}${name.slice(0, 2)}/${name}`;
}

/** Name of the pack stored under `key`, or nothing if the key is not a pack's. */
export function packName(key: string): string | undefined {
  const match = /^packs\/([0-9a-f]{2})\/([0-9a-f]{32})$/.exec(key);
  return match?.[1] !== undefined && match[2]?.startsWith(match[1]) === true ? match[2] : undefined;
}

/** Disks are cut into segments of fixed size; the last one is as long as what is left. */
export function segmentCount(diskBytes: number): number {
  return Math.ceil(diskBytes / SEGMENT_BYTES);
}

/** Bytes of one segment of a disk. */
export function segmentLength(diskBytes: number, segment: number): number {
  return Math.min(SEGMENT_BYTES, diskBytes - segment * SEGMENT_BYTES);
}
