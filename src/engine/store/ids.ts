import { hash } from 'node:crypto';
import { ID_BYTES } from './format';

const BLOCK_BYTES = 64;

/** Bytes of a chunk's, page's or pack's id or name as hex digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * Names content: id = HMAC-SHA256(idKey, SHA-256(plain)) (STORE §1.2). The HMAC is built from one-shot hashes, which
 * are twice as fast as hash objects on short input.
 */
export class IdHasher {
  private readonly inner = Buffer.alloc(BLOCK_BYTES + ID_BYTES, 0x36);
  private readonly outer = Buffer.alloc(BLOCK_BYTES + ID_BYTES, 0x5c);

  /** `idKey`: 32 bytes. */
  constructor(idKey: Uint8Array) {
    idKey.forEach((byte, at) => {
      this.inner[at] = byte ^ 0x36;
      this.outer[at] = byte ^ 0x5c;
    });
  }

  /** The 32-byte id of `plain`. */
  id(plain: Uint8Array): Buffer {
    this.inner.set(hash('sha256', plain, 'buffer'), BLOCK_BYTES);
    this.outer.set(hash('sha256', this.inner, 'buffer'), BLOCK_BYTES);
    return hash('sha256', this.outer, 'buffer');
  }
}
