import type { Step } from './corpus';

/**
 * What this product does not have, by provider or resource type and by nothing else. Everything that is not in this table
 * is replayed and compared.
 */
const OUT_OF_SCOPE: readonly { readonly what: RegExp; readonly why: string }[] = [
  {
    what: /\/providers\/(?!microsoft\.(recoveryservices|compute|storage|resources)\/)[^/]+\//i,
    why: 'another provider than backup, machines, storage accounts and resource groups',
  },
  {
    what: /\/providers\/microsoft\.compute\/(?!virtualmachines|disks)[^/]+/i,
    why: 'compute resources other than machines and disks',
  },
  {
    what: /\/protectioncontainers\/(vmappcontainer|storagecontainer|sqlagworkloadcontainer|hanahsrcontainer|windows|azuresqlcontainer|generic|dpm)/i,
    why: 'containers of workloads, file shares and servers',
  },
  { what: /\/backupengines(\/|$)/i, why: 'backup servers (DPM, Azure Backup Server)' },
  { what: /\/backupresourceguardproxies\/[^/]+/i, why: 'mapped resource guards (multi-user authorisation)' },
  { what: /\/privateendpoint|\/privatelinkresources/i, why: 'private endpoints' },
  {
    what: /\/locations\/[^/]+\/capabilities$/i,
    why: 'capabilities of a location: names of private endpoints in the DNS',
  },
  {
    what: /\/recoverypoints\/[^/]+\/(provision|revoke)instantitemrecovery$/i,
    why: 'connections for item-level recovery: the engine refuses them until files of a point can be read',
  },
];

/** Management types of protected items that this product does not have. */
const OUT_OF_SCOPE_TYPES = /^(azureworkload|azurestorage|azuresql|mab|dpm|azurebackupserver|genericprotectionsource)$/i;

/** Whether a resource, by its id, is of a type out of scope. */
export function isLeftOut(id: string): boolean {
  return OUT_OF_SCOPE.some(({ what }) => what.test(id));
}

/** Why a step is out of scope, or undefined. */
export function outOfScope({ request }: Pick<Step, 'request'>): string | undefined {
  const row = OUT_OF_SCOPE.find(({ what }) => what.test(decodeURIComponent(request.path)));
  if (row) return row.why;
  const asked =
    /backupmanagementtype eq '([^']*)'/i.exec(request.query.$filter ?? '')?.[1] ?? managementType(request.body);
  return asked !== undefined && OUT_OF_SCOPE_TYPES.test(asked) ? `items of management type ${asked}` : undefined;
}

function managementType(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('properties' in body)) return undefined;
  const { properties } = body;
  if (typeof properties !== 'object' || properties === null || !('backupManagementType' in properties))
    return undefined;
  const { backupManagementType } = properties;
  return typeof backupManagementType === 'string' ? backupManagementType : undefined;
}
