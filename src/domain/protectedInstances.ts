const GB = 1024 ** 3;
/** Up to this many bytes a protected VM is a small instance. */
const SMALL_BYTES = 50 * GB;
/** A protected VM is counted once for each of these that it begins. */
const STEP_BYTES = 500 * GB;

/** How a protected VM is counted for pricing. */
export interface ProtectedInstances {
  readonly count: number;
  /** Size class of each counted instance. */
  readonly size: 'none' | 'upTo50GB' | 'upTo500GB';
}

/**
 * How many protected instances a VM is: none before its first successful backup, one small up to 50 GB, one up to
 * 500 GB, and one more for each further 500 GB begun (SPEC §5 "pricing").
 * @param usedBytes allocated, non-zero bytes of the last recovery point over all its disks; `undefined` without a point
 */
export function protectedInstances(usedBytes: number | undefined): ProtectedInstances {
  if (usedBytes === undefined) {
    return { count: 0, size: 'none' };
  }
  if (usedBytes <= SMALL_BYTES) {
    return { count: 1, size: 'upTo50GB' };
  }
  return { count: Math.ceil(usedBytes / STEP_BYTES), size: 'upTo500GB' };
}
