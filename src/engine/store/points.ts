import type { RepositoryContext } from './context';
import { manifestPrefix, readManifest, type StoredPoint } from './manifest';

/** The recovery points of a repository, and the manifests that could not be read. */
export interface PointList {
  /** Oldest first within a group. */
  readonly points: readonly StoredPoint[];
  readonly damaged: readonly { readonly key: string; readonly reason: string }[];
}

/** Reads all manifests, or those of one group. One that cannot be read does not hide the others. */
export async function listPoints(context: RepositoryContext, group?: string): Promise<PointList> {
  const points: StoredPoint[] = [];
  const damaged: { key: string; reason: string }[] = [];
  for (const { key } of await context.storage.list(manifestPrefix(group))) {
    try {
      points.push(await readManifest(context.storage, context.manifestObjectKey, key));
    } catch (error) {
      damaged.push({ key, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { points, damaged };
}
