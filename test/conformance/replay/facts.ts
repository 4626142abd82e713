import type { Step } from './corpus';
import { listOf, type Members, membersOf, textOf, textsIn } from './json';

const VAULT = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.recoveryservices\/vaults\/[^/]+/i;
/** Paths that only the second region of a vault answers. */
const SECOND_REGION = /\/locations\/([^/]+)\/(?:backupCrossRegionRestore|backupCrr\w+|backupAadProperties)/i;
const GROUP = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/gi;

/** What a recording names and does not make. */
export interface Facts {
  readonly locations: readonly string[];
  /** Second regions by the locations of the vaults that are restored there. */
  readonly pairs: ReadonlyMap<string, string>;
  readonly groups: readonly string[];
  readonly storageAccounts: readonly string[];
  /** Machines that requests work on and no answer shows. */
  readonly machines: readonly string[];
  /** Vaults by id that are there before the recording touches them, as a list shows them. */
  readonly otherVaults: ReadonlyMap<string, Members | undefined>;
}

export function factsOf(steps: readonly Step[]): Facts {
  const texts = steps.flatMap(({ request, response }) => [
    ...textsIn(request.body),
    decodeURIComponent(request.path),
    ...(Array.isArray(membersOf(response.body).value) ? [] : textsIn(response.body)),
  ]);
  const storageAccounts = unique(idsIn(texts, 'microsoft.storage/storageaccounts'));
  const machines = machinesIn(steps);
  const otherVaults = otherVaultsIn(steps);
  const ids = [...storageAccounts, ...machines, ...otherVaults.keys(), ...texts];
  return {
    locations: unique([
      ...steps.flatMap(({ request, response }) => [...locationsIn(request.body), ...locationsIn(response.body)]),
      ...texts.flatMap((text) => [...text.matchAll(/\/locations\/([^/]+)/gi)].map(([, name = '']) => name)),
    ]),
    pairs: pairsIn(steps),
    groups: unique(ids.flatMap((id) => [...id.matchAll(GROUP)].map(([, name = '']) => name))),
    storageAccounts,
    machines,
    otherVaults,
  };
}

/**
 * A vault with cross-region restore has a second region: the location that answers for it to requests which only a second
 * region takes. One that no request names is some other location.
 */
function pairsIn(steps: readonly Step[]): Map<string, string> {
  const homes = new Map<string, string>();
  for (const { request, response } of steps) {
    if (!/\/vaults\/[^/]+$/i.test(request.path)) continue;
    for (const body of [request.body, response.body]) {
      const { redundancySettings } = membersOf(membersOf(body).properties);
      const location = textOf(response.body, 'location');
      if (location !== '' && textOf(redundancySettings, 'crossRegionRestore') === 'Enabled')
        homes.set(location.toLowerCase(), location);
    }
  }
  const seconds = unique(steps.flatMap(({ request }) => SECOND_REGION.exec(request.path)?.slice(1) ?? []));
  return new Map(
    [...homes.values()].map((home, i) => {
      const others = seconds.filter((name) => name.toLowerCase() !== home.toLowerCase());
      return [home, others[i] ?? others[0] ?? `${home}pair`];
    }),
  );
}

/** Lists name other people's machines too; those that an answer shows are made when it comes. */
function machinesIn(steps: readonly Step[]): string[] {
  const shown = new Set(
    steps.flatMap(({ request, response }) => (response.status === 200 ? [request.path.toLowerCase()] : [])),
  );
  const named = idsIn(
    steps.flatMap(({ request }) => textsIn(withoutTarget(request.body))),
    'microsoft.compute/virtualmachines',
  );
  return unique(named).filter((id) => !shown.has(id.toLowerCase()));
}

/** A request to restore to a machine of another name makes that machine; it is not there before. */
function withoutTarget(body: unknown): unknown {
  const { properties } = membersOf(body);
  if (textOf(properties, 'recoveryType') !== 'AlternateLocation') return body;
  const { targetVirtualMachineId: _made, ...rest } = membersOf(properties);
  return { ...membersOf(body), properties: rest };
}

function otherVaultsIn(steps: readonly Step[]): Map<string, Members | undefined> {
  const listed = new Map<string, Members>();
  for (const { response } of steps) {
    for (const element of listOf(response.body)) {
      if (/^microsoft\.recoveryservices\/vaults$/i.test(textOf(element, 'type'))) {
        listed.set(textOf(element, 'id').toLowerCase(), element);
      }
    }
  }
  const made = new Set<string>();
  const others = new Map<string, string>();
  for (const { request, response } of steps) {
    const [id] = VAULT.exec(request.path) ?? [];
    if (id === undefined) continue;
    const key = id.toLowerCase();
    const isVault = request.path.length === id.length;
    if (isVault && !others.has(key) && (request.method === 'PUT' || response.status === 404)) made.add(key);
    else if (!made.has(key) && response.status < 300) others.set(key, id);
  }
  for (const [key, element] of listed) if (!made.has(key) && !others.has(key)) others.set(key, textOf(element, 'id'));
  return new Map([...others].map(([key, id]) => [id, listed.get(key)]));
}

function locationsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    ['location', 'region'].includes(key) && typeof member === 'string' ? [member] : locationsIn(member),
  );
}

function idsIn(texts: readonly string[], type: string): string[] {
  const pattern = new RegExp(`^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/${type}/[^/]+$`, 'i');
  return texts.filter((text) => pattern.test(text));
}

/** Each once, whatever its case; the first spelling stays. */
function unique(texts: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const text of texts) if (!found.has(text.toLowerCase())) found.set(text.toLowerCase(), text);
  return [...found.values()];
}
