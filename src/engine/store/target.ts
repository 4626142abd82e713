/**
 * Where a repository is kept. Plain data: it crosses into worker threads, and each thread opens it by itself
 * (see `openStorage`).
 */
export type StorageTarget = {
  readonly kind: 'folder';
  /** Absolute path of the repository's folder. */
  readonly path: string;
};
