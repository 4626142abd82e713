import { machineKind } from '../protocol/ids';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import type { CallOptions, ItemInput, ServiceProblem } from './connection';
import { itemNamesOf } from './idNames';
import { runOperation } from './waiting';

const FABRIC = 'Azure';

/** The two ways in which a protected item is left with its points and without backups (SPEC §1.7, §2.13, §2.14). */
const CHANGES = {
  stop: { protectionState: 'ProtectionStopped' },
  undelete: { protectionState: 'ProtectionStopped', isRehydrate: true },
} as const;

/** Stops an item or takes its soft delete back, and waits until that is done. */
export async function changeItem(
  backup: ArmClients['backup'],
  { itemId, machineId }: ItemInput,
  change: keyof typeof CHANGES,
  options: CallOptions,
): Promise<void> {
  const { group, vault, container, item } = itemNamesOf(itemId);
  const properties = {
    protectedItemType: machineKind(item).type,
    sourceResourceId: machineId,
    policyId: '',
    ...CHANGES[change],
  } as const;
  await runOperation(backup, options, (onResponse) =>
    backup.protectedItems.createOrUpdate(
      vault,
      group,
      FABRIC,
      container,
      item,
      { properties },
      { onResponse, abortSignal: options.signal },
    ),
  );
}

/** Deletes an item and waits until that is done; a vault with soft delete keeps it for its days. */
export async function deleteItem(backup: ArmClients['backup'], itemId: string, options: CallOptions): Promise<void> {
  const { group, vault, container, item } = itemNamesOf(itemId);
  await runOperation(backup, options, (onResponse) =>
    backup.protectedItems.delete(vault, group, FABRIC, container, item, { onResponse, abortSignal: options.signal }),
  );
}

/** Has the protection of a machine validated by the service, which changes nothing. @returns what stands in the way */
export async function protectionProblem(
  backup: ArmClients['backup'],
  { vaultId, machineId, location }: { vaultId: string; machineId: string; location: string },
  { signal }: CallOptions,
): Promise<ServiceProblem | undefined> {
  const request = { resourceType: 'VM', resourceId: machineId, vaultId, properties: '' };
  const answer = await asAppErrors(async () =>
    backup.protectionIntentOperations.validate(location, request, { abortSignal: signal }),
  );
  if (answer.status !== 'Failed') return undefined;
  const { errorCode: code = '', errorMessage: message = '', recommendation } = answer;
  return { code, message, ...(recommendation && { recommendation }) };
}
