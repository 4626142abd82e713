import type { AzureEnvironment } from '../../client/azure/azureConnection';
import type { Failure } from '../model/failure';
import type { Life } from '../model/life';

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly label: string;
}

/** In place of a tenant's id: the account itself could not be looked into. */
export const WHOLE_ACCOUNT = '';

/** A directory that a person belongs to: a tenant. */
export interface Directory {
  readonly id: string;
  readonly name: string;
  readonly person: Person;
}

export interface Tenant extends Directory {
  /** Why its subscriptions are not shown: it wants a sign-in of its own, is being read, or could not be asked. */
  readonly problem?: 'signIn' | 'reading' | Failure;
}

export interface AzureSubscription {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly person: Person;
}

/** What was seen of one tenant. */
export interface TenantReach {
  readonly tenant: Directory;
  /** Why nothing was seen: it wants a sign-in of its own, or what was thrown. */
  readonly problem?: 'signIn' | { readonly error: unknown };
  readonly subscriptions: readonly AzureSubscription[];
}

/** Everything that the signed-in people see. */
export interface Reach {
  readonly people: readonly Person[];
  readonly tenants: readonly Tenant[];
  /** Each once, sorted by name. */
  readonly subscriptions: readonly AzureSubscription[];
}

/** An access token; the SDKs ask for a new one once it ends. */
export interface Token {
  readonly token: string;
  /** ms UTC. */
  readonly expiresOnTimestamp: number;
}

/** Gives tokens for one subscription. `claims` is what a step-up challenge of the service asked for, as JSON. */
export interface Credential {
  getToken(scopes: string | string[], options?: { readonly claims?: string }): Promise<Token>;
}

/** Signing in to Azure. Passwords and tokens stay with VS Code. */
export interface AzureAccount extends Life {
  /** Somebody signed in or out, here or elsewhere in VS Code. */
  onDidChange(listener: () => void): Life;
  /** The cloud that the settings of VS Code name. */
  cloud(): AzureEnvironment;
  /**
   * What can be seen without asking anybody anything. A tenant or an account that fails is told, and the others go on. An account
   * that VS Code has for something else is told as one that wants a sign-in.
   */
  look(): Promise<readonly TenantReach[]>;
  /** Asks the person to sign in, to one tenant if it is named. @returns whether they did */
  signIn(tenant?: Directory): Promise<boolean>;
  credential(subscription: AzureSubscription): Credential;
}
