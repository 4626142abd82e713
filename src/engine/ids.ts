import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Where new names come from; injected so that tests know them. */
export interface Ids {
  uuid(): string;
  /** A decimal string without leading zero, as Azure names recovery points (SPEC §1.9). */
  decimal(): string;
}

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  decimal: () => String(randomBytes(6).readUIntBE(0, 6) + 100_000_000_000_000),
};

/** An id for something that has a name only: the same one each time, whatever the name's case. */
export function nameUuid(name: string): string {
  const hex = createHash('sha256').update(name.toLowerCase()).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
