import { randomBytes, randomUUID } from 'node:crypto';

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
