import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ItemRecord, PointRecord } from '../../catalog/records';

/** A restored disk: the point's disk and the file that it was written to. */
export interface RestoredDisk {
  readonly disk: PointRecord['disks'][number];
  readonly path: string;
}

interface Described {
  readonly item: ItemRecord;
  readonly point: PointRecord;
  readonly location: string;
  readonly disks: readonly RestoredDisk[];
}

/** What was restored, for whoever attaches the disks by hand (SPEC §1.11: the config blob). */
export function restoreConfig({ item, point, location, disks }: Described) {
  return {
    virtualMachine: {
      id: item.machineId,
      name: item.machineName,
      location,
      osType: point.osType,
      size: point.machineSize,
    },
    recoveryPoint: { name: point.name, time: new Date(point.time).toISOString(), consistency: point.consistency },
    disks: disks.map(({ disk, path }) => ({
      name: disk.name,
      ...(disk.lun !== undefined && { lun: disk.lun }),
      sizeBytes: disk.sizeBytes,
      file: path,
    })),
  };
}

/** An ARM template that makes the disks and a machine of them; a deployment of it asks for a name that is free. */
export function restoreTemplate({ item, point, location, disks }: Described) {
  const [os, ...data] = disks;
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { VirtualMachineName: { type: 'string', defaultValue: `${item.machineName}-restored` } },
    resources: [
      ...disks.map(({ path }) => ({
        type: 'Microsoft.Compute/disks',
        apiVersion: '2024-03-02',
        name: diskName(path),
        location,
        properties: {
          osType: point.osType,
          creationData: { createOption: 'Import', sourceUri: pathToFileURL(path).href },
        },
      })),
      {
        type: 'Microsoft.Compute/virtualMachines',
        apiVersion: '2024-07-01',
        name: "[parameters('VirtualMachineName')]",
        location,
        dependsOn: disks.map(({ path }) => diskId(path).id),
        properties: {
          hardwareProfile: { vmSize: point.machineSize },
          storageProfile: {
            osDisk: { osType: point.osType, ...(os && attach(os)) },
            dataDisks: data.map((disk) => ({ lun: disk.disk.lun, ...attach(disk) })),
          },
        },
      },
    ],
  };
}

/** A name by the template's parameter, as an expression of the template. */
function diskName(path: string): string {
  return `[concat(parameters('VirtualMachineName'), '-${basename(path, '.raw')}')]`;
}

function diskId(path: string): { id: string } {
  return { id: `[resourceId('Microsoft.Compute/disks', ${diskName(path).slice(1, -1)})]` };
}

function attach({ path }: RestoredDisk) {
  return { createOption: 'Attach', managedDisk: diskId(path) };
}
