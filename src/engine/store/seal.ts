import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { damaged } from './errors';
import { MAX_RAW_BYTES, SEAL_BYTES, SESSION_BYTES, TAG_BYTES } from './format';
import { release } from './release';

const COMPRESSED = 1;
const HEADER_BYTES = SEAL_BYTES - TAG_BYTES;
/** Compressed only if it saves at least this part: less is not worth the time of decompressing. */
const LEAST_GAIN = 0.03;
const CACHED_KEYS = 1024;

/** What a sealed piece is bound to; `flags` says if it is compressed. Another place or purpose gives other bytes. */
export type AdditionalData = (flags: number) => Uint8Array;

function deriveSessionKey(baseKey: Uint8Array, session: Uint8Array): Buffer {
  const info = Buffer.concat([Buffer.from('blob'), session]);
  return Buffer.from(hkdfSync('sha256', baseKey, new Uint8Array(0), info, 32));
}

function nonceOf(counter: Uint8Array): Buffer {
  return Buffer.concat([new Uint8Array(4), counter]);
}

function compress(plain: Uint8Array): Uint8Array | undefined {
  const packed = zstdCompressSync(plain, {
    chunkSize: plain.length + (plain.length >>> 7) + 1024,
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
  if (packed.length <= plain.length * (1 - LEAST_GAIN)) return packed;
  release(packed);
  return undefined;
}

/**
 * Encrypts pieces as `session(16) counter(8) flags(1) | ciphertext | tag(16)` (STORE §2). The session id is random per
 * writer thread and run and gives the key, the counter gives the nonce: no nonce is ever used twice.
 */
export class Sealer {
  private readonly key: Buffer;
  private counter = 0n;

  /** `session`: 16 fresh random bytes that no other sealer has. */
  constructor(
    baseKey: Uint8Array,
    private readonly session: Uint8Array,
  ) {
    this.key = deriveSessionKey(baseKey, session);
  }

  /**
   * Seals `plain` into `target` from byte `at` and returns the sealed length, at most `plain.length` + 41. Compressed if
   * that is worth it and `compression` is not off. Writing in place keeps garbage, and so the process, small.
   */
  sealInto(
    target: Buffer,
    at: number,
    plain: Uint8Array,
    aad: AdditionalData,
    options: { compression: 'auto' | 'off' },
  ): number {
    const packed = options.compression === 'auto' ? compress(plain) : undefined;
    const flags = packed === undefined ? 0 : COMPRESSED;
    target.set(this.session, at);
    target.writeBigUInt64BE(this.counter, at + SESSION_BYTES);
    target[at + HEADER_BYTES - 1] = flags;
    this.counter += 1n;
    const nonce = nonceOf(target.subarray(at + SESSION_BYTES, at + SESSION_BYTES + 8));
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(aad(flags));
    const body = cipher.update(packed ?? plain);
    cipher.final();
    const length = HEADER_BYTES + body.length + TAG_BYTES;
    target.set(body, at + HEADER_BYTES);
    target.set(cipher.getAuthTag(), at + length - TAG_BYTES);
    release(body);
    if (packed !== undefined) release(packed);
    return length;
  }

  /** As {@link sealInto}, into a buffer of its own. */
  seal(plain: Uint8Array, aad: AdditionalData, options: { compression: 'auto' | 'off' }): Buffer {
    const target = Buffer.alloc(plain.length + SEAL_BYTES);
    return target.subarray(0, this.sealInto(target, 0, plain, aad, options));
  }
}

/** Opens what sealers with the same base key wrote. */
export class Unsealer {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly baseKey: Uint8Array) {}

  /**
   * The plain bytes of a sealed piece. `raw` is their exact number, at most 1 MiB: more is never decompressed.
   * Throws `LocalChunkDamaged`, naming `what`, if one bit differs from what was sealed.
   */
  open(sealed: Uint8Array, raw: number, aad: AdditionalData, what: string): Buffer {
    if (sealed.length < SEAL_BYTES || raw > MAX_RAW_BYTES) throw damaged(`${what} has an impossible size`);
    const flags = sealed[HEADER_BYTES - 1] ?? 0;
    if ((flags & ~COMPRESSED) !== 0) throw damaged(`${what} has unknown flags`);
    const key = this.keyOf(sealed.subarray(0, SESSION_BYTES));
    const nonce = nonceOf(sealed.subarray(SESSION_BYTES, SESSION_BYTES + 8));
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(aad(flags));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const body = decipher.update(sealed.subarray(HEADER_BYTES, sealed.length - TAG_BYTES));
      decipher.final();
      if (flags === 0 && body.length === raw) return body;
      if (flags === COMPRESSED) {
        const plain = zstdDecompressSync(body, { chunkSize: raw + 1024, maxOutputLength: raw });
        release(body);
        if (plain.length === raw) return plain;
      }
    } catch (error) {
      throw damaged(what, error);
    }
    throw damaged(`${what} has the wrong length`);
  }

  private keyOf(session: Uint8Array): Buffer {
    const name = Buffer.from(session).toString('latin1');
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const oldest = this.keys.keys().next();
    if (this.keys.size >= CACHED_KEYS && oldest.done !== true) this.keys.delete(oldest.value);
    const key = deriveSessionKey(this.baseKey, session);
    this.keys.set(name, key);
    return key;
  }
}
