import { dirname } from 'node:path';
import { AppError } from '../../domain/errors';
import { maskIds } from '../../domain/maskIds';
import { canStartAgain, isFinished } from '../../domain/states';
import type { Job } from '../../domain/views';
import { momentText } from '../model/format';
import type { HelpPage } from '../model/helpPages';
import { jobLogText } from '../model/jobLog';
import { jobTitle } from '../model/jobView';
import { targetOf } from '../model/target';
import { t } from '../text';
import { ONE_QUESTION } from '../ui/prompts';
import { chooseJob } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';
import { retryJob } from './jobRetry';

/** Commands about jobs. Without a job they ask for one that fits. */
export function jobCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  const withJob = (title: string, work: (jobId: string) => Promise<void>, fits?: (job: Job) => boolean) => ({
    run: async (argument: unknown) => {
      const jobId = await jobIdOf(context, argument, { title, ...(fits ? { fits } : {}) });
      if (jobId !== undefined) await work(jobId);
    },
    retry: true,
  });
  return {
    [COMMANDS.jobOpen]: withJob(t('Open job'), (jobId) => shell.openJob(jobId, { preserveFocus: false })),
    [COMMANDS.jobCancel]: withJob(
      t('Cancel job'),
      (jobId) => cancel(context, jobId),
      (job) => job.cancellable && !isFinished(job.status),
    ),
    [COMMANDS.jobRetry]: withJob(
      t('Retry job'),
      async (jobId) => retryJob(context, await knownJob(context, jobId)),
      canStartAgain,
    ),
    [COMMANDS.jobViewLog]: withJob(t('View log'), (jobId) => shell.openJobLog(jobId)),
    [COMMANDS.jobCopyDetails]: withJob(t('Copy details'), async (jobId) => {
      await stores.jobs.readDetails(jobId);
      const job = await knownJob(context, jobId);
      await ui.copy(maskIds(jobLogText({ job, statistics: stores.jobs.statistics(jobId) })));
      ui.toast({ level: 'info', text: t('The details of the job are copied.') });
    }),
    [COMMANDS.jobOpenFolder]: withJob(
      t('Open folder'),
      async (jobId) => {
        await stores.jobs.readDetails(jobId);
        const [file] = stores.jobs.statistics(jobId)?.files ?? [];
        if (!file) {
          throw new AppError('NoRestoredFiles', t('The job has not written any file yet.'), {
            details: { recommendation: t('Wait until it has ended.') },
          });
        }
        await ui.reveal(dirname(file.path));
      },
      (job) => job.operation === 'Restore',
    ),
    [COMMANDS.jobsOpenList]: {
      run: async (argument: unknown) => {
        const target = targetOf(argument);
        await shell.openJobsList(target && 'vaultId' in target ? { vaultId: target.vaultId } : undefined);
      },
    },
    [COMMANDS.jobTroubleshoot]: { run: (argument: unknown) => troubleshoot(context, argument), retry: true },
    [COMMANDS.jobsLoadMore]: { run: async (argument: unknown) => shell.loadMore(itemToLoad(argument)) },
  } satisfies Partial<Handlers>;
}

function itemToLoad(argument: unknown): string | undefined {
  const target = targetOf(argument);
  return target?.kind === 'more' ? target.itemId : undefined;
}

async function cancel(context: CommandContext, jobId: string): Promise<void> {
  const { stores, ui } = context;
  const job = await knownJob(context, jobId);
  const stop = t('Cancel the job');
  const keep = t('Keep it running');
  const chosen = await ui.modal({
    text: t('Cancel "{0}"?', jobTitle(job)),
    detail:
      job.operation === 'Backup'
        ? t('There will be no recovery point of this run. What was stored already is used again by the next backup.')
        : t('Files that were written so far are incomplete.'),
    actions: [stop, keep],
    closing: keep,
  });
  // While the question was open, the job may have ended.
  const now = stores.jobs.job(jobId) ?? job;
  if (chosen !== stop || isFinished(now.status)) return;
  await stores.links.of(jobId).run((client) => client.cancelJob(jobId));
  await stores.jobs.refresh();
}

/** Help for the failed job of the row, else for one that is chosen; the guide stands on top of that list. */
async function troubleshoot({ stores, ui, shell }: CommandContext, argument: unknown): Promise<void> {
  const target = targetOf(argument);
  if (target?.kind === 'job') return shell.openHelp({ kind: 'job', jobId: target.jobId });
  await stores.vaults.ensure();
  await stores.jobs.refresh();
  const failed = stores.jobs.jobs.filter(({ status }) => status === 'Failed');
  const now = stores.clock.now();
  const answer = await ui.prompts.pick<HelpPage>({
    title: t('Troubleshoot'),
    ...ONE_QUESTION,
    placeholder: t('What do you need help with?'),
    items: [
      { value: { kind: 'guide' }, label: t('$(book) Every failure and its remedy') },
      ...failed.map((job) => ({
        value: { kind: 'job' as const, jobId: job.id },
        label: `$(error) ${jobTitle(job)}`,
        description: momentText(job.startTime, now, stores.known.jobZone(job)),
        section: t('Failed jobs'),
      })),
    ],
  });
  if (answer.kind === 'value') await shell.openHelp(answer.value);
}

async function jobIdOf(
  { stores, ui }: CommandContext,
  argument: unknown,
  question: { title: string; fits?: (job: Job) => boolean },
): Promise<string | undefined> {
  const target = targetOf(argument);
  if (target?.kind === 'job') return target.jobId;
  await stores.vaults.ensure();
  const job = await chooseJob(stores, ui, {
    ...question,
    placeholder: t('Which job?'),
    nothing: { sentence: t('There is no such job.'), advice: t('Back up a machine first.') },
  });
  return job?.id;
}

async function knownJob({ stores }: CommandContext, jobId: string): Promise<Job> {
  if (!stores.jobs.job(jobId)) await stores.jobs.readDetails(jobId);
  const job = stores.jobs.job(jobId);
  if (!job) throw new AppError('JobGone', t('The job is not known any more.'));
  return job;
}
