import type { AzureConnection } from '../../client/azure/azureConnection';
import type { Coverage } from '../../client/azure/coverage';
import type { AzureSubscription, Directory } from '../azure/account';
import type { AzureLink } from './azureLink';
import { failureOf } from './failure';
import type { KeptLists } from './keptAzure';
import type { Life } from './life';
import type { Links } from './links';
import type { Log } from './log';

export interface AzureLinksOptions {
  readonly make: (subscription: AzureSubscription) => AzureLink;
  /** Reads vaults, machines and protected items of several subscriptions at once. */
  readonly cover: (connections: readonly AzureConnection[]) => Promise<Coverage>;
  /** Takes what was read of a subscription, before its link is among the others. */
  readonly covered: (link: AzureLink, coverage: Coverage) => void;
  /** Takes what an earlier window saw of a subscription, before its link is among the others. */
  readonly remembered: (link: AzureLink, lists: KeptLists) => void;
  /** Is told once it is known again what is in these subscriptions, as far as it could be read together. */
  readonly looked: (links: readonly AzureLink[]) => void;
  readonly changed: () => void;
  readonly links: Links;
  readonly log: Log;
}

/** The subscriptions that are wanted. Those of a tenant are shown as soon as it is known what is in them. */
export class AzureLinks implements Life {
  private wanted: readonly AzureLink[] = [];
  private readonly known = new WeakSet<AzureLink>();
  /** Those that show what an earlier window saw. */
  private readonly remembered = new WeakSet<AzureLink>();
  /** What is being read, by its link: whoever wants the same waits for the same. */
  private readonly reading = new WeakMap<AzureLink, Promise<void>>();

  constructor(private readonly options: AzureLinksOptions) {}

  /** Whether subscriptions of the tenant are wanted that cannot be shown yet. */
  isReading({ id, person }: Directory): boolean {
    return this.wanted.some(
      (link) => !this.isShown(link) && tenantOf(link.subscription) === tenantOf({ tenantId: id, person }),
    );
  }

  /** Shows what an earlier window saw of these subscriptions, and nothing of the others. */
  showRemembered(subscriptions: readonly AzureSubscription[], lists: readonly KeptLists[]): void {
    const own = new Map(lists.map((one) => [one.subscriptionId, one]));
    const links = subscriptions.flatMap((subscription) => {
      const seen = own.get(subscription.id);
      if (!seen) return [];
      const link = this.options.make(subscription);
      this.remembered.add(link);
      this.options.remembered(link, seen);
      return [link];
    });
    this.want(links);
  }

  /**
   * Shows these subscriptions and no others. Those that are shown already keep their links; new ones are shown with their
   * tenant's, once it is known what is in them. Ends when all are shown.
   */
  async show(subscriptions: readonly AzureSubscription[]): Promise<void> {
    const made = new Map(this.wanted.map((link) => [identity(link.subscription), link]));
    this.want(subscriptions.map((one) => made.get(identity(one)) ?? this.options.make(one)));
    const unknown = this.wanted.filter((link) => !this.known.has(link));
    const unread = unknown.filter((link) => !this.reading.has(link));
    for (const own of byTenant(unread)) {
      const reading = this.read(own);
      for (const link of own) this.reading.set(link, reading);
    }
    await Promise.all(unknown.map(async (link) => this.reading.get(link)));
  }

  /** Shows nothing. */
  clear(): void {
    this.want([]);
  }

  dispose(): void {
    for (const link of this.wanted) link.dispose();
    this.wanted = [];
  }

  private want(links: readonly AzureLink[]): void {
    const left = this.wanted.filter((link) => !links.includes(link));
    this.wanted = links;
    this.showKnown();
    // Those that were shown are disposed of by now.
    for (const link of left) link.dispose();
  }

  private isShown(link: AzureLink): boolean {
    return this.known.has(link) || this.remembered.has(link);
  }

  private showKnown(): void {
    this.options.links.setAzure(this.wanted.filter((link) => this.isShown(link)));
    this.options.changed();
  }

  /** Reads what is in the subscriptions of a tenant. What cannot be read together is read list by list, and fails in its own words. */
  private async read(links: readonly AzureLink[]): Promise<void> {
    const { cover, covered, looked, log } = this.options;
    const wanted = () => links.filter((link) => this.wanted.includes(link));
    try {
      const coverage = await cover(await Promise.all(links.map((link) => link.connection())));
      for (const link of wanted()) covered(link, coverage);
    } catch (error) {
      log.warn(`Azure coverage: ${failureOf(error).message}`);
    }
    const still = wanted();
    if (still.length === 0) return;
    for (const link of still) this.known.add(link);
    this.showKnown();
    looked(still);
  }
}

function byTenant(links: readonly AzureLink[]): AzureLink[][] {
  const tenants = new Set(links.map(({ subscription }) => tenantOf(subscription)));
  return Array.from(tenants, (tenant) => links.filter(({ subscription }) => tenantOf(subscription) === tenant));
}

function tenantOf({ tenantId, person }: Pick<AzureSubscription, 'tenantId' | 'person'>): string {
  return `${person.id}/${tenantId}`;
}

function identity({ id, tenantId, person }: AzureSubscription): string {
  return `${tenantOf({ tenantId, person })}/${id}`;
}
