import type { Clock } from '../model/clock';
import { errorForLog, failureOf, failureText, isCancelled, isEngineFailure, isNotKnownYet } from '../model/failure';
import type { Log } from '../model/log';
import { type Target, targetsOf } from '../model/target';
import { t } from '../text';
import type { MessageAction, Messages } from '../ui/messages';
import { COMMANDS, type CommandId } from './ids';

/** What a command does. Arguments are whatever VS Code hands over: a row and the selection, a target, or nothing. */
export interface CommandHandler {
  readonly run: (...args: readonly unknown[]) => Promise<unknown>;
  /** Whether a failure offers to try the same again. */
  readonly retry?: boolean;
}

/** The same call within this time, while the first still runs, is the second half of a double click. */
const DOUBLE_CLICK_MS = 500;

export interface CommandRunnerOptions {
  readonly log: Log;
  readonly messages: Pick<Messages, 'toast'>;
  readonly clock: Clock;
  /** Title of a command as the palette shows it. */
  readonly title: (id: CommandId) => string;
}

/** Runs every command: gives it a number in the log, lets cancelling pass silently and shows failures, once. */
export class CommandRunner {
  /** When the calls that run were made, the last of each (ms UTC). */
  private readonly running = new Map<string, number>();
  private operations = 0;

  constructor(private readonly options: CommandRunnerOptions) {}

  async run(id: CommandId, handler: CommandHandler, args: readonly unknown[]): Promise<unknown> {
    const { log, clock } = this.options;
    const call = `${id} ${describe(args)}`;
    const last = this.running.get(call);
    const now = clock.now();
    if (last !== undefined && now - last < DOUBLE_CLICK_MS) return undefined;
    this.running.set(call, now);
    this.operations += 1;
    const scope = `#${this.operations} ${id}`;
    log.debug(`${scope} started`);
    try {
      const result = await handler.run(...args);
      log.debug(`${scope} done`);
      return result;
    } catch (error) {
      if (isCancelled(error)) log.debug(`${scope} cancelled`);
      else {
        log.error(`${scope} failed: ${errorForLog(error)}`);
        this.show(id, error, { retry: handler.retry ?? false, args });
      }
      return undefined;
    } finally {
      if (this.running.get(call) === now) this.running.delete(call);
    }
  }

  private show(id: CommandId, error: unknown, call: { retry: boolean; args: readonly unknown[] }): void {
    const failure = failureOf(error);
    // Done again it might be done twice.
    const isUnknown = isNotKnownYet(error);
    const again: MessageAction = { title: t('Retry'), command: id, targets: allTargets(call.args) };
    const restart: MessageAction = {
      title: failure.code === 'EngineEndpointUnreachable' ? t('Connect again') : t('Restart engine'),
      command: COMMANDS.engineRestart,
    };
    const log: MessageAction = { title: t('Show log'), command: COMMANDS.showLog };
    this.options.messages.toast({
      level: isUnknown ? 'warning' : 'error',
      text: t('{0}: {1}', this.options.title(id), failureText(failure)),
      actions: isEngineFailure(failure) ? [restart, log] : call.retry && !isUnknown ? [again, log] : [log],
    });
  }
}

function allTargets(args: readonly unknown[]): Target[] {
  return (['machine', 'vault', 'point', 'policy', 'job'] as const).flatMap((kind): Target[] => targetsOf(kind, args));
}

function describe(args: readonly unknown[]): string {
  return allTargets(args)
    .map((target) => JSON.stringify(target))
    .join(' ');
}
