import { fileURLToPath } from 'node:url';
import { appError } from '../../../domain/errorCatalogue';
import { diskRequest, machineRequest, storageAccountRequest } from '../../../protocol/requests';
import type { MachineRecord } from '../../catalog/records';
import { type ComputeService, diskIds } from '../../services/compute';
import type { StorageAccountService } from '../../services/storageAccounts';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentDisk, presentInstanceView, presentMachine, presentStorageAccount } from '../present/compute';
import { GROUP, param, resourceIdIn, SUBSCRIPTION } from './params';

const DISKS = 'providers/Microsoft.Compute/disks';
const MACHINES = 'providers/Microsoft.Compute/virtualMachines';
const ACCOUNTS = 'providers/Microsoft.Storage/storageAccounts';

/** Disks, virtual machines and storage accounts (SPEC §1.1; their local meaning is in docs/ARCHITECTURE.md). */
export function computeRoutes(deps: { compute: ComputeService; storageAccounts: StorageAccountService }): Operation[] {
  return [...diskRoutes(deps.compute), ...machineRoutes(deps.compute), ...storageAccountRoutes(deps.storageAccounts)];
}

function diskIdIn(request: ArmRequest): string {
  return resourceIdIn(request, 'Microsoft.Compute/disks');
}

function diskRoutes(compute: ComputeService): Operation[] {
  const attachedTo = (diskId: string) => compute.machineWith(diskId)?.id;
  const list = (request: ArmRequest, group?: string) => ({
    status: 200,
    body: pageOf(
      request,
      (page) => compute.disks(group, page),
      (disk) => presentDisk(disk, attachedTo(disk.id)),
    ),
  });
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/${DISKS}`, handle: (request) => list(request) },
    { method: 'GET', path: `${GROUP}/${DISKS}`, handle: (request) => list(request, param(request, 'rg')) },
    {
      method: 'GET',
      path: `${GROUP}/${DISKS}/:name`,
      handle: (request) => {
        const disk = compute.disk(diskIdIn(request));
        return { status: 200, body: presentDisk(disk, attachedTo(disk.id)) };
      },
    },
    {
      method: 'PUT',
      path: `${GROUP}/${DISKS}/:name`,
      handle: async (request) => {
        const { location, tags, sku, properties } = readBody(diskRequest, request.body);
        const disk = await compute.putDisk({
          id: diskIdIn(request),
          name: param(request, 'name'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          sku: sku?.name ?? 'Standard_LRS',
          osType: properties.osType,
          path: importPath(properties.creationData),
        });
        return { status: 200, body: presentDisk(disk, attachedTo(disk.id)) };
      },
    },
    {
      method: 'DELETE',
      path: `${GROUP}/${DISKS}/:name`,
      handle: (request) => {
        compute.deleteDisk(diskIdIn(request));
        return { status: 204 };
      },
    },
  ];
}

function machineIdIn(request: ArmRequest): string {
  return resourceIdIn(request, 'Microsoft.Compute/virtualMachines');
}

function machineRoutes(compute: ComputeService): Operation[] {
  const present = (request: ArmRequest, machine: MachineRecord) => {
    const withView =
      (queryOf(request, '$expand') ?? '').toLowerCase().includes('instanceview') ||
      queryOf(request, 'statusOnly') === 'true';
    return presentMachine(
      machine,
      diskIds(machine).map((id) => compute.disk(id)),
      withView,
    );
  };
  const list = (request: ArmRequest, group?: string) => ({
    status: 200,
    body: pageOf(
      request,
      (page) => compute.machines(group, page),
      (machine) => present(request, machine),
    ),
  });
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/${MACHINES}`, handle: (request) => list(request) },
    { method: 'GET', path: `${GROUP}/${MACHINES}`, handle: (request) => list(request, param(request, 'rg')) },
    {
      method: 'GET',
      path: `${GROUP}/${MACHINES}/:name`,
      handle: (request) => ({ status: 200, body: present(request, compute.machine(machineIdIn(request))) }),
    },
    {
      method: 'GET',
      path: `${GROUP}/${MACHINES}/:name/instanceView`,
      handle: (request) => ({ status: 200, body: presentInstanceView(compute.machine(machineIdIn(request))) }),
    },
    {
      method: 'PUT',
      path: `${GROUP}/${MACHINES}/:name`,
      handle: (request) => {
        const { location, tags, properties } = readBody(machineRequest, request.body);
        const { osDisk, dataDisks } = properties.storageProfile;
        const { machine, created } = compute.putMachine({
          id: machineIdIn(request),
          name: param(request, 'name'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          size: properties.hardwareProfile?.vmSize ?? 'Local',
          osType: osDisk.osType,
          osDiskId: osDisk.managedDisk.id,
          dataDisks: (dataDisks ?? []).map(({ lun, managedDisk }) => ({ lun, diskId: managedDisk.id })),
        });
        return { status: created ? 201 : 200, body: present(request, machine) };
      },
    },
    {
      method: 'DELETE',
      path: `${GROUP}/${MACHINES}/:name`,
      handle: (request) => {
        compute.deleteMachine(machineIdIn(request));
        return { status: 204 };
      },
    },
  ];
}

function accountIdIn(request: ArmRequest): string {
  return resourceIdIn(request, 'Microsoft.Storage/storageAccounts');
}

function storageAccountRoutes(storageAccounts: StorageAccountService): Operation[] {
  const list = (request: ArmRequest, group?: string) => ({
    status: 200,
    body: pageOf(request, (page) => storageAccounts.list(group, page), presentStorageAccount),
  });
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/${ACCOUNTS}`, handle: (request) => list(request) },
    { method: 'GET', path: `${GROUP}/${ACCOUNTS}`, handle: (request) => list(request, param(request, 'rg')) },
    {
      method: 'GET',
      path: `${GROUP}/${ACCOUNTS}/:name`,
      handle: (request) => ({ status: 200, body: presentStorageAccount(storageAccounts.get(accountIdIn(request))) }),
    },
    {
      method: 'PUT',
      path: `${GROUP}/${ACCOUNTS}/:name`,
      handle: (request) => {
        const { location, tags, sku, kind } = readBody(storageAccountRequest, request.body);
        const account = storageAccounts.put({
          id: accountIdIn(request),
          name: param(request, 'name'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          sku: sku?.name ?? 'Standard_LRS',
          kind: kind ?? 'StorageV2',
        });
        return { status: 200, body: presentStorageAccount(account) };
      },
    },
    {
      method: 'DELETE',
      path: `${GROUP}/${ACCOUNTS}/:name`,
      handle: (request) => {
        storageAccounts.delete(accountIdIn(request));
        return { status: 200 };
      },
    },
  ];
}

/** @throws AppError `NotImplemented` for another way to make a disk, `LocalDiskNotAbsolute` for another kind of URI */
function importPath({ createOption, sourceUri }: { createOption: string; sourceUri?: string }): string {
  if (createOption.toLowerCase() !== 'import') {
    throw appError('NotImplemented', { feature: `creating a disk with createOption '${createOption}'` });
  }
  try {
    return fileURLToPath(sourceUri ?? '');
  } catch (error) {
    throw appError('LocalDiskNotAbsolute', { path: sourceUri ?? '' }, { cause: error });
  }
}
