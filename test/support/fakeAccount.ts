import type { AzureAccount, AzureSubscription, Directory, TenantReach } from '../../src/extension/azure/account';
import { type Life, Signal } from '../../src/extension/model/life';

/** Somebody who may sign in to Azure, without Azure. */
export class FakeAccount implements AzureAccount {
  private readonly changed = new Signal();
  /** What the person says when they are asked to sign in. */
  willSignIn = true;
  signedIn = false;
  reach: TenantReach[] = [];
  /** What looking fails with. */
  failure: Error | undefined;
  readonly asked: string[] = [];
  disposed = false;

  onDidChange(listener: () => void): Life {
    return this.changed.on(listener);
  }

  cloud() {
    return {
      name: 'Test cloud',
      resourceManagerEndpoint: 'https://arm.test',
      audienceScope: 'https://arm.test/.default',
      portalUrl: 'https://portal.test',
    };
  }

  async look(): Promise<readonly TenantReach[]> {
    if (this.failure) throw this.failure;
    return this.signedIn ? this.reach : [];
  }

  async signIn(tenant?: Directory): Promise<boolean> {
    this.asked.push(tenant?.name ?? 'anybody');
    this.signedIn ||= this.willSignIn;
    return this.willSignIn;
  }

  credential({ id }: AzureSubscription) {
    return { getToken: async () => ({ token: `token for ${id}`, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  }

  dispose(): void {
    this.disposed = true;
    this.changed.dispose();
  }

  /** Somebody signed in or out elsewhere in VS Code. */
  sessionsChanged(): void {
    this.changed.fire();
  }
}
