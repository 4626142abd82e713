import type { ProtectedItem } from '../../domain/views';
import { COMMANDS } from '../commands/ids';
import { inParallel } from '../model/bounded';
import { failureOf, failureText, isNotKnownYet } from '../model/failure';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Messages } from '../ui/messages';
import { tellNotKnown } from './tellNotKnown';

const STARTS_AT_ONCE = 3;

/**
 * Starts a backup of each item and follows the jobs. Machines that could not start are told in one message.
 * @returns the ids of the jobs that were started
 */
export async function startBackups(
  stores: Stores,
  ui: Pick<Messages, 'toast'>,
  items: readonly Pick<ProtectedItem, 'id' | 'machineName'>[],
  retainUntil: number | undefined,
): Promise<string[]> {
  const started: string[] = [];
  const unknown: { name: string; error: unknown }[] = [];
  const problems = await inParallel(items, STARTS_AT_ONCE, async ({ id, machineName }) => {
    try {
      const input = retainUntil === undefined ? {} : { retainUntil };
      const jobId = await stores.links.of(id).run((client) => client.backupNow(id, input));
      stores.jobs.track(jobId);
      started.push(jobId);
      return undefined;
    } catch (error) {
      if (items.length === 1) throw error;
      if (isNotKnownYet(error)) {
        unknown.push({ name: machineName, error });
        return undefined;
      }
      return `${machineName}: ${failureText(failureOf(error))}`;
    }
  });
  await stores.jobs.refresh();
  tellNotKnown(ui, unknown);
  const failed = problems.filter((problem) => problem !== undefined);
  if (failed.length > 0) {
    ui.toast({
      level: 'error',
      text: t('{0} of {1} backups did not start. {2}', failed.length, items.length, failed.join(' ')),
      actions: [{ title: t('Show log'), command: COMMANDS.showLog }],
    });
  }
  return started;
}
