import { CLASSIC_MACHINES, MACHINES, resourceId } from '../../../protocol/ids';
import { toComputeTime } from '../../../protocol/time';
import type { DiskRecord, MachineRecord } from '../../catalog/records';
import type { MachineReport } from '../../machines/provider';
import { presentAttached, presentEncryption } from './compute';

/** A machine as answers show it. */
export interface MachineFacts {
  /** The OS disk first. */
  readonly disks: readonly DiskRecord[];
  /** What its provider says of it now, in answers that were asked for it. */
  readonly report?: MachineReport;
}

/** What ARM adds to a description of an operating system. */
const OS_DEFAULTS = { secrets: [], allowExtensionOperations: true, requireGuestProvisionSignal: true };

export function presentMachine(machine: MachineRecord, { disks, report }: MachineFacts) {
  const { resource, properties, storage, disks: attached } = machine.declared ?? {};
  const { hardwareProfile, osProfile, ...kept } = properties ?? {};
  const [osDisk, ...dataDisks] = disks;
  const show = (disk: DiskRecord) => presentAttached(disk, attached?.[disk.id.toLowerCase()]);
  return {
    id: machine.id,
    name: machine.name,
    type: machine.cloudService === undefined ? MACHINES : CLASSIC_MACHINES,
    location: machine.location,
    tags: machine.tags,
    ...resource,
    properties: {
      vmId: machine.vmId,
      hardwareProfile: { ...hardwareProfile, vmSize: machine.size },
      ...(machine.cloudService !== undefined && { domainName: domainName(machine, machine.cloudService) }),
      storageProfile: {
        ...storage,
        osDisk: {
          osType: machine.osType,
          ...(osDisk && show(osDisk)),
          ...(osDisk?.encryption && { encryptionSettings: { enabled: true, ...presentEncryption(osDisk.encryption) } }),
        },
        dataDisks: dataDisks.map((disk, i) => ({ lun: machine.dataDisks[i]?.lun, ...show(disk) })),
      },
      ...(osProfile && { osProfile: { ...OS_DEFAULTS, ...osProfile } }),
      ...kept,
      provisioningState: report?.provisioning ?? 'Succeeded',
      timeCreated: toComputeTime(machine.createdAt),
      ...(report && { instanceView: presentInstanceView(machine, disks, report) }),
    },
  };
}

const PROVISIONING = {
  Succeeded: { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
  Updating: { code: 'ProvisioningState/updating', level: 'Info', displayStatus: 'Updating' },
  Failed: { code: 'ProvisioningState/failed', level: 'Error', displayStatus: 'Provisioning failed' },
} as const;

const POWER = {
  running: 'VM running',
  stopped: 'VM stopped',
  deallocated: 'VM deallocated',
  unknown: 'VM state unknown',
} as const;

/** What a machine does right now (SPEC §1.1). */
export function presentInstanceView(machine: MachineRecord, disks: readonly DiskRecord[], report: MachineReport) {
  const time = toComputeTime(machine.createdAt);
  return {
    ...report.guest,
    vmAgent: agentView(report, time),
    disks: disks.map(({ name, createdAt }) => ({
      name,
      statuses: [{ ...PROVISIONING.Succeeded, time: toComputeTime(createdAt) }],
    })),
    hyperVGeneration: disks[0]?.hyperVGeneration ?? 'V1',
    ...(machine.guestHookAt !== undefined && { extensions: [backupExtension(machine, machine.guestHookAt)] }),
    statuses: [
      { ...PROVISIONING[report.provisioning], time },
      { code: `PowerState/${report.power}`, level: 'Info', displayStatus: POWER[report.power] },
    ],
  };
}

/** As ARM answers for a machine whose agent says nothing: its version is unknown and it is not ready. */
function agentView({ agent }: MachineReport, time: string) {
  const status = {
    ready: {
      code: 'ProvisioningState/succeeded',
      level: 'Info',
      displayStatus: 'Ready',
      message: 'GuestAgent is running and processing the extensions.',
    },
    notReady: {
      code: 'ProvisioningState/Unavailable',
      level: 'Warning',
      displayStatus: 'Not Ready',
      message: 'The guest agent does not answer.',
    },
    none: {
      code: 'ProvisioningState/Unavailable',
      level: 'Warning',
      displayStatus: 'Not Ready',
      message: 'No guest agent is known for this machine.',
    },
  }[agent.state];
  return { vmAgentVersion: agent.version ?? 'Unknown', statuses: [{ ...status, time }] };
}

/** The guest's own hook for snapshots, under the name that Azure's extension has (SPEC §2.17). */
function backupExtension({ osType }: MachineRecord, usedAt: number) {
  const name = osType === 'Windows' ? 'VMSnapshot' : 'VMSnapshotLinux';
  return {
    name,
    type: `Microsoft.Azure.RecoveryServices.${name}`,
    statuses: [{ ...PROVISIONING.Succeeded, time: toComputeTime(usedAt) }],
  };
}

function domainName({ id, group }: MachineRecord, name: string) {
  const type = 'Microsoft.ClassicCompute/domainNames';
  const subscription = id.split('/')[2] ?? '';
  return { id: resourceId(subscription, group, type, name), name, type };
}
