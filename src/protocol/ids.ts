/** A parsed ARM resource id. Names keep their case; compare with {@link idKey}. */
export interface ArmId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** For example `Microsoft.RecoveryServices`; empty for a resource group itself. */
  readonly provider: string;
  /** Type and name pairs after the provider, for example `[['vaults', 'v1'], ['backupPolicies', 'p']]`. */
  readonly path: readonly (readonly [type: string, name: string])[];
}

const RECOVERY = 'Microsoft.RecoveryServices';

/** Canonical form of an ARM id for comparing and for keys: ARM ids ignore case (SPEC §0). */
export function idKey(id: string): string {
  return safeDecode(id).toLowerCase();
}

/** @returns the parts of a resource id, or `undefined` if it is not one */
export function parseId(id: string): ArmId | undefined {
  const parts = id.split('/').filter((part) => part !== '');
  const [subscriptions, subscriptionId, groups, resourceGroup, providers, provider, ...rest] = parts.map(safeDecode);
  if (subscriptions?.toLowerCase() !== 'subscriptions' || !subscriptionId) return undefined;
  if (groups?.toLowerCase() !== 'resourcegroups' || !resourceGroup) return undefined;
  if (providers === undefined) return { subscriptionId, resourceGroup, provider: '', path: [] };
  if (providers.toLowerCase() !== 'providers' || !provider || rest.length % 2 !== 0) return undefined;
  const path: [string, string][] = [];
  for (let i = 0; i < rest.length; i += 2) path.push([rest[i] ?? '', rest[i + 1] ?? '']);
  return { subscriptionId, resourceGroup, provider, path };
}

/** @returns the name under `type` in an ARM id, for example `nameIn(id, 'vaults')` */
export function nameIn(id: string, type: string): string | undefined {
  return parseId(id)?.path.find(([t]) => t.toLowerCase() === type.toLowerCase())?.[1];
}

export function groupId(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

/** Id of a top-level resource, for example `resourceId(sub, rg, 'Microsoft.Compute/disks', 'd1')`. */
export function resourceId(subscriptionId: string, resourceGroup: string, type: string, name: string): string {
  return `${groupId(subscriptionId, resourceGroup)}/providers/${type}/${name}`;
}

export function vaultId(subscriptionId: string, resourceGroup: string, vault: string): string {
  return resourceId(subscriptionId, resourceGroup, `${RECOVERY}/vaults`, vault);
}

/** The vault that a policy, item, job or point id lies in. */
export function vaultIdOf(id: string): string | undefined {
  const parsed = parseId(id);
  const vault = nameIn(id, 'vaults');
  return parsed && vault ? vaultId(parsed.subscriptionId, parsed.resourceGroup, vault) : undefined;
}

/** `iaasvmcontainerv2;{rg};{vm}`: the name that containers, items and protectable items of a VM share (SPEC §1.6). */
export function machineContainerName(resourceGroup: string, machine: string): string {
  return `iaasvmcontainerv2;${resourceGroup};${machine}`;
}

/** Names of the container and the protected item of a machine (SPEC §1.6). */
export function itemNames(resourceGroup: string, machine: string): { container: string; item: string } {
  const name = machineContainerName(resourceGroup, machine);
  return { container: `IaasVMContainer;${name}`, item: `VM;${name}` };
}

/** Id of a protection container. Only the fabric `Azure` exists for VMs. */
export function containerId(vault: string, container: string): string {
  return `${vault}/backupFabrics/Azure/protectionContainers/${container}`;
}

export function itemId(vault: string, container: string, item: string): string {
  return `${containerId(vault, container)}/protectedItems/${item}`;
}

/** Resource group and machine named in a container or item name, or `undefined` if it is not one of a Resource Manager VM. */
export function machineOfItemName(name: string): { resourceGroup: string; machine: string } | undefined {
  const match = /^(?:(?:IaasVMContainer|VM);)?iaasvmcontainerv2;([^;]+);([^;]+)$/i.exec(name);
  return match?.[1] && match[2] ? { resourceGroup: match[1], machine: match[2] } : undefined;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a name with a bare percent sign is compared as it stands
  }
}
