import type { GuestHookResult } from '../../../src/domain/consistency';
import { imageProvider, type MachineProvider, type MachineReport } from '../../../src/engine/machines/provider';
import { copyingSnapshots } from '../../support/scriptedProvider';
import type { Step } from './corpus';
import { listOf, type Members, membersOf, textOf } from './json';

const HOOKS: Readonly<Record<string, GuestHookResult>> = {
  AppConsistent: 'application',
  FileSystemConsistent: 'fileSystem',
  CrashConsistent: 'notRun',
};
const POWERS = ['running', 'stopped', 'deallocated', 'unknown'] as const;

/**
 * Machines as a recording shows them: real images, and what somebody would have to run for their state: power, agent and
 * the guest's part in a snapshot. Between the looks at a machine its agent is ready, as its later backups prove.
 */
export class RecordedMachines implements MachineProvider {
  readonly #hooks = new Map<string, GuestHookResult>();
  readonly #views = new Map<string, Members>();
  readonly #stopped = new Set<string>();

  constructor(steps: readonly Step[]) {
    for (const { response } of steps) {
      for (const point of [membersOf(response.body), ...listOf(response.body)]) {
        const [, name] = /;([^;/]+)\/recoverypoints\//i.exec(textOf(point, 'id')) ?? [];
        const hook = HOOKS[textOf(point.properties, 'recoveryPointType')];
        if (name !== undefined && hook !== undefined) this.#hooks.set(name.toLowerCase(), hook);
      }
    }
  }

  /** From now on the machine is as an answer shows it. */
  show(machine: Members): void {
    const view = membersOf(membersOf(machine.properties).instanceView);
    const name = textOf(machine, 'name').toLowerCase();
    this.#views.set(name, view);
    this.#stopped.delete(name);
  }

  /** From now on, until it is looked at again, the machine does not run. */
  stop(name: string): void {
    this.#stopped.add(name.toLowerCase());
  }

  report: MachineProvider['report'] = async ({ name }) => {
    const key = name.toLowerCase();
    const report = reportOf(this.#views.get(key) ?? {});
    return this.#stopped.has(key) ? { ...report, power: 'stopped' } : report;
  };

  check: MachineProvider['check'] = async (machine) => imageProvider.check(machine);

  begin: MachineProvider['begin'] = async (machine) => {
    const session = await imageProvider.begin(machine);
    const guestHook = this.#hooks.get(machine.name.toLowerCase()) ?? 'application';
    return { ...session, ...copyingSnapshots(machine), guestHook };
  };

  /** What was shown is over: the machine runs with a ready agent. */
  settle(): void {
    this.#views.clear();
  }
}

function reportOf(view: Members): MachineReport {
  const { statuses, vmAgent, computerName, osName, osVersion } = view;
  const codes = Array.isArray(statuses) ? statuses.map((status) => textOf(status, 'code')) : [];
  const power = POWERS.find((name) => codes.includes(`PowerState/${name}`)) ?? 'running';
  const { statuses: agentStatuses, vmAgentVersion } = membersOf(vmAgent);
  const shown = Array.isArray(agentStatuses)
    ? agentStatuses.map((status) => textOf(status, 'displayStatus'))
    : ['Ready'];
  const version = typeof vmAgentVersion === 'string' && vmAgentVersion !== 'Unknown' ? vmAgentVersion : undefined;
  const guest = Object.fromEntries(
    Object.entries({ computerName, osName, osVersion }).filter(([, value]) => typeof value === 'string'),
  );
  return {
    power,
    provisioning: 'Succeeded',
    agent: { state: shown.includes('Ready') ? 'ready' : 'notReady', version },
    ...(Object.keys(guest).length > 0 && { guest }),
  };
}
