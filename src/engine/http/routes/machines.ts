import { appError } from '../../../domain/errorCatalogue';
import { AppError } from '../../../domain/errors';
import {
  type AttachedDisk,
  declaredOf,
  type MachineRequest,
  machineRequest,
  tagsRequest,
} from '../../../protocol/computeWire';
import { CLASSIC_MACHINES, MACHINES, parseId } from '../../../protocol/ids';
import type { MachineRecord } from '../../catalog/records';
import type { ComputeService, DiskInput, MachineInput } from '../../services/compute';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentInstanceView, presentMachine } from '../present/machine';
import { deleted } from './deleted';
import { encryptionIn, imagePath } from './encryption';
import { GROUP, param, resourceIdIn, SUBSCRIPTION } from './params';

/** Virtual machines, and classic ones with their cloud service (SPEC §1.1). */
export function machineRoutes(compute: ComputeService): Operation[] {
  return [...routesOf(compute, MACHINES), ...routesOf(compute, CLASSIC_MACHINES)];
}

function routesOf(compute: ComputeService, type: string): Operation[] {
  const classic = type === CLASSIC_MACHINES;
  const ofGroup = `${GROUP}/providers/${type}`;
  const one = `${ofGroup}/:name`;
  const find = (request: ArmRequest) => compute.machine(resourceIdIn(request, type));
  const present = async (request: ArmRequest, machine: MachineRecord, disks = compute.disksOf(machine)) => {
    const report = wantsView(request) ? await compute.report(machine) : undefined;
    return presentMachine(machine, { disks, report });
  };
  const list = async (request: ArmRequest, group?: string): Promise<ArmReply> => {
    const page = pageOf(
      request,
      (wanted) => {
        const { rows, next } = compute.machines({ group, classic }, wanted);
        return { rows: compute.withDisks(rows), next };
      },
      ({ machine, disks }) => present(request, machine, disks),
    );
    return { status: 200, body: { ...page, value: await Promise.all(page.value) } };
  };
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/providers/${type}`, handle: (request) => list(request) },
    { method: 'GET', path: ofGroup, handle: (request) => list(request, param(request, 'rg')) },
    {
      method: 'GET',
      path: one,
      handle: async (request) => ({ status: 200, body: await present(request, find(request)) }),
    },
    {
      method: 'GET',
      path: `${one}/instanceView`,
      handle: async (request) => {
        const machine = find(request);
        const report = await compute.report(machine);
        return { status: 200, body: presentInstanceView(machine, compute.disksOf(machine), report) };
      },
    },
    {
      method: 'PUT',
      path: one,
      handle: async (request) => {
        const body = readBody(machineRequest, request.body);
        const { input, vhds } = machineIn(request, { type, body });
        const { machine, created } = await compute.putMachine(input, vhds);
        return { status: created ? 201 : 200, body: await present(request, machine) };
      },
    },
    {
      method: 'PATCH',
      path: one,
      handle: async (request) => {
        const { tags } = readBody(tagsRequest, request.body);
        const machine = tags === undefined ? find(request) : compute.tagMachine(find(request).id, tags);
        return { status: 200, body: await present(request, machine) };
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: (request) =>
        compute.deleteMachine(resourceIdIn(request, type)) ? deleted(request, type) : { status: 204 },
    },
  ];
}

function wantsView(request: ArmRequest): boolean {
  const expand = (queryOf(request, '$expand') ?? '').toLowerCase();
  return expand.includes('instanceview') || queryOf(request, 'statusOnly')?.toLowerCase() === 'true';
}

/** The machine that a body declares, and the disks that only the body describes. */
function machineIn(
  request: ArmRequest,
  { type, body }: { type: string; body: MachineRequest },
): { input: MachineInput; vhds: DiskInput[] } {
  const { location, tags, properties } = body;
  const { osDisk, dataDisks = [] } = properties.storageProfile;
  const id = resourceIdIn(request, type);
  const name = param(request, 'name');
  const base = { group: param(request, 'rg'), location, tags: tags ?? {} };
  const vhds: DiskInput[] = [];
  const diskIds = [osDisk, ...dataDisks].map((disk, i) => {
    const diskId = attachedId(disk);
    if (diskId !== undefined) return diskId;
    const vhd = {
      ...base,
      ...vhdIn(disk, { machineId: id, fallbackName: i === 0 ? `${name}-os` : `${name}-data${i}` }),
      ...(i === 0 && { osType: osDisk.osType, encryption: encryptionIn(osDisk.encryptionSettings) }),
    };
    vhds.push(vhd);
    return vhd.id;
  });
  const [osDiskId = '', ...dataDiskIds] = diskIds;
  const input = {
    ...base,
    id,
    name,
    size: properties.hardwareProfile?.vmSize ?? 'Local',
    osType: osDisk.osType,
    osDiskId,
    dataDisks: dataDisks.map(({ lun }, i) => ({ lun, diskId: dataDiskIds[i] ?? '' })),
    declared: declaredOf(body, diskIds),
    ...(type === CLASSIC_MACHINES && { cloudService: cloudServiceIn(body) ?? base.group }),
  };
  return { input, vhds };
}

/** @throws AppError `InvalidParameter` for a disk that names neither a resource nor a file */
function attachedId({ name, managedDisk, vhd, createOption }: AttachedDisk): string | undefined {
  if (managedDisk?.id !== undefined) {
    if (parseId(managedDisk.id) === undefined) {
      throw new AppError('InvalidParameter', `'${managedDisk.id}' is no id of a disk.`);
    }
    return managedDisk.id;
  }
  if (vhd) return undefined;
  if (createOption !== undefined && createOption.toLowerCase() !== 'attach') {
    throw appError('NotImplemented', { feature: `making a disk for a machine with createOption '${createOption}'` });
  }
  throw new AppError('InvalidParameter', `The disk '${name ?? ''}' names neither a managedDisk nor a vhd.`);
}

/** A disk that lies in the machine's own description, by the URI of its file. */
function vhdIn({ name, vhd }: AttachedDisk, of: { machineId: string; fallbackName: string }) {
  const diskName = name ?? of.fallbackName;
  return {
    id: `${of.machineId}/vhds/${diskName}`,
    name: diskName,
    sku: 'Standard_LRS',
    path: imagePath(vhd?.uri),
    vhdOf: of.machineId,
  };
}

function cloudServiceIn({ properties }: MachineRequest): string | undefined {
  const { id, name } = properties.domainName ?? {};
  return name ?? id?.split('/').at(-1);
}
