import type { Machine, ProtectedItem, Vault } from '../../domain/views';
import { toAppError } from '../armErrors';
import type { CallOptions } from '../connection';
import type { AzureConnection } from './azureConnection';
import { GRAPH_QUERIES } from './graphQueries';
import { itemsIn, machinesIn, vaultsIn } from './graphRows';

/** What there is to protect and what is protected, over all subscriptions. Each list is in the order of ids. */
export interface Coverage {
  readonly vaults: readonly Vault[];
  readonly machines: readonly Machine[];
  readonly items: readonly ProtectedItem[];
  /** When it was read (ms UTC). */
  readonly asOf: number;
  /** What could not be read; everything else is complete. */
  readonly failures: readonly CoverageFailure[];
}

/** A part that could not be read: a list of a subscription, or the items of one vault. */
export interface CoverageFailure {
  readonly subscriptionId: string;
  readonly vaultId?: string;
  readonly error: Error;
}

export interface CoverageOptions extends CallOptions {
  /** ms UTC. */
  readonly now: () => number;
  readonly log: (text: string) => void;
}

type Found = Omit<Coverage, 'asOf'>;

/**
 * Reads vaults, machines and protected items of all subscriptions: by Resource Graph, one question of each kind for a whole
 * tenant. Where the graph fails or may not be asked, by the lists of each subscription and vault, so many at a time as a
 * connection lets through. One that fails never hides the others.
 */
export async function coverage(connections: readonly AzureConnection[], options: CoverageOptions): Promise<Coverage> {
  const tenants = new Map<string, AzureConnection[]>();
  for (const connection of connections) {
    const { tenantId, account } = connection.subscription;
    const own = tenants.get(`${tenantId} ${account}`);
    if (own) own.push(connection);
    else tenants.set(`${tenantId} ${account}`, [connection]);
  }
  const found = await Promise.all(Array.from(tenants.values(), async (own) => ofTenant(own, options)));
  const { vaults, machines, items, failures } = joined(found);
  return {
    vaults: inOrder(vaults),
    machines: inOrder(machines),
    items: inOrder(items),
    asOf: options.now(),
    failures,
  };
}

async function ofTenant(connections: readonly AzureConnection[], options: CoverageOptions): Promise<Found> {
  const [first] = connections;
  if (!first) return { vaults: [], machines: [], items: [], failures: [] };
  try {
    return await byGraph(
      first,
      connections.map(({ subscription }) => subscription.id),
      options,
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    const { message } = toAppError(error);
    options.log(`Azure Resource Graph could not answer, so every list is read: ${message}`);
    return joined(await Promise.all(connections.map(async (connection) => byLists(connection, options))));
  }
}

async function byGraph(
  connection: AzureConnection,
  subscriptionIds: readonly string[],
  { signal }: CallOptions,
): Promise<Found> {
  const ask = async (query: string) => connection.graph({ query, subscriptionIds }, { signal });
  const [vaults, machines, disks, items] = await Promise.all([
    ask(GRAPH_QUERIES.vaults),
    ask(GRAPH_QUERIES.machines),
    ask(GRAPH_QUERIES.disks),
    ask(GRAPH_QUERIES.items),
  ]);
  return { vaults: vaultsIn(vaults), machines: machinesIn(machines, disks), items: itemsIn(items), failures: [] };
}

async function byLists(connection: AzureConnection, { signal }: CallOptions): Promise<Found> {
  const subscriptionId = connection.subscription.id;
  const failures: CoverageFailure[] = [];
  const orFailure = async <T>(list: Promise<T[]>, vaultId?: string): Promise<T[]> => {
    try {
      return await list;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push({ subscriptionId, ...(vaultId !== undefined && { vaultId }), error: toAppError(error) });
      return [];
    }
  };
  const [vaults, machines] = await Promise.all([
    orFailure(connection.vaults({ signal })),
    orFailure(connection.machines({ signal })),
  ]);
  const items = await Promise.all(
    vaults.map(async ({ id }) => orFailure(connection.protectedItems(id, { signal }), id)),
  );
  return { vaults, machines, items: items.flat(), failures };
}

function joined(found: readonly Found[]): Found {
  return {
    vaults: found.flatMap(({ vaults }) => vaults),
    machines: found.flatMap(({ machines }) => machines),
    items: found.flatMap(({ items }) => items),
    failures: found.flatMap(({ failures }) => failures),
  };
}

function inOrder<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
}
