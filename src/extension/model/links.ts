import type { EngineLink } from './engineLink';
import { type Life, Signal } from './life';
import type { Link, Provider, SubscriptionLink } from './link';

/** Every subscription that is shown. ARM ids name their subscription, so that each id has one link. */
export class Links implements Life {
  private readonly changed = new Signal<readonly SubscriptionLink[]>();
  private azure: readonly SubscriptionLink[] = [];

  constructor(readonly engine: EngineLink) {}

  /** Told after the links have changed, with those that are gone. */
  readonly onDidChange = this.changed.on;

  /** This computer first, then the subscriptions of Azure. */
  get all(): readonly Link[] {
    return [this.engine, ...this.azure];
  }

  get subscriptions(): readonly SubscriptionLink[] {
    return this.azure;
  }

  /** The link that a resource is reached by; this computer's for an id that no subscription of Azure knows. */
  of(armId: string): Link {
    return this.azure.find((link) => link.owns(armId)) ?? this.engine;
  }

  /** Where a resource is kept. */
  provider(armId: string): Provider {
    return this.of(armId).provider;
  }

  /** Shows these subscriptions of Azure from now on. Links that go on are kept; those that are left out are disposed of. */
  setAzure(links: readonly SubscriptionLink[]): void {
    const gone = this.azure.filter((link) => !links.includes(link));
    if (gone.length === 0 && links.length === this.azure.length) return;
    this.azure = links;
    for (const link of gone) link.dispose();
    this.changed.fire(gone);
  }

  dispose(): void {
    for (const link of this.azure) link.dispose();
    this.azure = [];
    this.changed.dispose();
  }
}
