import type { Clock } from './clock';
import type { Memory } from './memory';

/** Kinds of messages that may be muted one by one. */
export const NOTICE_KINDS = [
  'backupDone',
  'restoreDone',
  'cancelled',
  'scheduledFailed',
  'overdue',
  'secondSite',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const FOREVER = Number.MAX_SAFE_INTEGER;

/** Which messages the person does not want to see: for today, or at all. */
export class Mutes {
  constructor(
    private readonly memory: Memory,
    private readonly clock: Clock,
  ) {}

  isMuted(kind: NoticeKind): boolean {
    const until = this.memory.get(keyOf(kind));
    return typeof until === 'number' && this.clock.now() < until;
  }

  /** True if any kind is muted now. */
  get any(): boolean {
    return NOTICE_KINDS.some((kind) => this.isMuted(kind));
  }

  /** Until the end of the day on this computer's calendar. */
  muteForToday(kind: NoticeKind): void {
    this.memory.set(keyOf(kind), new Date(this.clock.now()).setHours(24, 0, 0, 0));
  }

  muteForGood(kind: NoticeKind): void {
    this.memory.set(keyOf(kind), FOREVER);
  }

  /** Shows everything again. */
  clear(): void {
    for (const kind of NOTICE_KINDS) this.memory.set(keyOf(kind), undefined);
  }
}

function keyOf(kind: NoticeKind): string {
  return `muted.${kind}`;
}
