import type { AgentFacts } from '../../domain/agent';
import type { SnapshotFacts } from '../../domain/consistency';
import type { Machine } from '../../domain/views';
import { inspectImage, isLockedForWriting } from './imageFile';
import { beginImageSession, type ImageDisk, imagesToRead, type MachineSession } from './session';

/** A machine as its provider finds it. */
export interface ProvidedMachine {
  readonly name: string;
  readonly osType: Machine['osType'];
  readonly disks: readonly ImageDisk[];
}

/** What a machine does right now, as whoever runs it says. */
export interface MachineReport {
  readonly power: 'running' | 'stopped' | 'deallocated' | 'unknown';
  /** `Updating`: on its way between states. */
  readonly provisioning: 'Succeeded' | 'Updating' | 'Failed';
  readonly agent: AgentFacts;
  /** What the guest says of itself through its agent. */
  readonly guest?: { readonly computerName?: string; readonly osName?: string; readonly osVersion?: string };
}

/** Where machines come from: what runs them, or only their disk images. */
export interface MachineProvider {
  /** Never throws: what cannot be found out is `unknown`. */
  report(machine: ProvidedMachine): Promise<MachineReport>;
  /** Looks whether a backup could begin now, and leaves the machine alone. @throws AppError as {@link begin} */
  check(machine: ProvidedMachine): Promise<void>;
  /** Holds the machine still for one backup. @throws AppError when it cannot be read consistently */
  begin(machine: ProvidedMachine): Promise<MachineSession>;
}

/** Machines known by their disk images alone: stopped, unless another program has an image open for writing. */
export const imageProvider: MachineProvider = {
  async report({ disks }) {
    const locked = await Promise.all(disks.map(async ({ path }) => holdsWriter(path)));
    return {
      power: locked.includes(true) ? 'running' : 'stopped',
      provisioning: 'Succeeded',
      agent: { state: 'none' },
    };
  },
  check: async ({ name, disks }) => void (await imagesToRead(name, disks)),
  begin: ({ name, disks }) => beginImageSession(name, disks),
};

/** A report as the rules of snapshots take it (SPEC §2.17, §2.18). */
export function snapshotFacts(
  machine: ProvidedMachine,
  report: MachineReport,
  guestHook: SnapshotFacts['guestHook'],
): SnapshotFacts {
  const { power, provisioning, agent } = report;
  return {
    osType: machine.osType,
    power: provisioning === 'Succeeded' ? powerOf(power) : 'changing',
    agent: agent.state,
    guestHook,
  };
}

function powerOf(power: MachineReport['power']): SnapshotFacts['power'] {
  return power === 'deallocated' ? 'stopped' : power;
}

/** An image that cannot be looked at has no writer that could be seen; its backup says what is wrong with it. */
async function holdsWriter(path: string): Promise<boolean> {
  try {
    return await isLockedForWriting(await inspectImage(path));
  } catch {
    return false;
  }
}
