import type { AzureConnection } from '../../src/client/azure/azureConnection';
import { coverage } from '../../src/client/azure/coverage';
import type { AzureSubscription } from '../../src/extension/azure/account';
import { Signal } from '../../src/extension/model/life';
import type { Log } from '../../src/extension/model/log';
import { ShortMemory } from '../../src/extension/model/memory';
import { Services } from '../../src/extension/services';
import { FakeAccount } from './fakeAccount';
import { asAzure, FakeConnection } from './fakeConnection';
import { ManualClock } from './manualClock';
import { memoryFile } from './memoryFile';

/** The extension's stores on in-memory connections and a clock that stands still. Nobody is signed in to Azure. */
export function extensionWorld() {
  const connection = new FakeConnection();
  const clock = new ManualClock();
  const log = new RecordingLog();
  const azure = azureWorld();
  const services = new Services({ open: connection.open, azure: azure.options, log, clock, random: () => 1 });
  azure.onDidChangeSettings(() => void services.followAzureSettings());
  return { connection, clock, log, services, stores: services.stores, azure };
}

/** An Azure with two tenants, each with one subscription. */
function azureWorld() {
  const account = new FakeAccount();
  const memory = new ShortMemory();
  const person = { id: 'ann', label: 'ann@contoso.com' };
  const production = azureSubscription('Production', '10000000-0000-0000-0000-000000000001');
  const lab = azureSubscription('Lab', '20000000-0000-0000-0000-000000000002');
  const connections = new Map([production, lab].map(({ id }) => [id, new FakeConnection(id)]));
  account.reach = [production, lab].map((subscription) => ({
    tenant: { id: subscription.tenantId, name: `Tenant of ${subscription.name}`, person },
    subscriptions: [subscription],
  }));
  let chosen: readonly string[] = [];
  // As VS Code does it: whoever follows the settings is told before the update is done.
  const settings = new Signal();
  const state = { enabled: true, opened: [] as string[] };
  const of = ({ id }: AzureSubscription): FakeConnection => {
    const found = connections.get(id);
    if (!found) throw new Error(`no subscription ${id}`);
    return found;
  };
  return {
    account,
    memory,
    state,
    production: of(production),
    lab: of(lab),
    subscriptions: { production, lab },
    onDidChangeSettings: settings.on,
    options: {
      account: async () => account,
      open: async (subscription: AzureSubscription) => {
        state.opened.push(subscription.name);
        const { id, name, tenantId } = subscription;
        return asAzure(of(subscription), { id, name, tenantId, account: subscription.person.label });
      },
      cover: (opened: readonly AzureConnection[]) => coverage(opened, { now: () => 0, log: () => undefined }),
      memory,
      kept: memoryFile(),
      chosen: {
        get: () => chosen,
        set: async (ids: readonly string[]) => {
          chosen = ids;
          settings.fire();
        },
      },
      enabled: () => state.enabled,
      pace: () => ({ activeMs: 30_000, idleMs: 60_000 }),
    },
  };
}

function azureSubscription(name: string, id: string): AzureSubscription {
  return { id, name, tenantId: `tenant-of-${name}`, person: { id: 'ann', label: 'ann@contoso.com' } };
}

export class RecordingLog implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(message);
  }
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
}
