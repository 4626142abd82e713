import * as z from 'zod';
import { PROTECTION_STATES } from '../../domain/states';
import { IMMUTABILITY_STATES } from '../../domain/vaultRules';
import type { Machine, ProtectedItem, Vault } from '../../domain/views';
import { failureOf } from './failure';
import type { SubscriptionLink } from './link';
import type { Log } from './log';
import type { Part } from './part';
import type { VaultStore } from './vaultStore';

/** A file of this extension that only its owner may read. */
export interface KeptFile {
  /** @returns nothing if there is none */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

const text = z.string();
const person = z.object({ id: text, label: text });
const tenant = z.object({ id: text, name: text, person });
const subscription = z.object({ id: text, name: text, tenantId: text, person });

const vaultSchema = z.object({
  id: text,
  name: text,
  resourceGroup: text,
  location: text,
  replication: z.enum(['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant', 'ReadAccessGeoZoneRedundant']),
  softDeleteDays: z.number().optional(),
  immutability: z.enum(IMMUTABILITY_STATES).optional(),
  crossRegionRestore: z.boolean().optional(),
}) satisfies z.ZodType<Vault>;

const machineSchema = z.object({
  id: text,
  name: text,
  resourceGroup: text,
  location: text,
  osType: z.enum(['Windows', 'Linux']),
  power: z.enum(['running', 'stopped', 'unknown']),
  disks: z.array(z.object({ id: text, name: text, sizeBytes: z.number(), lun: z.number().optional() })),
  tags: z.record(text, text),
}) satisfies z.ZodType<Machine>;

const itemSchema = z.object({
  id: text,
  vaultId: text,
  containerName: text,
  itemName: text,
  machineName: text,
  machineId: text,
  policyId: text.optional(),
  policyName: text.optional(),
  state: z.enum(PROTECTION_STATES),
  health: z.enum(['Passed', 'ActionSuggested', 'ActionRequired', 'Invalid']),
  lastBackupStatus: z.enum(['None', 'Completed', 'CompletedWithWarnings', 'Failed']),
  lastBackupTime: z.number().optional(),
  lastRecoveryPointTime: z.number().optional(),
  recoveryPointCount: z.number().optional(),
  oldestRecoveryPoint: z.number().optional(),
  disks: z.object({ luns: z.array(z.number()).readonly(), included: z.boolean() }).optional(),
  softDeleted: z.object({ since: z.number().optional(), remainingMs: z.number() }).optional(),
}) satisfies z.ZodType<ProtectedItem>;

const kept = z.object({
  version: z.literal(1),
  people: z.array(person),
  tenants: z.array(tenant),
  subscriptions: z.array(subscription),
  lists: z.array(
    z.object({
      subscriptionId: text,
      /** When the oldest of them was read (ms UTC). */
      asOf: z.number(),
      machines: z.array(machineSchema),
      vaults: z.array(vaultSchema),
      /** Of the vaults whose items were known. */
      items: z.array(z.object({ vaultId: text, items: z.array(itemSchema) })),
    }),
  ),
});

/** What an earlier window saw of Azure: who was signed in, and what was in the subscriptions. It holds no token. */
export type KeptAzure = Omit<z.infer<typeof kept>, 'version'>;
/** What an earlier window saw in one subscription. */
export type KeptLists = KeptAzure['lists'][number];

/** Keeps what was seen of Azure from one window to the next. Nothing here ever stands in anybody's way: it is only logged. */
export class AzureKeep {
  /** The change of the file that was asked for last: what is forgotten must not be brought back by a save that was under way. */
  private changing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly file: KeptFile,
    private readonly log: Log,
  ) {}

  /** What was kept; nothing where it is of another version, or spoiled. */
  async load(): Promise<KeptAzure | undefined> {
    const content = await this.attempt(() => this.file.read());
    if (content === undefined) return undefined;
    const read = kept.safeParse(await this.attempt(async () => JSON.parse(content) as unknown));
    return read.data;
  }

  async save(value: KeptAzure): Promise<void> {
    await this.change(() => this.file.write(JSON.stringify({ version: 1, ...value })));
  }

  async forget(): Promise<void> {
    await this.change(() => this.file.remove());
  }

  /** Changes the file once the changes before are done. */
  private async change(work: () => Promise<void>): Promise<void> {
    this.changing = this.changing.then(() => this.attempt(work));
    await this.changing;
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.log.warn(`what was seen of Azure could not be kept: ${failureOf(error).message}`);
      return undefined;
    }
  }
}

/** What is known of a subscription, for the next window; nothing while one of its lists is not known. */
export function keptLists(
  link: SubscriptionLink,
  machines: Part<readonly Machine[]>,
  vaults: VaultStore,
): KeptLists | undefined {
  const listed = vaults.of(link);
  if (!machines.value || !listed.value) return undefined;
  const items = vaults.branches
    .filter(({ vault }) => link.owns(vault.id))
    .map(({ vault, items: part }) => ({ vaultId: vault.id, part }));
  const times = [machines, listed, ...items.map(({ part }) => part)].flatMap(({ asOf }) => asOf ?? []);
  return {
    subscriptionId: link.subscription.id,
    asOf: Math.min(...times),
    machines: machines.value.map((machine) => ({ ...machine, disks: [...machine.disks] })),
    vaults: [...listed.value],
    items: items.flatMap(({ vaultId, part: { value } }) => (value ? [{ vaultId, items: [...value] }] : [])),
  };
}
