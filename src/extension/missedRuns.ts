import * as z from 'zod';
import { COMMANDS } from './commands/ids';
import type { EngineLink } from './model/engineLink';
import type { Life } from './model/life';
import type { Memory } from './model/memory';
import type { NotificationLevel } from './settings';
import { t } from './text';
import type { Messages } from './ui/messages';

const TOLD = 'missedRuns.told';

/** What was told last: of which start of the engine (ms UTC), and how many it had made up for then. */
const toldSchema = z.object({ startedAt: z.number(), runs: z.number(), machines: z.number() });

export interface MissedRunsOptions {
  readonly engine: EngineLink;
  readonly messages: Pick<Messages, 'toast'>;
  readonly level: () => NotificationLevel;
  /** Outlives the window: the next one does not tell the same again. */
  readonly memory: Memory;
}

/** Says that scheduled backups were missed and are made up for: each is told once. */
export function tellMissedRuns({ engine, messages, level, memory }: MissedRunsOptions): Life {
  return engine.onDidChange((state) => {
    const health = state.kind === 'ready' ? state.health : undefined;
    if (!health?.madeUp || level() !== 'attention') return;
    const { startedAt, madeUp } = health;
    const last = toldSchema.safeParse(memory.get(TOLD)).data;
    const before = last?.startedAt === startedAt ? last : { runs: 0, machines: 0 };
    const runs = madeUp.runs - before.runs;
    const machines = madeUp.machines - before.machines;
    if (runs <= 0) return;
    memory.set(TOLD, { startedAt, ...madeUp });
    const missed =
      runs === 1
        ? t('A scheduled backup was missed while nothing ran.')
        : t('{0} scheduled backups were missed while nothing ran.', runs);
    const now =
      machines === 1
        ? t('The machine is backed up now, once.')
        : t('{0} machines are backed up now, each once.', machines);
    messages.toast({
      level: 'info',
      text: `${missed} ${now}`,
      actions: [{ title: t('Show status'), command: COMMANDS.showStatus }],
    });
  });
}
