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
/** Resource types of machines. */
export const MACHINES = 'Microsoft.Compute/virtualMachines';
export const CLASSIC_MACHINES = 'Microsoft.ClassicCompute/virtualMachines';

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

/** True for the id of a classic machine. */
export function isClassicMachine(machineId: string): boolean {
  const { provider, path } = parseId(machineId) ?? {};
  return `${provider}/${path?.[0]?.[0]}`.toLowerCase() === CLASSIC_MACHINES.toLowerCase();
}

/** @returns the name under `type` in an ARM id, for example `nameIn(id, 'vaults')` */
export function nameIn(id: string, type: string): string | undefined {
  return parseId(id)?.path.find(([t]) => t.toLowerCase() === type.toLowerCase())?.[1];
}

/** The id of a vault that an address leads into, whatever follows it there. */
export function vaultInPath(pathname: string): string | undefined {
  const part = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/vaults\/[^/]+/i.exec(pathname)?.[0];
  return part === undefined ? undefined : vaultIdOf(part);
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

/**
 * Id that a job of a vault's second region has here. ARM's own names neither the vault nor, to whom reads it, whose list it is in;
 * both are needed to ask for the job. @see {@link secondRegionOf}
 */
export function secondRegionJobId(vault: string, location: string, job: string): string {
  return `${vault}/secondRegions/${location}/backupJobs/${job}`;
}

/** The location of a job that runs in a vault's second region; `undefined` for any other id. */
export function secondRegionOf(jobId: string): string | undefined {
  return nameIn(jobId, 'secondRegions');
}

/** The id that ARM knows a job by. */
export function armJobId(jobId: string): string {
  const location = secondRegionOf(jobId);
  const subscriptionId = parseId(jobId)?.subscriptionId;
  if (location === undefined || subscriptionId === undefined) return jobId;
  return `/subscriptions/${subscriptionId}/providers/${RECOVERY}/locations/${location}/backupJobs/${nameIn(jobId, 'backupJobs')}`;
}

/** The vault that a policy, item, job or point id lies in. */
export function vaultIdOf(id: string): string | undefined {
  const parsed = parseId(id);
  const vault = nameIn(id, 'vaults');
  return parsed && vault ? vaultId(parsed.subscriptionId, parsed.resourceGroup, vault) : undefined;
}

/**
 * The name that containers, items and protectable items of a machine share (SPEC §1.6): `iaasvmcontainerv2;{rg};{vm}`,
 * or `iaasvmcontainer;{cloudService};{vm}` of a classic one (SPEC §1.1).
 */
export function machineContainerName(resourceGroup: string, machine: string, cloudService?: string): string {
  return cloudService === undefined
    ? `iaasvmcontainerv2;${resourceGroup};${machine}`
    : `iaasvmcontainer;${cloudService};${machine}`;
}

/** Names of the container and the protected item of a machine; a classic one is named by its cloud service (SPEC §1.6). */
export function itemNames(
  resourceGroup: string,
  machine: string,
  cloudService?: string,
): { container: string; item: string } {
  const name = machineContainerName(resourceGroup, machine, cloudService);
  return { container: `IaasVMContainer;${name}`, item: `VM;${name}` };
}

/** How the wire calls machines of the kind that a container or item is named after. */
export function machineKind(itemName: string): {
  readonly version: 'Compute' | 'ClassicCompute';
  readonly type: typeof MACHINES | typeof CLASSIC_MACHINES;
} {
  return machineOfItemName(itemName)?.cloudService === undefined
    ? { version: 'Compute', type: MACHINES }
    : { version: 'ClassicCompute', type: CLASSIC_MACHINES };
}

/** Id of a protection container. Only the fabric `Azure` exists for VMs. */
export function containerId(vault: string, container: string): string {
  return `${vault}/backupFabrics/Azure/protectionContainers/${container}`;
}

export function itemId(vault: string, container: string, item: string): string {
  return `${containerId(vault, container)}/protectedItems/${item}`;
}

/** What a container or item name says of its machine, or `undefined` if it is not one of a machine. */
export function machineOfItemName(
  name: string,
): { readonly resourceGroup?: string; readonly cloudService?: string; readonly machine: string } | undefined {
  const match = /^(?:(?:IaasVMContainer|VM);)?iaasvmcontainer(v2)?;([^;]+);([^;]+)$/i.exec(name);
  const [, resourceManager, scope, machine] = match ?? [];
  if (!scope || !machine) return undefined;
  return resourceManager ? { resourceGroup: scope, machine } : { cloudService: scope, machine };
}

/** A container's name without what only some answers put before it, for comparing: jobs name it shorter than items do. */
export function containerKey(name: string): string {
  return name.replace(/^IaasVMContainer;(?=iaasvmcontainer)/i, '').toLowerCase();
}

function safeDecode(part: string): string {
  if (!part.includes('%')) return part; // nearly every id; trees compare thousands of them
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a name with a bare percent sign is compared as it stands
  }
}
