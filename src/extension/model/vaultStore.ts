import type { Connection } from '../../client/connection';
import type { Location, ProtectedItem, Vault, VaultPolicy, VaultStorage } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { t } from '../text';
import { inParallel } from './bounded';
import type { Clock } from './clock';
import { thrownAgain } from './failure';
import { belowSubscription, findById } from './ids';
import { type Life, Signal } from './life';
import type { Link, Provider } from './link';
import { LinkedList, type LinkFailure } from './linkedList';
import type { Links } from './links';
import { isAnswered, type Part, Reader } from './part';

/** How far the copy of a vault at its second site is. */
export interface VaultCopy {
  /** Name of the paired site, `missing` without one, `none` for a vault that has no second site to have. */
  readonly secondSite: string;
  readonly lagSeconds: number;
  readonly backlogObjects: number;
  readonly backlogBytes: number;
  /** Why the last try failed, as a sentence. */
  readonly problem?: string;
}

export interface VaultUsage {
  readonly storedBytes: number;
  readonly recoveryPoints: number;
  /** Non-zero bytes of the newest recovery point of every machine. */
  readonly usedBytes: number;
  /** Machines counted by used size, as Azure charges for them. */
  readonly protectedInstances: number;
  /** The computer that the vault belongs to, where that is another one. */
  readonly heldBy?: string | undefined;
}

/** What is known of one vault. Every part is read on its own and can fail on its own. */
export interface VaultBranch {
  readonly vault: Vault;
  readonly provider: Provider;
  readonly items: Part<readonly ProtectedItem[]>;
  readonly policies: Part<readonly VaultPolicy[]>;
  readonly storage: Part<VaultStorage>;
  /** Nothing where the service does not tell it. */
  readonly usage: Part<VaultUsage | undefined>;
  /** Of vaults of this computer alone: Azure's copies are its own matter. */
  readonly copy: Part<VaultCopy | undefined>;
  /** The computer that the vault belongs to, where that is another one: it is only read here then. */
  readonly heldBy?: string | undefined;
}

interface Readers {
  readonly items: Reader<readonly ProtectedItem[]>;
  readonly policies: Reader<readonly VaultPolicy[]>;
  readonly storage: Reader<VaultStorage>;
  readonly usage: Reader<VaultUsage | undefined>;
  readonly copy: Reader<VaultCopy | undefined>;
}

const VAULTS_AT_ONCE = 4;

/** The vaults and what lies in them. Shows what it knows at once and reads behind. */
export class VaultStore implements Life {
  private readonly changed = new Signal();
  private changes = 0;
  private readonly list: LinkedList<Vault>;
  private readonly places: LinkedList<Location>;
  private readonly following: Life;
  private readonly readers = new Map<string, Readers>();
  /** The links of which every vault has answered once. */
  private readonly covered = new WeakSet<Link>();

  constructor(
    private readonly links: Links,
    private readonly clock: Clock,
  ) {
    const change = () => this.change();
    this.list = new LinkedList(links, (client) => client.vaults(), clock, change);
    this.places = new LinkedList(links, (client) => client.locations(), clock, change);
    this.following = links.onDidChange((gone) => {
      for (const key of this.readers.keys()) if (gone.some((link) => link.owns(key))) this.readers.delete(key);
      this.change();
    });
  }

  readonly onDidChange = this.changed.on;

  /** Another number after every change. */
  get version(): number {
    return this.changes;
  }

  get vaults(): Part<readonly Vault[]> {
    return this.list.current;
  }

  /** The links whose vaults could not be listed. */
  get failures(): readonly LinkFailure[] {
    return this.list.failures;
  }

  /** Takes the vaults of a link, and the items of those that are named, all read together. */
  take(
    link: Link,
    vaults: readonly Vault[],
    items: ReadonlyMap<string, readonly ProtectedItem[]>,
    keptSince?: number,
  ): void {
    for (const { id } of vaults) {
      const own = items.get(idKey(id));
      if (own) this.readersOf(id).items.take(own, keptSince);
    }
    this.list.take(link, vaults, keptSince);
  }

  /** What one link listed. */
  of(link: Link): Part<readonly Vault[]> {
    return this.list.of(link);
  }

  /** Reads again what an earlier window read of a link. */
  async refreshKept(link: Link): Promise<void> {
    if (this.list.of(link).kept) await this.list.refreshLink(link);
    const items = (this.list.of(link).value ?? []).map(({ id }) => this.readersOf(id).items);
    await inParallel(
      items.filter(({ current }) => current.kept),
      VAULTS_AT_ONCE,
      (reader) => reader.refresh(),
    );
  }

  get locations(): Part<readonly Location[]> {
    return this.places.current;
  }

  /** The branches of all known vaults, in the service's order. */
  get branches(): readonly VaultBranch[] {
    return (this.vaults.value ?? []).map((vault) => {
      const { items, policies, storage, usage, copy } = this.readersOf(vault.id);
      return {
        vault,
        provider: this.links.provider(vault.id),
        items: items.current,
        policies: policies.current,
        storage: storage.current,
        usage: usage.current,
        copy: copy.current,
        heldBy: holderOf(usage.current.value),
      };
    });
  }

  /**
   * The id that a vault of this computer has now. Another data folder is another subscription: a vault that was opened again
   * in a new one is the one of the same group and name, also for a page that knows it by its old id.
   */
  here(vaultId: string): string {
    if (this.branch(vaultId) || this.links.provider(vaultId) !== 'local') return vaultId;
    const below = belowSubscription(vaultId);
    const found = this.branches.find(
      ({ vault, provider }) => provider === 'local' && belowSubscription(vault.id) === below,
    );
    return found?.vault.id ?? vaultId;
  }

  branch(vaultId: string): VaultBranch | undefined {
    return this.branches.find(({ vault }) => idKey(vault.id) === idKey(vaultId));
  }

  /** Every protected item of every vault that answered. */
  get items(): readonly ProtectedItem[] {
    return this.branches.flatMap(({ items }) => items.value ?? []);
  }

  item(itemId: string): ProtectedItem | undefined {
    return findById(this.items, itemId);
  }

  /** The locations of the link that a resource is reached by, as far as they are known. */
  locationsOf(armId: string): readonly Location[] {
    return this.places.of(this.links.of(armId)).value ?? [];
  }

  /** True once every vault of a link was asked for its items: before that, nobody knows which machine is in none. */
  covers(link: Link): boolean {
    if (this.covered.has(link)) return true;
    const listed = this.list.of(link);
    const parts = [listed, ...(listed.value ?? []).map(({ id }) => this.readersOf(id).items.current)];
    if (!parts.every(isAnswered)) return false;
    if (parts.every(({ value }) => value !== undefined)) this.covered.add(link);
    return true;
  }

  /** Reads the list, and the items and policies of every vault, unless they are known. */
  async ensure(): Promise<void> {
    await Promise.all(this.links.all.map((link) => this.ensureLink(link)));
  }

  /** The same of one link: a slow one does not hold up the others. */
  async ensureLink(link: Link): Promise<void> {
    await Promise.all([this.list.ensureLink(link), this.places.ensureLink(link)]);
    await this.eachVaultOf(link, ({ items, policies }) => Promise.all([items.ensure(), policies.ensure()]));
  }

  /** Reads the items of one vault unless they are known. */
  async ensureItems(vaultId: string): Promise<void> {
    await this.readersOf(vaultId).items.ensure();
  }

  /** Reads the policies of one vault unless they are known. */
  async ensurePolicies(vaultId: string): Promise<void> {
    await this.readersOf(vaultId).policies.ensure();
  }

  /**
   * The list of vaults, read if it is not known.
   * @throws AppError with the reason if it cannot be read
   */
  async known(): Promise<readonly Vault[]> {
    if (this.vaults.value === undefined) await this.list.refresh();
    else await this.list.ensure();
    const { value, failure } = this.vaults;
    if (value === undefined && failure) throw thrownAgain(failure);
    return value ?? [];
  }

  /**
   * The vaults of one link, read if they are not known.
   * @throws AppError with the reason if they cannot be read
   */
  async knownOf(link: Link): Promise<readonly Vault[]> {
    if (this.list.of(link).value === undefined) await this.list.refreshLink(link);
    const { value, failure } = this.list.of(link);
    if (value === undefined && failure) throw thrownAgain(failure);
    return value ?? [];
  }

  /** Reads the list and every vault's items and policies again; parts that were never looked at stay unread. */
  async refresh(): Promise<void> {
    await Promise.all(
      this.links.all.map(async (link) => {
        await Promise.all([this.list.refreshLink(link), this.places.refreshLink(link)]);
        await this.eachVaultOf(link, async ({ items, policies, storage, usage, copy }) => {
          const looked = [storage, usage, copy].filter(({ current }) => isAnswered(current));
          await Promise.all([items, policies, ...looked].map((part) => part.refresh()));
        });
      }),
    );
  }

  /** Reads everything of one vault again, for its dashboard and its tooltip. */
  async refreshVault(vaultId: string): Promise<void> {
    const { items, policies, storage, usage, copy } = this.readersOf(vaultId);
    await Promise.all([items, policies, storage, usage, copy].map((part) => part.refresh()));
  }

  /** Reads again what changes by itself behind an open dashboard: what the vault stores and how far its copy is. */
  async refreshUse(vaultId: string): Promise<void> {
    const { usage, copy } = this.readersOf(vaultId);
    await Promise.all([usage.refresh(), copy.refresh()]);
  }

  /** Reads what the rows and tooltips of all vaults show, unless it is known. */
  async ensureVaults(): Promise<void> {
    await Promise.all(
      this.links.all.map(async (link) => {
        await this.list.ensureLink(link);
        await inParallel(this.list.of(link).value ?? [], VAULTS_AT_ONCE, ({ id }) => this.ensureVault(id));
      }),
    );
  }

  /** Reads what the vault's row and tooltip show, unless it is known. */
  async ensureVault(vaultId: string): Promise<void> {
    const { items, policies, storage, usage, copy } = this.readersOf(vaultId);
    await Promise.all([items, policies, storage, usage, copy].map((part) => part.ensure()));
  }

  dispose(): void {
    this.following.dispose();
    this.changed.dispose();
  }

  private change(): void {
    this.changes += 1;
    this.changed.fire();
  }

  private async eachVaultOf(link: Link, work: (readers: Readers) => Promise<unknown>): Promise<void> {
    await inParallel(this.list.of(link).value ?? [], VAULTS_AT_ONCE, ({ id }) => work(this.readersOf(id)));
  }

  private readersOf(vaultId: string): Readers {
    const key = idKey(vaultId);
    const known = this.readers.get(key);
    if (known) return known;
    const change = () => this.change();
    const { clock } = this;
    // Asked for at each reading: a vault may be known before the link that it is reached by.
    const run = <T>(work: (client: Connection) => Promise<T>) => this.links.of(vaultId).run(work);
    const made: Readers = {
      items: new Reader(() => run((client) => client.protectedItems(vaultId)), clock, change),
      policies: new Reader(() => run((client) => client.policies(vaultId)), clock, change),
      storage: new Reader(() => run((client) => client.vaultStorage(vaultId)), clock, change),
      usage: new Reader(() => run(async ({ local }) => local?.vaultUsage(vaultId)), clock, change),
      copy: new Reader(() => run(async ({ local }) => local?.replication(vaultId)), clock, change),
    };
    this.readers.set(key, made);
    return made;
  }
}

function holderOf(usage: VaultUsage | undefined): string | undefined {
  return usage?.heldBy === '' ? t('another computer') : usage?.heldBy;
}
