import type { Connection } from '../../client/connection';
import type { AzureSubscription } from '../azure/account';
import type { SubscriptionLink } from './link';
import type { Pace } from './pollPace';

/** The way to one subscription of Azure. Its connection is opened by the first use. */
export class AzureLink implements SubscriptionLink {
  readonly provider = 'azure';
  private opening: Promise<Connection> | undefined;

  constructor(
    readonly subscription: AzureSubscription,
    private readonly open: (subscription: AzureSubscription) => Promise<Connection>,
    private readonly currentPace: () => Pace,
  ) {}

  get key(): string {
    return `azure:${this.subscription.id}`;
  }

  get name(): string {
    return this.subscription.name;
  }

  get pace(): Pace {
    return this.currentPace();
  }

  owns(armId: string): boolean {
    const start = `/subscriptions/${this.subscription.id}/`;
    return `${armId.slice(0, start.length - 1)}/`.toLowerCase() === start.toLowerCase();
  }

  async run<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    this.opening ??= this.open(this.subscription);
    try {
      return await work(await this.opening);
    } catch (error) {
      // One that could not be opened is opened anew by the next use.
      await this.opening.catch(() => (this.opening = undefined));
      throw error;
    }
  }

  dispose(): void {
    this.opening = undefined;
  }
}
