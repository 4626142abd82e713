import type { PointConsistency } from './states';
import type { Machine } from './views';

/** What the guest agent says of itself. `none`: the machine has no agent at all. */
export type AgentState = 'ready' | 'notReady' | 'none';

/**
 * What the guest did for the snapshot. `application`: every VSS writer, or the Linux pre and post scripts, succeeded;
 * `fileSystem`: file systems were flushed and frozen, not every application; `notRun`: nothing was asked of the guest.
 */
export type GuestHookResult = 'application' | 'fileSystem' | 'failed' | 'notRun';

/** A machine at the moment of its snapshot. */
export interface SnapshotFacts {
  /** `changing`: on its way between states, or failed. */
  readonly power: Machine['power'] | 'changing';
  readonly osType: Machine['osType'];
  readonly agent: AgentState;
  readonly guestHook: GuestHookResult;
}

/** Codes of the error catalogue with which a snapshot is refused. */
export type SnapshotRefusal =
  | 'UserErrorVmNotInDesirableState'
  | 'UserErrorGuestAgentStatusUnavailable'
  | 'UserErrorFsFreezeFailed'
  | 'ExtensionFailedVssWriterInBadState';

/** What a snapshot guarantees, or why there is none. */
export type ConsistencyResult = { readonly consistency: PointConsistency } | { readonly refusal: SnapshotRefusal };

const HOOK_CONSISTENCY = {
  application: 'AppConsistent',
  fileSystem: 'FileSystemConsistent',
  notRun: 'CrashConsistent',
} as const;

/**
 * What a recovery point may claim (SPEC §2.17, §2.18). A machine that is stopped, of unknown power or without an agent
 * gives a crash-consistent point; one that runs with an agent that does not answer is refused.
 */
export function pointConsistency(facts: SnapshotFacts): ConsistencyResult {
  if (facts.power === 'changing') {
    return { refusal: 'UserErrorVmNotInDesirableState' };
  }
  if (facts.power !== 'running' || facts.agent === 'none') {
    return { consistency: 'CrashConsistent' };
  }
  if (facts.agent === 'notReady') {
    return { refusal: 'UserErrorGuestAgentStatusUnavailable' };
  }
  return afterGuestHook(facts);
}

function afterGuestHook({ osType, guestHook }: SnapshotFacts): ConsistencyResult {
  if (guestHook === 'failed') {
    return { refusal: osType === 'Windows' ? 'ExtensionFailedVssWriterInBadState' : 'UserErrorFsFreezeFailed' };
  }
  return { consistency: HOOK_CONSISTENCY[guestHook] };
}
