import type { HealReport } from '../store/replica/heal';
import type { Repository } from '../store/repository';
import type { VerifyReport } from '../store/verify';

/** What was found damaged and is whole again. */
export interface Healed {
  readonly blobs: number;
  readonly points: number;
}

/**
 * Stores anew what a verification found damaged, as far as another zone or the paired site has it whole (STORE §6). Only
 * whoever owns the vault does.
 * @param missing manifests that the catalog knows and the vault has not
 */
export async function heal(store: Repository, report: VerifyReport, missing: readonly string[] = []): Promise<Healed> {
  const { zonePath, pairPath } = store.target;
  const hasCopy = zonePath !== undefined || pairPath !== undefined;
  if (!store.writable || !hasCopy || (report.ok && missing.length === 0)) return { blobs: 0, points: 0 };
  const { healedBlobs, healedManifests }: HealReport = await store.heal(report, missing);
  return { blobs: healedBlobs, points: healedManifests };
}

/** What was mended, as a sentence; nothing when nothing was. */
export function healedSentence({ blobs, points }: Healed): string | undefined {
  const mended = [count(blobs, 'damaged chunk'), count(points, 'recovery point')].filter((words) => words !== '');
  return mended.length === 0 ? undefined : `Stored anew from a copy of the vault: ${mended.join(' and ')}.`;
}

function count(many: number, what: string): string {
  return many === 0 ? '' : `${many} ${what}${many === 1 ? '' : 's'}`;
}
