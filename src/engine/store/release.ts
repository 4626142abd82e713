/** `ArrayBuffer.prototype.transfer` of ES2024, which every supported Node has. */
interface Detachable {
  transfer(length: number): ArrayBuffer;
}

function isDetachable(buffer: ArrayBufferLike): buffer is ArrayBuffer & Detachable {
  return 'transfer' in buffer && typeof buffer.transfer === 'function';
}

/**
 * Gives the memory of a temporary buffer back at once; nobody may use it or any view of it afterwards. Worker threads
 * make little garbage that V8 counts, so it would let about 60 MiB of such buffers pile up in each.
 */
export function release(bytes: Uint8Array): void {
  // Small buffers share Node's pool, which must stay.
  if (bytes.buffer.byteLength > Buffer.poolSize && isDetachable(bytes.buffer)) bytes.buffer.transfer(0);
}
