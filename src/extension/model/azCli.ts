import type { StorageReplication, Vault } from '../../domain/views';
import { parseId } from '../../protocol/ids';

/** A vault that is to be made, as the wizard asks for it. */
export interface NewVault {
  readonly subscriptionId: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** Whether the resource group has to be made first. */
  readonly newGroup: boolean;
  readonly location: string;
  readonly replication: StorageReplication;
}

/** The commands of the Azure CLI that create a vault, one a line. */
export function createVaultCli(vault: NewVault): string {
  const { subscriptionId, name, resourceGroup, location, replication } = vault;
  const where = { subscription: subscriptionId };
  const own = { name, 'resource-group': resourceGroup };
  return [
    ...(vault.newGroup ? [line('az group create', { name: resourceGroup, location, ...where })] : []),
    line('az backup vault create', { ...own, location, ...where }),
    line('az backup vault backup-properties set', { ...own, 'backup-storage-redundancy': replication, ...where }),
  ].join('\n');
}

/** The commands of the Azure CLI that enable backup of machines (ARM ids), one a line. */
export function enableBackupCli(vault: Vault, policy: string, machineIds: readonly string[]): string {
  return machineIds
    .map((vm) =>
      line('az backup protection enable-for-vm', {
        'vault-name': vault.name,
        'resource-group': vault.resourceGroup,
        vm,
        'policy-name': policy,
        subscription: parseId(vault.id)?.subscriptionId ?? '',
      }),
    )
    .join('\n');
}

/** A command with its options, for a POSIX shell; an option may have several values, or none. */
export function line(command: string, options: Readonly<Record<string, string | readonly string[]>>): string {
  const flags = Object.entries(options).map(([name, value]) => [`--${name}`, ...[value].flat().map(quoted)].join(' '));
  return [command, ...flags].join(' ');
}

/** The value as one word of a POSIX shell. */
export function quoted(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
