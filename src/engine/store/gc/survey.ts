import type { RepositoryContext } from '../context';
import { SEAL_BYTES } from '../format';
import { ENTRY_BYTES } from '../packDirectory';
import { packSizes } from '../packs';
import type { Marker } from './marker';

/** A stored pack and how much of it is needed. */
export interface SurveyedPack {
  readonly name: string;
  /** Bytes of the whole object. */
  readonly size: number;
  /** Bytes of the blobs in it that a recovery point needs. */
  readonly liveBytes: number;
  /** Bytes that a rewritten pack would not have. */
  readonly deadBytes: number;
}

/** Looks at every pack there is, whether the inventory knows it or not, but those that a running backup writes. */
export async function surveyPacks(context: RepositoryContext, marker: Marker): Promise<SurveyedPack[]> {
  const { inventory, storage } = context;
  const sizes = await packSizes(storage);
  const sums = inventory.sumByPack((entry) => marker.isLive(entry));
  const packs: SurveyedPack[] = [];
  for (const [name, size] of sizes) {
    if (inventory.isYoung(name)) continue;
    const { blobs, bytes } = sums.get(name) ?? { blobs: 0, bytes: 0 };
    const needed = blobs === 0 ? 0 : bytes + blobs * ENTRY_BYTES + SEAL_BYTES;
    packs.push({ name, size, liveBytes: bytes, deadBytes: Math.max(0, size - needed) });
  }
  return packs;
}

/** True if no recovery point needs anything of the pack. */
export function isDead(pack: SurveyedPack): boolean {
  return pack.liveBytes === 0;
}
