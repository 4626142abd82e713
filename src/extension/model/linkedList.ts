import type { Connection } from '../../client/connection';
import type { Clock } from './clock';
import type { Failure } from './failure';
import type { Link } from './link';
import type { Links } from './links';
import { type Part, Reader } from './part';

/** A list that could not be read from one link. */
export interface LinkFailure {
  readonly link: Link;
  readonly failure: Failure;
}

/** One list, read from every link: each keeps its last rows, and one that fails does not hold up the others. */
export class LinkedList<T> {
  private readonly readers = new WeakMap<Link, Reader<readonly T[]>>();
  private joined: { readonly parts: readonly Part<readonly T[]>[]; readonly whole: Part<readonly T[]> } | undefined;

  constructor(
    private readonly links: Links,
    private readonly read: (client: Connection) => Promise<readonly T[]>,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /**
   * The lists of all links that answered, in the order of the links, as old as the oldest of them; and the first failure.
   * The same object until one of the lists changes.
   */
  get current(): Part<readonly T[]> {
    const parts = this.links.all.map((link) => this.reader(link).current);
    const { joined } = this;
    if (joined && joined.parts.length === parts.length && parts.every((part, at) => part === joined.parts[at])) {
      return joined.whole;
    }
    const whole = parts.length === 1 && parts[0] ? parts[0] : join(parts);
    this.joined = { parts, whole };
    return whole;
  }

  /** The links whose list could not be read. */
  get failures(): readonly LinkFailure[] {
    return this.links.all.flatMap((link) => {
      const { failure } = this.reader(link).current;
      return failure ? [{ link, failure }] : [];
    });
  }

  /** What one link listed. */
  of(link: Link): Part<readonly T[]> {
    return this.reader(link).current;
  }

  /** Takes what was listed of a link together with other lists. @param keptSince when an earlier window read it (ms UTC) */
  take(link: Link, value: readonly T[], keptSince?: number): void {
    this.reader(link).take(value, keptSince);
  }

  async refreshLink(link: Link): Promise<void> {
    await this.reader(link).refresh();
  }

  /** Reads every link's list again. */
  async refresh(): Promise<void> {
    await Promise.all(this.links.all.map((link) => this.reader(link).refresh()));
  }

  /** Reads the list of one link unless it is known. */
  async ensureLink(link: Link): Promise<void> {
    await this.reader(link).ensure();
  }

  /** Reads the lists that are not known. */
  async ensure(): Promise<void> {
    await Promise.all(this.links.all.map((link) => this.ensureLink(link)));
  }

  private reader(link: Link): Reader<readonly T[]> {
    const known = this.readers.get(link);
    if (known) return known;
    const made = new Reader(() => link.run(this.read), this.clock, this.changed);
    this.readers.set(link, made);
    return made;
  }
}

function join<T>(parts: readonly Part<readonly T[]>[]): Part<readonly T[]> {
  const read = parts.filter(({ value }) => value !== undefined);
  const failure = parts.find((part) => part.failure)?.failure;
  return {
    ...(read.length === 0 ? {} : { value: read.flatMap(({ value }) => value ?? []) }),
    ...(read.length === 0 ? {} : { asOf: Math.min(...read.map(({ asOf = 0 }) => asOf)) }),
    ...(failure ? { failure } : {}),
    ...(parts.some(({ kept }) => kept) ? { kept: true } : {}),
  };
}
