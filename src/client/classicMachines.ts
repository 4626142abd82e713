import * as z from 'zod';
import { isAppError } from '../domain/errors';
import type { Machine } from '../domain/views';
import { CLASSIC_MACHINES } from '../protocol/ids';
import type { CallOptions } from './connection';
import { type RawCall, rawCall } from './rawCall';
import { readMachine, readPower } from './read';
import type { Sender } from './waiting';

/** The last api-version of `Microsoft.ClassicCompute`. */
const API_VERSION = '2017-04-01';
/** How a service says that it has, or shows, no classic machines at all: the type is retired (SPEC §1.1, §2.24). */
const NONE_HERE: readonly string[] = [
  'InvalidResourceNamespace',
  'InvalidResourceType',
  'MissingSubscriptionRegistration',
  'NoRegisteredProviderFound',
  'AuthorizationFailed',
];

const disk = z.object({
  name: z.string().optional(),
  osType: z.enum(['Windows', 'Linux']).optional(),
  vhd: z.object({ uri: z.string().optional() }).optional(),
  managedDisk: z.object({ id: z.string().optional() }).optional(),
  diskSizeGB: z.number().optional(),
  createOption: z.string().default('Attach'),
});

const dataDisk = disk.extend({ lun: z.number().default(0) });

const classicMachine = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.object({
    domainName: z.object({ name: z.string() }),
    storageProfile: z.object({ osDisk: disk.optional(), dataDisks: z.array(dataDisk).optional() }).optional(),
    instanceView: z.object({ statuses: z.array(z.object({ code: z.string().optional() })).optional() }).optional(),
  }),
});
/** One whose description nobody understands must not hide the others. */
const machinePage = z.object({
  value: z.array(classicMachine.or(z.unknown().transform(() => undefined))),
  nextLink: z.string().nullish(),
});

/** The classic machines of a subscription, which no SDK knows. A service that has none of them at all answers as an empty list. */
export async function classicMachines(
  sender: Sender & { readonly $host: string },
  subscriptionId: string,
  options: CallOptions,
): Promise<Machine[]> {
  const path = `/subscriptions/${subscriptionId}/providers/${CLASSIC_MACHINES}`;
  const all: Machine[] = [];
  let next: string | null | undefined = `${urlOf(sender, path)}&$expand=instanceView`;
  try {
    while (next) {
      const page: z.infer<typeof machinePage> = await rawCall(sender, machinePage, get(next), options);
      all.push(...page.value.flatMap((machine) => (machine ? [readClassic(machine)] : [])));
      next = page.nextLink;
    }
  } catch (error) {
    if (!isAppError(error) || !NONE_HERE.includes(error.code)) throw error;
  }
  return all;
}

/** The cloud service that names the containers of a classic machine (SPEC §1.6). */
export async function cloudServiceOf(
  sender: Sender & { readonly $host: string },
  machineId: string,
  options: CallOptions,
): Promise<string> {
  const { properties } = await rawCall(sender, classicMachine, get(urlOf(sender, machineId)), options);
  return properties.domainName.name;
}

/** Takes a classic machine, and the disks that its description names, off the list; their files stay. */
export async function deleteClassicMachine(
  sender: Sender & { readonly $host: string },
  machineId: string,
  options: CallOptions,
): Promise<void> {
  await rawCall(sender, z.unknown(), { method: 'DELETE', url: urlOf(sender, machineId) }, options);
}

function readClassic({ properties, ...resource }: z.infer<typeof classicMachine>): Machine {
  const machine = { ...resource, ...properties };
  return readMachine(machine, readPower(machine), () => undefined);
}

function urlOf({ $host }: { readonly $host: string }, path: string): string {
  return `${$host}${path}?api-version=${API_VERSION}`;
}

function get(url: string): RawCall {
  return { method: 'GET', url };
}
