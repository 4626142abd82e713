import type { VaultUsages } from '../../client/advanced';
import { sameLocation } from '../../domain/names';
import { daysUntilFull } from '../../domain/storageEstimate';
import type { ProtectedItem } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { inParallel } from './bounded';
import { ChangeRates } from './changeRates';
import type { MachineFacts } from './machineFacts';
import { knownMachines, type Stores } from './stores';
import type { VaultBranch } from './vaultStore';

const CALLS_AT_ONCE = 4;
/** Items that are asked one by one for their oldest point: less than half of what Azure lets pass in an hour. */
const MOST_ASKED_ITEMS = 50;

/** Bytes that a folder of this computer has left, where that can be told. */
export type FreeBytes = (folder: string) => Promise<number | undefined>;

/** What the dashboard shows that nothing else needs, so that it is asked for only while the page is open. */
export class DashboardFacts {
  private readonly rates: ChangeRates;
  private readonly oldest = new Map<string, number | undefined>();
  private readonly usages = new Map<string, VaultUsages>();
  private readonly free = new Map<string, number>();

  constructor(
    private readonly stores: Stores,
    private readonly freeBytes: FreeBytes,
  ) {
    this.rates = new ChangeRates(stores);
  }

  /** The oldest recovery point of an item (ms UTC); `undefined` while that is not known. */
  oldestPoint(item: ProtectedItem): number | undefined {
    return item.oldestRecoveryPoint ?? this.oldest.get(idKey(item.id));
  }

  /** What Azure counts of a vault. */
  usagesOf(vaultId: string): VaultUsages | undefined {
    return this.usages.get(idKey(vaultId));
  }

  /** Bytes a day that the backups of some machines bring; `undefined` unless that is known of one of them. */
  newPerDay(machines: readonly MachineFacts[]): number | undefined {
    const known = machines.flatMap((machine) => this.rates.of(machine)?.bytesPerDay ?? []);
    return known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Days until the disk under a location is full, at the pace of all vaults there. */
  daysUntilFull(location: string): number | undefined {
    const pace = this.newPerDay(
      knownMachines(this.stores).filter(({ vault }) => vault && sameLocation(vault.location, location)),
    );
    const free = this.free.get(location.toLowerCase());
    return pace === undefined || free === undefined ? undefined : daysUntilFull(free, pace);
  }

  /** Asks for what is missing; `again` also for what may have changed. */
  async read(branches: readonly VaultBranch[], options: { readonly again: boolean }): Promise<void> {
    const azure = branches.filter(({ provider }) => provider === 'azure');
    await Promise.all([
      this.readUsages(azure),
      this.readOldest(azure, options),
      ...(azure.length === branches.length ? [] : [this.readFree(), this.rates.read(knownMachines(this.stores))]),
    ]);
  }

  /** Asks about backups that ended since. @returns whether there were any */
  async readRates(): Promise<boolean> {
    return this.rates.read(knownMachines(this.stores));
  }

  private async readUsages(branches: readonly VaultBranch[]): Promise<void> {
    await inParallel(branches, CALLS_AT_ONCE, async ({ vault: { id } }) => {
      const told = await this.stores.links
        .of(id)
        .run((client) => client.advanced.vaultUsages(id))
        .catch(() => undefined); // who may not see it reads "not known"
      if (told) this.usages.set(idKey(id), told);
    });
  }

  /** A list of Azure does not tell when the oldest point was made; a single item does. */
  private async readOldest(branches: readonly VaultBranch[], { again }: { again: boolean }): Promise<void> {
    const silent = branches
      .flatMap(({ items }) => items.value ?? [])
      .filter((item) => item.oldestRecoveryPoint === undefined && item.lastRecoveryPointTime !== undefined);
    if (silent.length > MOST_ASKED_ITEMS) return;
    const asked = silent.filter(({ id }) => again || !this.oldest.has(idKey(id)));
    await inParallel(asked, CALLS_AT_ONCE, async ({ id }) => {
      const item = await this.stores.links
        .of(id)
        .run((client) => client.protectedItem(id))
        .catch(() => undefined); // then the date is not known
      this.oldest.set(idKey(id), item?.oldestRecoveryPoint);
    });
  }

  private async readFree(): Promise<void> {
    const sites = await this.stores.links.engine.run((client) => client.local.sites()).catch(() => []);
    await Promise.all(
      sites.map(async ({ name, folder }) => {
        const free = await this.freeBytes(folder);
        if (free !== undefined) this.free.set(name.toLowerCase(), free);
      }),
    );
  }
}
