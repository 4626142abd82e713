import { formatBytes, formatDuration } from '../../../domain/sizes';
import type { Generation } from './generations';
import { isDead, type SurveyedPack } from './survey';

const HOUR_MS = 3_600_000;
/** Long enough to notice a removal that nobody wanted, and longer than any run. */
const GRACE_MS = 72 * HOUR_MS;
/** Packs with a larger share of bytes that nobody needs are rewritten. */
const DEAD_SHARE = 0.2;

/** How careful a sweep is. */
export interface SweepPolicy {
  /** Time from condemning to deleting, ms; 72 h by default. */
  readonly graceMs?: number;
  /** Packs with a larger share of dead bytes are rewritten; 0.2 by default. */
  readonly deadShare?: number;
}

/** A pack in a plan. */
interface PlannedPack {
  readonly name: string;
  readonly size: number;
}

/** What a sweep would do: a value, for showing before it is done. Sizes are bytes of packs. */
export interface SweepPlan {
  /** When it was made, ms UTC. */
  readonly time: number;
  readonly graceMs: number;
  /** Recovery points whose needs were looked at. */
  readonly points: number;
  readonly storedBytes: number;
  /** Condemned long enough ago: deleted now. */
  readonly remove: readonly PlannedPack[];
  /** Condemned, but needed by a point again: kept. */
  readonly pardon: readonly PlannedPack[];
  /** Condemned, and still waiting for the grace time or for somebody who reads. */
  readonly waiting: readonly PlannedPack[];
  /** When the next of those may be deleted, ms UTC; nothing if none wait. */
  readonly nextRemoval: number | undefined;
  /** Needed by no point: condemned now, deleted after the grace time. */
  readonly condemn: readonly PlannedPack[];
  /** Needed in small part: what is needed is copied, then they are condemned. */
  readonly compact: readonly (PlannedPack & { readonly liveBytes: number })[];
}

/** What a plan is made from. */
export interface PlanInput {
  readonly now: number;
  readonly points: number;
  readonly packs: readonly SurveyedPack[];
  readonly generations: readonly Generation[];
  /** True if somebody may still read packs of the generation. */
  readonly isRead: (generation: Generation) => boolean;
}

/** Says of every pack what a sweep would do with it. */
export function planSweep(input: PlanInput, policy: SweepPolicy): SweepPlan {
  const { now, packs, generations } = input;
  const { graceMs = GRACE_MS, deadShare = DEAD_SHARE } = policy;
  const due = dueGenerations(input, graceMs);
  const inDue = packNames(due);
  const condemned = packNames(generations);
  const waiting = generations.filter((generation) => !due.includes(generation));
  const free = packs.filter(({ name }) => !condemned.has(name));
  return {
    time: now,
    graceMs,
    points: input.points,
    storedBytes: sizeOf(packs),
    remove: plain(packs.filter((pack) => inDue.has(pack.name) && isDead(pack))),
    pardon: plain(packs.filter((pack) => inDue.has(pack.name) && !isDead(pack))),
    waiting: plain(packs.filter(({ name }) => condemned.has(name) && !inDue.has(name))),
    nextRemoval: waiting.length === 0 ? undefined : Math.min(...waiting.map(({ time }) => time + graceMs)),
    condemn: plain(free.filter(isDead)),
    compact: sparsePacks(free, deadShare).map(({ name, size, liveBytes }) => ({ name, size, liveBytes })),
  };
}

/** The generations whose packs may be deleted now. After a clock was set back they wait. */
export function dueGenerations(
  { now, generations, isRead }: Pick<PlanInput, 'now' | 'generations' | 'isRead'>,
  graceMs = GRACE_MS,
): Generation[] {
  return generations.filter(
    (generation) => generation.time <= now && now - generation.time >= graceMs && !isRead(generation),
  );
}

/** The packs worth rewriting, those with the largest share of dead bytes first. */
export function sparsePacks(packs: readonly SurveyedPack[], deadShare = DEAD_SHARE): SurveyedPack[] {
  return packs.filter((pack) => !isDead(pack) && shareOf(pack) > deadShare).toSorted((a, b) => shareOf(b) - shareOf(a));
}

function shareOf({ deadBytes, size }: SurveyedPack): number {
  return deadBytes / size;
}

/** A plan in whole sentences, for people. */
export function describePlan(plan: SweepPlan): string[] {
  const { remove, pardon, waiting, condemn, compact, nextRemoval, graceMs } = plan;
  const grace = formatDuration(graceMs);
  const kept = compact.reduce((sum, { liveBytes }) => sum + liveBytes, 0);
  const sentences = [
    `${count(plan.points, 'recovery point')} and ${formatBytes(plan.storedBytes)} in the vault were looked at.`,
    remove.length > 0 && `${formatBytes(sizeOf(remove))} in ${count(remove.length, 'pack')} would be deleted now.`,
    pardon.length > 0 &&
      `${count(pardon.length, 'condemned pack')} would be kept, because a recovery point needs it again.`,
    condemn.length > 0 &&
      `${formatBytes(sizeOf(condemn))} in ${count(condemn.length, 'pack')} that no recovery point needs would be condemned, and deleted ${grace} later.`,
    compact.length > 0 &&
      `${count(compact.length, 'pack')} of ${formatBytes(sizeOf(compact))} would be rewritten to the ${formatBytes(kept)} that are needed, and deleted ${grace} later.`,
    nextRemoval !== undefined &&
      `${formatBytes(sizeOf(waiting))} in ${count(waiting.length, 'condemned pack')} would wait, the next until ${new Date(nextRemoval).toISOString()}.`,
    remove.length + condemn.length + compact.length === 0 && 'There is nothing to give back now.',
  ];
  return sentences.filter((sentence) => sentence !== false);
}

function packNames(generations: readonly Generation[]): Set<string> {
  return new Set(generations.flatMap(({ packs }) => packs.map(({ name }) => name)));
}

function plain(packs: readonly PlannedPack[]): PlannedPack[] {
  return packs.map(({ name, size }) => ({ name, size }));
}

function sizeOf(packs: readonly { readonly size: number }[]): number {
  return packs.reduce((sum, { size }) => sum + size, 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
