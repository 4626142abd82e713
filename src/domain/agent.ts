import type { AgentState } from './consistency';
import type { Machine } from './views';

/** The oldest agent of a Windows machine that backups work well with (SPEC §2.17). */
export const OLDEST_WINDOWS_AGENT = '2.6.1198.718';

/** What a machine's agent says of itself. */
export interface AgentFacts {
  readonly state: AgentState;
  /** Dotted numbers; absent when the agent does not say. */
  readonly version?: string;
}

/**
 * The warning that an item gets for the agent of its machine, as a code of the error catalogue (SPEC §2.17). Backups go
 * on; a Linux agent of any version is accepted, and one that names no version is not judged.
 */
export function agentWarning(
  osType: Machine['osType'],
  { state, version }: AgentFacts,
): 'UserErrorGuestAgentVersionUnsupported' | undefined {
  if (osType !== 'Windows' || state !== 'ready' || version === undefined) return undefined;
  return compareVersions(version, OLDEST_WINDOWS_AGENT) < 0 ? 'UserErrorGuestAgentVersionUnsupported' : undefined;
}

/** Below zero when `a` is older. Parts are numbers; a part that is missing or none counts as 0. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
