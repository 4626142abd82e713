import { createHash } from 'node:crypto';
import * as z from 'zod';
import { COMMANDS } from './commands/ids';
import type { Alert } from './model/alerts';
import type { Clock } from './model/clock';
import type { Memory } from './model/memory';
import type { Mutes } from './model/mutes';
import type { NotificationLevel } from './settings';
import { t } from './text';
import type { MessageAction, Messages } from './ui/messages';

const DAY_MS = 24 * 3600_000;
const TOLD = 'alerts.told';
/** How many machines a message names. */
const MOST_NAMES = 4;

/** What comes about by time alone, so that no job tells of it. */
const KINDS = ['overdue', 'secondSite'] as const;

export interface AlertNoticeOptions {
  readonly alerts: () => readonly Alert[];
  readonly messages: Pick<Messages, 'toast'>;
  readonly clock: Clock;
  readonly level: () => NotificationLevel;
  readonly mutes: Mutes;
  /** Outlives the window: a new one does not tell the same again. */
  readonly memory: Memory;
}

/** Keys of matters, with when they were told (ms UTC). */
const toldSchema = z.array(z.tuple([z.string(), z.number()]));

/** Tells of machines without a new point and of vaults behind at their second site, each matter once a day at most. */
export class AlertNotices {
  constructor(private readonly options: AlertNoticeOptions) {}

  /** Tells what is new. */
  look(): void {
    const { alerts, level, mutes } = this.options;
    if (level() !== 'attention') return;
    for (const kind of KINDS) {
      if (mutes.isMuted(kind)) continue;
      const fresh = this.fresh(alerts().filter((alert) => alert.kind === kind));
      if (fresh.length > 0) this.tell(kind, fresh);
    }
  }

  /** Those of the alerts that were not told within a day, which are remembered as told now. */
  private fresh(alerts: readonly Alert[]): Alert[] {
    const { memory, clock } = this.options;
    const now = clock.now();
    const kept = toldSchema.safeParse(memory.get(TOLD)).data ?? [];
    const told = new Map(kept.filter(([, at]) => now - at < DAY_MS));
    const fresh = alerts.filter((alert) => !told.has(keyOf(alert)));
    for (const alert of fresh) told.set(keyOf(alert), now);
    if (fresh.length > 0) memory.set(TOLD, Array.from(told));
    return fresh;
  }

  private tell(kind: (typeof KINDS)[number], alerts: readonly Alert[]): void {
    const [only] = alerts;
    if (!only) return;
    const { messages, mutes } = this.options;
    const own = [
      { title: t('Mute for today'), run: () => mutes.muteForToday(kind) },
      { title: t("Don't show again"), run: () => mutes.muteForGood(kind) },
    ];
    const { target } = only;
    const status: MessageAction = { title: t('Show status'), command: COMMANDS.showStatus };
    if (alerts.length > 1) {
      messages.toast({ level: 'warning', text: severalText(kind, alerts), actions: [status], own });
      return;
    }
    const action: MessageAction =
      kind === 'overdue'
        ? { title: t('Back up now'), command: COMMANDS.backupNow, targets: [target] }
        : { title: t('Open dashboard'), command: COMMANDS.vaultOpenDashboard, targets: [target] };
    messages.toast({ level: 'warning', text: only.sentence, actions: [action, status], own });
  }
}

/** A matter without the names in it: what is remembered outlives signing out of Azure. */
function keyOf({ id }: Alert): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 16);
}

function severalText(kind: (typeof KINDS)[number], alerts: readonly Alert[]): string {
  const names = alerts.map(({ subject }) => subject);
  if (kind === 'secondSite')
    return t('{0} vaults are behind at their second site: {1}.', names.length, names.join(', '));
  const more = names.length - MOST_NAMES;
  const list = more > 0 ? t('{0} and {1} more', names.slice(0, MOST_NAMES).join(', '), more) : names.join(', ');
  return t('{0} machines have no recent recovery point: {1}.', names.length, list);
}
