/**
 * Where a repository is kept. Plain data: it crosses into worker threads, and each thread opens it by itself
 * (see `openStorage`).
 */
export type StorageTarget = {
  readonly kind: 'folder';
  /** Absolute path of the repository's folder. */
  readonly path: string;
  /** Absolute path of a second folder in another zone: each object is written to both before it counts. */
  readonly zonePath?: string | undefined;
  /** Absolute path of the copy at the paired site: read where the own bytes are damaged or gone. */
  readonly pairPath?: string | undefined;
};

/** The places that may hold a good copy of an object whose bytes are damaged, nearest first. */
export function copiesOf(target: StorageTarget): StorageTarget[] {
  const zones = target.zonePath === undefined ? [] : zonesOf(target);
  return target.pairPath === undefined ? zones : [...zones, { kind: 'folder', path: target.pairPath }];
}

/** The folders that a repository is written to, each by itself. */
export function zonesOf(target: StorageTarget): StorageTarget[] {
  const paths = target.zonePath === undefined ? [target.path] : [target.path, target.zonePath];
  return paths.map((path) => ({ kind: 'folder', path }));
}

/** True if both name the same places. */
export function sameTarget(a: StorageTarget, b: StorageTarget): boolean {
  return a.path === b.path && a.zonePath === b.zonePath && a.pairPath === b.pairPath;
}
