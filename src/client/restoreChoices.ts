import * as z from 'zod';
import type { StorageAccount, VirtualNetwork } from '../domain/views';
import { parseId } from '../protocol/ids';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import type { CallOptions } from './connection';
import { rawCall } from './rawCall';

/** The api-version that virtual networks are listed by. */
const NETWORK_API_VERSION = '2024-05-01';

/** Virtual networks as ARM lists them; their SDK would be larger than all that is needed of it. */
const networkPage = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      location: z.string().default(''),
      properties: z
        .object({ subnets: z.array(z.object({ id: z.string(), name: z.string() })).default([]) })
        .default({ subnets: [] }),
    }),
  ),
  nextLink: z.string().nullish(),
});

/** The storage accounts of the subscription. */
export async function storageAccounts(
  { storage }: Pick<ArmClients, 'storage'>,
  { signal }: CallOptions,
): Promise<StorageAccount[]> {
  return asAppErrors(async () => {
    const all: StorageAccount[] = [];
    for await (const { id = '', name = '', location } of storage.storageAccounts.list({ abortSignal: signal })) {
      all.push({ id, name, location, resourceGroup: parseId(id)?.resourceGroup ?? '' });
    }
    return all;
  });
}

/** The virtual networks of a subscription, with their subnets. */
export async function virtualNetworks(
  { backup }: Pick<ArmClients, 'backup'>,
  subscriptionId: string,
  options: CallOptions,
): Promise<VirtualNetwork[]> {
  const all: VirtualNetwork[] = [];
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/virtualNetworks`;
  let next: string | null | undefined = `${backup.$host}${path}?api-version=${NETWORK_API_VERSION}`;
  while (next) {
    const page: z.infer<typeof networkPage> = await rawCall(backup, networkPage, { method: 'GET', url: next }, options);
    for (const { id, name, location, properties } of page.value) {
      all.push({ id, name, location, resourceGroup: parseId(id)?.resourceGroup ?? '', subnets: properties.subnets });
    }
    next = page.nextLink;
  }
  return all;
}
