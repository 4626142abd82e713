import { agentWarning } from '../../domain/agent';
import { pointConsistency, type SnapshotFacts } from '../../domain/consistency';
import { appError } from '../../domain/errorCatalogue';
import type { PointConsistency } from '../../domain/states';
import { type MachineProvider, type ProvidedMachine, snapshotFacts } from '../machines/provider';
import type { MachineSession } from '../machines/session';

/** A machine held still, and what its point may claim. */
export interface Snapshot {
  readonly session: MachineSession;
  readonly consistency: PointConsistency;
  /** What is wrong with the machine's agent although the backup goes on. */
  readonly agentWarning?: 'UserErrorGuestAgentVersionUnsupported';
}

/**
 * Asks the provider how the machine is and holds it still for a backup (SPEC §2.17, §2.18).
 * @throws AppError `UserErrorVmNotInDesirableState`, `UserErrorGuestAgentStatusUnavailable`, one of a failed guest hook,
 *   or what the provider throws
 */
export async function takeSnapshot(provider: MachineProvider, machine: ProvidedMachine): Promise<Snapshot> {
  const report = await provider.report(machine);
  consistencyOf(snapshotFacts(machine, report, 'notRun')); // refused before the machine is touched
  const session = await provider.begin(machine);
  return {
    session,
    consistency: consistencyOf(snapshotFacts(machine, report, session.guestHook)),
    agentWarning: report.power === 'running' ? agentWarning(machine.osType, report.agent) : undefined,
  };
}

/**
 * Looks whether {@link takeSnapshot} would work now, and leaves the machine alone.
 * @throws AppError as it does, but for what only the guest's own hook can tell
 */
export async function checkSnapshot(provider: MachineProvider, machine: ProvidedMachine): Promise<void> {
  consistencyOf(snapshotFacts(machine, await provider.report(machine), 'notRun'));
  await provider.check(machine);
}

function consistencyOf(facts: SnapshotFacts): PointConsistency {
  const result = pointConsistency(facts);
  if ('refusal' in result) throw appError(result.refusal, {});
  return result.consistency;
}
