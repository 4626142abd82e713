import type { Link } from './link';
import type { Memory } from './memory';

const PLACE_KEY = 'createVault.lastPlace';

/** Where a vault was made. */
export interface VaultPlace {
  /** Name of its resource group. */
  readonly group: string;
  /** Name of its location. */
  readonly location: string;
}

/**
 * Where the last vault of each link was made: on this computer from one window to the next. What was chosen in a
 * subscription of Azure goes with its link, so that signing out forgets it.
 */
export class LastPlaces {
  private readonly inAzure = new WeakMap<Link, VaultPlace>();

  constructor(private readonly memory: Memory) {}

  of(link: Link): VaultPlace | undefined {
    if (link.provider === 'azure') return this.inAzure.get(link);
    const remembered = this.memory.get(PLACE_KEY);
    return isPlace(remembered) ? remembered : undefined;
  }

  set(link: Link, { group, location }: VaultPlace): void {
    if (link.provider === 'azure') this.inAzure.set(link, { group, location });
    else this.memory.set(PLACE_KEY, { group, location });
  }
}

function isPlace(value: unknown): value is VaultPlace {
  const isObject = typeof value === 'object' && value !== null && 'group' in value && 'location' in value;
  return isObject && typeof value.group === 'string' && typeof value.location === 'string';
}
