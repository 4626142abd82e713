import * as z from 'zod';
import type { BackupPolicy } from '../domain/policy';
import type { VaultPolicy } from '../domain/views';
import { nameIn, vaultIdOf } from '../protocol/ids';
import { policyFromWire, policyToWire } from '../protocol/policyWire';
import type { CallOptions } from './connection';
import { badId, vaultNames } from './idNames';
import { rawCall, rawSend } from './rawCall';
import { runOperation, type Sender } from './waiting';

/**
 * The SDK's model of policies is that of 2023-06-01: it drops `snapshotConsistencyType` from what is read and from what is sent, so
 * that saving a policy would change more than the person did. Policies are therefore read and written as they are.
 */
const API_VERSION = '2024-04-01';
const VMS = "backupManagementType eq 'AzureIaasVM'";

type Service = Sender & { readonly $host: string };

const policyResource = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.looseObject({ protectedItemsCount: z.number().nullish() }).nullish(),
});
/** One that nobody understands must not hide the others. */
const policyPage = z.object({
  value: z.array(policyResource.or(z.unknown().transform(() => undefined))),
  nextLink: z.string().nullish(),
});

/** The policies of a vault for virtual machines. */
export async function listPolicies(service: Service, vaultId: string, options: CallOptions): Promise<VaultPolicy[]> {
  vaultNames(vaultId);
  const all: VaultPolicy[] = [];
  let next: string | null | undefined =
    `${urlOf(service, `${vaultId}/backupPolicies`)}&$filter=${encodeURIComponent(VMS)}`;
  while (next) {
    const page: z.infer<typeof policyPage> = await rawCall(service, policyPage, { method: 'GET', url: next }, options);
    all.push(...page.value.flatMap((policy) => (policy ? [readPolicy(policy)] : [])));
    next = page.nextLink;
  }
  return all;
}

/** Makes a policy or changes the one of that name, and waits until it is in force. */
export async function savePolicy(
  service: Service,
  { vaultId, name, rule }: { vaultId: string; name: string; rule: BackupPolicy },
  options: CallOptions,
): Promise<VaultPolicy> {
  vaultNames(vaultId);
  const url = urlOf(service, `${vaultId}/backupPolicies/${encodeURIComponent(name)}`);
  const body = { properties: policyToWire(rule) };
  await runOperation(service, options, async (onResponse) =>
    onResponse(await rawSend(service, { method: 'PUT', url, body }, options)),
  );
  // A policy that machines use is answered without a body, and its new rule is in force already.
  return readPolicy(await rawCall(service, policyResource, { method: 'GET', url }, options));
}

/** Deletes a policy that no machine uses, and waits until it is gone. */
export async function deletePolicy(service: Service, policyId: string, options: CallOptions): Promise<void> {
  if (nameIn(policyId, 'backupPolicies') === undefined) throw badId(policyId);
  const url = urlOf(service, policyId);
  await runOperation(service, options, async (onResponse) =>
    onResponse(await rawSend(service, { method: 'DELETE', url }, options)),
  );
}

/** A policy as a service answers it. Its rule is left out where this version does not understand it. */
function readPolicy({ id, name, properties }: z.infer<typeof policyResource>): VaultPolicy {
  return {
    id,
    name,
    vaultId: vaultIdOf(id) ?? '',
    rule: ruleOf(properties),
    protectedItems: properties?.protectedItemsCount ?? 0,
  };
}

function ruleOf(properties: unknown): BackupPolicy | undefined {
  try {
    return policyFromWire(properties);
  } catch {
    return undefined; // of another workload, or of a later kind: shown by name, not edited
  }
}

function urlOf({ $host }: Service, path: string): string {
  return `${$host}${path}?api-version=${API_VERSION}`;
}
