import type { AzureConnection, JobsLook } from '../../client/azure/azureConnection';
import type { Connection } from '../../client/connection';
import type { AzureSubscription } from '../azure/account';
import type { SubscriptionLink } from './link';
import type { Pace } from './pollPace';

/** The way to one subscription of Azure. Its connection is opened by the first use. */
export class AzureLink implements SubscriptionLink {
  readonly provider = 'azure';
  private opening: Promise<AzureConnection> | undefined;
  private opened: AzureConnection | undefined;

  constructor(
    readonly subscription: AzureSubscription,
    private readonly open: (subscription: AzureSubscription) => Promise<AzureConnection>,
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

  nextJobsLook(vaultId: string, look: JobsLook): number {
    return this.opened?.nextJobsLook(vaultId, look) ?? 0;
  }

  async run<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    return work(await this.connection());
  }

  /** The connection itself, for what is asked of several subscriptions at once. */
  async connection(): Promise<AzureConnection> {
    const opening = this.opening ?? this.open(this.subscription);
    this.opening = opening;
    try {
      this.opened = await opening;
      return this.opened;
    } catch (error) {
      // One that could not be opened is opened anew by the next use.
      if (this.opening === opening) this.opening = undefined;
      throw error;
    }
  }

  dispose(): void {
    this.opening?.then((connection) => connection.dispose()).catch(() => undefined);
    this.opening = undefined;
    this.opened = undefined;
  }
}
