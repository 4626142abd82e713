import { containerId, machineContainerName, machineKind } from '../../../protocol/ids';
import type { ItemRecord, MachineRecord, VaultRecord } from '../../catalog/records';
import type { WireEra } from './wireEra';

const VAULTS = 'Microsoft.RecoveryServices/vaults';
const CONTAINERS = `${VAULTS}/backupFabrics/protectionContainers`;

export function presentProtectable(vault: VaultRecord, machine: MachineRecord) {
  const name = machineContainerName(machine.group, machine.name, machine.cloudService);
  const { version, type } = machineKind(name);
  return {
    id: `${containerId(vault.id, `IaasVMContainer;${name}`)}/protectableItems/vm;${name}`,
    name,
    type: `${CONTAINERS}/protectableItems`,
    properties: {
      virtualMachineId: machine.id,
      virtualMachineVersion: version,
      resourceGroup: machine.group,
      backupManagementType: 'AzureIaasVM',
      protectableItemType: type,
      friendlyName: machine.name,
      protectionState: 'NotProtected',
    },
  };
}

export function presentContainer(vault: VaultRecord, item: ItemRecord, era: WireEra) {
  const { version, type } = machineKind(item.containerName);
  return {
    id: containerId(vault.id, item.containerName),
    name: item.containerName,
    type: CONTAINERS,
    properties: {
      virtualMachineId: item.machineId,
      virtualMachineVersion: version,
      resourceGroup: item.machineGroup,
      friendlyName: item.machineName,
      backupManagementType: 'AzureIaasVM',
      registrationStatus: item.softDelete || (item.undeleted && era.undeletedContainers) ? 'SoftDeleted' : 'Registered',
      healthStatus: 'Healthy',
      containerType: type,
      protectableObjectType: type,
    },
  };
}
