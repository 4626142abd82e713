import type { EngineWorld } from '../engineWorld';
import type { DressSubscription } from './cloud';
import type { GRAPH_QUERIES } from './graphQueries';

type Row = Readonly<Record<string, unknown>>;

const NEWEST = '2026-07-01';

/** The rows of one kind in some subscriptions, in the columns of its query, by id. */
export async function graphRows(
  kind: keyof typeof GRAPH_QUERIES,
  subscriptions: readonly DressSubscription[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { world } of subscriptions) rows.push(...(await ROWS[kind](world)));
  return rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

const ROWS: Readonly<Record<keyof typeof GRAPH_QUERIES, (world: EngineWorld) => Promise<Row[]>>> = {
  vaults: async (world) =>
    (await vaultsOf(world)).map(({ id, name, location, properties }) => ({ id, name, location, properties })),
  machines: async (world) => {
    const path = `${world.subscription}/providers/Microsoft.Compute/virtualMachines`;
    const power = new Map(
      (await list(world, `${path}?statusOnly=true`)).map(({ id, properties }) => [id, powerOf(properties)]),
    );
    const machines = (await list(world, path)).map(({ id, name, location, tags = {}, properties }) => ({
      id,
      name,
      location,
      tags,
      properties: { ...properties, extended: { instanceView: { powerState: { code: power.get(id) } } } },
    }));
    const classic = `${world.subscription}/providers/Microsoft.ClassicCompute/virtualMachines?$expand=instanceView`;
    const classicRows = (await list(world, classic)).map(({ id, name, location, tags = {}, properties }) => {
      return { id, name, location, tags, properties };
    });
    return [...machines, ...classicRows];
  },
  disks: async (world) => {
    const all = await list(world, `${world.subscription}/providers/Microsoft.Compute/disks`);
    return all.map(({ id, name, properties }) => ({ id, name, properties }));
  },
  items: async (world) => {
    const all: Row[] = [];
    for (const { id: vault } of await vaultsOf(world)) {
      const items = await list(world, `${vault}/backupProtectedItems`);
      all.push(...items.map(({ id, name, properties }) => ({ id, name, properties })));
    }
    return all;
  },
};

interface Resource {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: object;
  readonly properties: { readonly instanceView?: { readonly statuses?: readonly { readonly code: string }[] } };
}

async function vaultsOf(world: EngineWorld): Promise<Resource[]> {
  // The graph shows what the newest api-version has.
  return list(world, `${world.subscription}/providers/Microsoft.RecoveryServices/vaults?api-version=${NEWEST}`);
}

/** All pages of a list. */
async function list(world: EngineWorld, path: string): Promise<Resource[]> {
  const all: Resource[] = [];
  let answer = await world.arm('GET', path);
  for (;;) {
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    all.push(...answer.body.value);
    if (answer.body.nextLink === undefined) return all;
    answer = await world.follow(answer.body.nextLink);
  }
}

function powerOf({ instanceView }: Resource['properties']): string | undefined {
  return instanceView?.statuses?.find(({ code }) => code.startsWith('PowerState/'))?.code;
}
