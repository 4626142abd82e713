import { ARCHIVE_BILLED_DAYS, canArchive, needsRehydration } from '../../domain/archiveTier';
import { AppError } from '../../domain/errors';
import type { RecoveryPoint } from '../../domain/views';
import { type Failure, failureOf, failureText, isCancelled } from '../model/failure';
import { momentText } from '../model/format';
import { findById, lastName } from '../model/ids';
import type { MachineFacts } from '../model/machineFacts';
import { pointDescription, tierWords } from '../model/pointView';
import { ensureWorld, knownMachine } from '../model/stores';
import { type TargetOf, targetOf } from '../model/target';
import { t } from '../text';
import { ONE_QUESTION } from '../ui/prompts';
import { chooseMachine, nothingToChoose } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';
import { pointFor } from './pointCommands';

/** A machine of Azure with recovery points. */
type Archivable = MachineFacts & { readonly item: NonNullable<MachineFacts['item']> };

/** Commands about the archive tier, which only Azure has. */
export function archiveCommands(context: CommandContext) {
  return {
    [COMMANDS.pointArchive]: { run: (argument: unknown) => archive(context, argument), retry: true },
    [COMMANDS.pointUndeleteTier]: { run: (argument: unknown) => rehydrate(context, argument), retry: true },
  } satisfies Partial<Handlers>;
}

async function archive(context: CommandContext, argument: unknown): Promise<void> {
  const title = t('Move to archive');
  const target = targetOf(argument);
  if (target?.kind === 'point') {
    const point = await pointAt(context, target);
    if (!canArchive(point)) throw notForArchive(context, point);
    const name = knownMachine(context.stores, target.machineId)?.name ?? lastName(target.machineId);
    return move(context, { title, name, points: [point] });
  }
  const machine = await archivableMachine(context, argument, title);
  if (!machine) return;
  const points = await recommended(context, machine, title);
  if (points) await move(context, { title, name: machine.name, points });
}

/** The points that are chosen of those that the service recommends: they cost less in the archive. */
async function recommended(
  { stores, ui }: CommandContext,
  { name, item }: Archivable,
  title: string,
): Promise<readonly RecoveryPoint[] | undefined> {
  const points = await ui.progress(t('Asking which recovery points of {0} are for the archive', name), (_, signal) =>
    stores.links.of(item.id).run((client) => client.advanced.pointsForArchive(item.id, { signal })),
  );
  if (points.length === 0) {
    await stores.machines.ensurePoints(item.id);
    throw nothingToChoose({
      sentence: t('Azure recommends no recovery point of {0} for the archive.', name),
      advice: reasonsOf(stores.machines.points(item.id).value ?? []),
    });
  }
  const now = stores.clock.now();
  const answer = await ui.prompts.pickMany<RecoveryPoint>({
    title,
    ...ONE_QUESTION,
    placeholder: t('Recovery points that Azure recommends to move together'),
    noneChosen: t('Choose at least one recovery point.'),
    items: points.map((point) => ({
      value: point,
      label: momentText(point.time, now, stores.known.pointZone(point.id)),
      description: pointDescription(point, stores.known.pointZone(point.id)),
    })),
    preset: () => true,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

interface Move {
  readonly title: string;
  /** Of the machine. */
  readonly name: string;
  readonly points: readonly RecoveryPoint[];
}

/** Moves points after a question that says what it means. One that fails never holds up the others. */
async function move({ stores, ui }: CommandContext, { title, name, points }: Move): Promise<void> {
  const [first] = points;
  if (!first) return;
  const now = stores.clock.now();
  const yes = t('Move to archive');
  const chosen = await ui.modal({
    text:
      points.length === 1
        ? t(
            'Move the recovery point {0} of {1} to the archive?',
            momentText(first.time, now, stores.known.pointZone(first.id)),
            name,
          )
        : t('Move {0} recovery points of {1} to the archive?', points.length, name),
    detail: [
      t('There is no way back to the tier of the vault.'),
      t('A restore has to rehydrate it first, which takes hours and costs extra.'),
      t('Azure bills at least {0} days in the archive, also for what is deleted earlier.', ARCHIVE_BILLED_DAYS),
    ].join(' '),
    actions: [yes],
  });
  if (chosen !== yes) return;
  const jobs: string[] = [];
  const failures: Failure[] = [];
  await ui.progress(title, async (report, signal) => {
    for (const { id, time } of points) {
      if (signal.aborted) return;
      report(momentText(time, now, stores.known.pointZone(id)));
      try {
        jobs.push(await stores.links.of(id).run((client) => client.advanced.archivePoint(id, { signal })));
      } catch (error) {
        if (isCancelled(error)) return;
        if (points.length === 1) throw error;
        failures.push(failureOf(error));
      }
    }
  });
  for (const jobId of jobs) stores.jobs.track(jobId);
  await stores.jobs.refresh();
  tell({ ui }, { jobs, failures, all: points.length });
}

function tell(
  { ui }: Pick<CommandContext, 'ui'>,
  { jobs, failures, all }: { jobs: readonly string[]; failures: readonly Failure[]; all: number },
): void {
  const [job] = jobs;
  if (job !== undefined) {
    ui.toast({
      level: 'info',
      text:
        jobs.length === 1
          ? t('The recovery point is being moved to the archive. Its job is in the Jobs view.')
          : t('{0} recovery points are being moved to the archive. Their jobs are in the Jobs view.', jobs.length),
      actions: [
        jobs.length === 1
          ? { title: t('Open job'), command: COMMANDS.jobOpen, targets: [{ kind: 'job', jobId: job }] }
          : { title: t('Open jobs list'), command: COMMANDS.jobsOpenList },
      ],
    });
  }
  if (failures.length > 0) {
    const reasons = Array.from(new Set(failures.map(failureText))).join(' ');
    ui.toast({
      level: 'error',
      text: t('{0} of {1} recovery points were not moved to the archive. {2}', failures.length, all, reasons),
      actions: [{ title: t('Show log'), command: COMMANDS.showLog }],
    });
  }
}

/** Opens the restore form at the questions that a point of the archive brings along: rehydrating is a part of its restore. */
async function rehydrate(context: CommandContext, argument: unknown): Promise<void> {
  const target = await pointFor(context, argument, {
    title: t('Rehydrate from archive'),
    item: (itemId) => context.stores.links.provider(itemId) === 'azure',
    fits: needsRehydration,
    nothing: {
      sentence: t('No recovery point has to be rehydrated.'),
      advice: t('Every recovery point can be restored as it is: run "VM Backup: Restore".'),
    },
  });
  if (!target) return;
  const point = await pointAt(context, target);
  if (!needsRehydration(point)) throw notInArchive(context, point);
  await context.shell.openRestore({ machineId: target.machineId, pointId: point.id });
}

/** The machine that a command is about: the one of its row, or one that is chosen. */
async function archivableMachine(
  { stores, ui }: CommandContext,
  argument: unknown,
  title: string,
): Promise<Archivable | undefined> {
  await ensureWorld(stores);
  const target = targetOf(argument);
  const given = target && 'machineId' in target ? knownMachine(stores, target.machineId) : undefined;
  if (given && !isArchivable(given)) throw noArchive();
  const machine =
    given ??
    (await chooseMachine(stores, ui, {
      title,
      placeholder: t('Which machine?'),
      fits: isArchivable,
      nothing: {
        sentence: t('There is no recovery point in Azure.'),
        advice: t('Only Azure has an archive tier. Sign in to Azure, and back up a machine there.'),
      },
    }));
  return machine && isArchivable(machine) ? machine : undefined;
}

function isArchivable(machine: MachineFacts): machine is Archivable {
  const { provider, item } = machine;
  return provider === 'azure' && item?.lastRecoveryPointTime !== undefined && !item.softDeleted;
}

async function pointAt({ stores }: CommandContext, target: TargetOf<'point'>): Promise<RecoveryPoint> {
  if (stores.links.provider(target.pointId) !== 'azure') throw noArchive();
  await stores.machines.ensurePoints(target.itemId);
  const point = findById(stores.machines.points(target.itemId).value, target.pointId);
  if (!point) throw new AppError('PointGone', t('The recovery point is not there any more.'));
  return point;
}

function noArchive(): AppError {
  return new AppError('NoArchiveTier', t('Only recovery points in Azure can be in an archive.'), {
    details: { recommendation: t('This command is on the rows of recovery points in Azure.') },
  });
}

function notForArchive({ stores }: CommandContext, point: RecoveryPoint): AppError {
  const moment = momentText(point.time, stores.clock.now(), stores.known.pointZone(point.id));
  if (point.tiers.includes('ArchivedRP')) {
    return new AppError('InArchive', t('The recovery point {0} is in the archive already.', moment));
  }
  return new AppError('NotForArchive', t('The recovery point {0} cannot be moved to the archive.', moment), {
    details: { recommendation: point.archiving?.reason ?? eligibleWords() },
  });
}

function notInArchive({ stores }: CommandContext, point: RecoveryPoint): AppError {
  const moment = momentText(point.time, stores.clock.now(), stores.known.pointZone(point.id));
  return new AppError('NotInArchive', t('The recovery point {0} need not be rehydrated.', moment), {
    details: { recommendation: t('It can be restored as it is: it is stored in {0}.', tierWords(point)) },
  });
}

/** Why the points of a machine stay where they are: the service's own words, and the rule. */
function reasonsOf(points: readonly RecoveryPoint[]): string {
  const reasons = points.flatMap(({ archiving }) => archiving?.reason ?? []);
  return Array.from(new Set([...reasons, eligibleWords()])).join(' ');
}

/** The rule of the service (Azure Backup documentation). */
function eligibleWords(): string {
  return t(
    'Azure moves monthly and yearly recovery points that have been in the vault for three months and are kept for six more.',
  );
}
