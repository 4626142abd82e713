import { toPropertyBagTime } from '../../../protocol/time';
import type { ItemRecord, JobRecord, PointRecord, VaultRecord } from '../../catalog/records';
import { nameUuid } from '../../ids';
import { vaultNumber } from '../../services/crossRegion';
import { presentJob } from './job';

/** Where requests to a second region are sent to, as the service names its parts; here the engine is all of them. */
interface Asked {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly origin: string;
}

/** For whom a vault makes access tokens: the service's own identity in a second region. */
export function presentAadProperties(site: string, { subscriptionId, tenantId }: Asked) {
  return {
    properties: {
      tenantId,
      audience: `https://RecoveryServices/IaasCoord/aadmgmt/${site}`,
      servicePrincipalObjectId: nameUuid(`${subscriptionId} ${site}`),
    },
  };
}

/** What a client hands on, as it is, to the second region; only the token in it counts there. */
export function presentAccessToken(
  { vault, item, point, token }: { vault: VaultRecord; item: ItemRecord; point: PointRecord; token: string },
  { subscriptionId, origin }: Asked,
) {
  const containerName = item.containerName.replace(/^IaasVMContainer;/i, '');
  return {
    properties: {
      objectType: 'CrrAccessToken',
      accessTokenString: token,
      subscriptionId,
      resourceGroupName: vault.group,
      resourceName: vault.name,
      resourceId: vaultNumber(vault),
      protectionContainerId: Number(item.dataId) % 10_000_000,
      recoveryPointId: point.name,
      recoveryPointTime: toPropertyBagTime(point.time),
      containerName,
      containerType: 'IaasVMContainer',
      backupManagementType: 'AzureIaasVM',
      datasourceType: 'VM',
      datasourceName: item.machineName,
      datasourceId: item.dataId,
      datasourceContainerName: containerName,
      coordinatorServiceStampUri: origin,
      protectionServiceStampId: nameUuid(subscriptionId),
      protectionServiceStampUri: origin,
      tokenExtendedInformation: metadataOf(point),
      rpTierInformation: { ...(point.snapshotUntil !== undefined && { InstantRP: 'Valid' }), HardenedRP: 'Valid' },
      rpOriginalSAOption: false,
      rpIsManagedVirtualMachine: point.managed ?? true,
      rpVMSizeDescription: point.machineSize,
      bMSActiveRegion: vault.location,
    },
  };
}

/** A cross-region restore as its location shows it: the vault is in another one. */
export function presentCrrJob(
  job: JobRecord,
  options: Parameters<typeof presentJob>[2] & { readonly now: number; readonly subscriptionId: string },
) {
  const shown = presentJob(job, options.now, options);
  const location = `/subscriptions/${options.subscriptionId}/providers/Microsoft.RecoveryServices/locations/${job.secondSite}`;
  return { ...shown, id: `${location}/backupJobs/${shown.name}` };
}

/** The point's description in the words of the service, opaque for clients. */
function metadataOf({ policyType, managed, osType, consistency, machineSize }: PointRecord): string {
  const members: Readonly<Record<string, string>> = {
    MetadataVersion: 'V2015_09',
    CreatedWithPolicyType: policyType,
    IsManagedVirtualMachine: String(managed ?? true),
    OsType: osType,
    RecoveryPointConsistencyType: consistency,
    VMSizeDescription: machineSize.replaceAll(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  };
  const inner = Object.entries(members).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<IaaSVMRecoveryPointMetadataBase>${inner.join('')}</IaaSVMRecoveryPointMetadataBase>`;
}
