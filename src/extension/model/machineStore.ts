import type { Machine, RecoveryPoint } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import type { Clock } from './clock';
import { findById } from './ids';
import { withMissingImages } from './imageFiles';
import { type Life, Signal } from './life';
import type { Link } from './link';
import { LinkedList, type LinkFailure } from './linkedList';
import type { Links } from './links';
import { type Part, Reader } from './part';

/** The machines of every link, and the recovery points of those that were looked at. */
export class MachineStore implements Life {
  private readonly changed = new Signal();
  private changes = 0;
  private readonly list: LinkedList<Machine>;
  private readonly following: Life;
  private readonly pointReaders = new Map<string, Reader<readonly RecoveryPoint[]>>();

  constructor(
    private readonly links: Links,
    private readonly clock: Clock,
    imageExists: (path: string) => Promise<boolean> = async () => true,
  ) {
    this.list = new LinkedList(
      links,
      async (client) => {
        const machines = await client.machines();
        return client.local ? withMissingImages(machines, imageExists) : machines;
      },
      clock,
      () => this.change(),
    );
    this.following = links.onDidChange((gone) => {
      for (const key of this.pointReaders.keys())
        if (gone.some((link) => link.owns(key))) this.pointReaders.delete(key);
      this.change();
    });
  }

  readonly onDidChange = this.changed.on;

  /** Another number after every change. */
  get version(): number {
    return this.changes;
  }

  get machines(): Part<readonly Machine[]> {
    return this.list.current;
  }

  /** The links whose machines could not be listed. */
  get failures(): readonly LinkFailure[] {
    return this.list.failures;
  }

  machine(machineId: string): Machine | undefined {
    return findById(this.machines.value, machineId);
  }

  /** What one link listed. */
  of(link: Link): Part<readonly Machine[]> {
    return this.list.of(link);
  }

  /** Takes the machines of a link that were read together with its vaults. @param keptSince as of the list's */
  take(link: Link, machines: readonly Machine[], keptSince?: number): void {
    this.list.take(link, machines, keptSince);
  }

  async refreshLink(link: Link): Promise<void> {
    await this.list.refreshLink(link);
  }

  async ensure(): Promise<void> {
    await this.list.ensure();
  }

  /** Reads the machines of one link unless they are known. */
  async ensureLink(link: Link): Promise<void> {
    await this.list.ensureLink(link);
  }

  async refresh(): Promise<void> {
    // Rows ask every item for its points; only those that somebody unfolded were ever read.
    const looked = Array.from(this.pointReaders.values()).filter(({ current: { asOf, failure } }) => asOf ?? failure);
    await Promise.all([this.list, ...looked].map((reader) => reader.refresh()));
  }

  /** The recovery points of an item, newest first. */
  points(itemId: string): Part<readonly RecoveryPoint[]> {
    return this.pointReader(itemId).current;
  }

  async ensurePoints(itemId: string): Promise<void> {
    await this.pointReader(itemId).ensure();
  }

  async refreshPoints(itemId: string): Promise<void> {
    await this.pointReader(itemId).refresh();
  }

  dispose(): void {
    this.following.dispose();
    this.changed.dispose();
  }

  private change(): void {
    this.changes += 1;
    this.changed.fire();
  }

  private pointReader(itemId: string): Reader<readonly RecoveryPoint[]> {
    const key = idKey(itemId);
    let reader = this.pointReaders.get(key);
    if (!reader) {
      reader = new Reader(
        async () => {
          const link = this.links.of(itemId);
          const [points, holds] = await Promise.all([
            link.run((client) => client.recoveryPoints(itemId)),
            // A vault that cannot be opened still has points to show; its holds are not known then.
            link.run(async ({ local }) => (local ? local.pointHolds(itemId) : [])).catch(() => []),
          ]);
          const reasons = new Map(holds.map(({ name, reason }) => [name, reason]));
          const withHold = (point: RecoveryPoint): RecoveryPoint => {
            const hold = reasons.get(point.name);
            return hold === undefined ? point : { ...point, hold };
          };
          return points.map(withHold).toSorted((a, b) => b.time - a.time);
        },
        this.clock,
        () => this.change(),
      );
      this.pointReaders.set(key, reader);
    }
    return reader;
  }
}
