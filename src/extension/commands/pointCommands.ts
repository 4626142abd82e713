import { needsRehydration } from '../../domain/archiveTier';
import { AppError } from '../../domain/errors';
import type { RecoveryPoint } from '../../domain/views';
import { momentText } from '../model/format';
import { findById } from '../model/ids';
import { type MachineFacts, zoneOf } from '../model/machineFacts';
import { pointDescription } from '../model/pointView';
import { ensureWorld, knownMachine, type Stores } from '../model/stores';
import { type TargetOf, targetOf } from '../model/target';
import { t } from '../text';
import { ONE_QUESTION } from '../ui/prompts';
import { chooseMachine, nothingToChoose } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

type PointTarget = TargetOf<'point'>;

/** Commands about single recovery points. */
export function pointCommands(context: CommandContext) {
  return {
    [COMMANDS.pointPin]: {
      run: async (argument: unknown) => {
        const target = await pointFor(context, argument, holdQuestion(t('Keep until released'), false));
        if (target) await pin(context, target);
      },
      retry: true,
    },
    [COMMANDS.pointUnpin]: {
      run: async (argument: unknown) => {
        const target = await pointFor(context, argument, holdQuestion(t('Remove hold'), true));
        if (target) await unpin(context, target);
      },
      retry: true,
    },
    [COMMANDS.restoreFiles]: {
      run: async (argument: unknown) => {
        const target = await pointFor(context, argument, filesQuestion(context));
        if (!target) return;
        if (!isOfAzure(context, target.itemId)) throw notOfAzure();
        const { stores, ui, shell } = context;
        const openExternal = (url: string) => shell.openExternal(url);
        const { recoverFiles } = await import('../wizards/recoverFiles');
        await recoverFiles({ stores, ui, recoveries: stores.azure.recoveries, openExternal }, target);
      },
      retry: true,
    },
  } satisfies Partial<Handlers>;
}

async function pin({ stores, ui }: CommandContext, target: PointTarget): Promise<void> {
  const answer = await ui.prompts.input({
    title: t('Keep until released'),
    ...ONE_QUESTION,
    prompt: t('Why is the recovery point kept? It is not removed until you remove the hold.'),
    placeholder: t('Example: before upgrade'),
    value: '',
    problem: (text) => (text === '' ? t('Say why, so that it is known later.') : undefined),
  });
  if (answer.kind === 'back') return;
  await stores.engine.run((client) => client.local.holdPoint(target.pointId, answer.value));
  await stores.machines.refreshPoints(target.itemId);
  ui.toast({
    level: 'info',
    text: t('The recovery point is kept until you remove the hold.'),
    actions: [{ title: t('Undo'), command: COMMANDS.pointUnpin, targets: [target] }],
  });
}

async function unpin({ stores, ui }: CommandContext, target: PointTarget): Promise<void> {
  const point = findById(stores.machines.points(target.itemId).value, target.pointId);
  const yes = t('Remove hold');
  if (point?.expiryTime !== undefined && point.expiryTime <= stores.clock.now()) {
    const chosen = await ui.modal({
      text: t(
        'Remove the hold of the recovery point {0}?',
        momentText(point.time, stores.clock.now(), stores.known.pointZone(point.id)),
      ),
      detail: t('Its time is over: it is removed within the hour.'),
      actions: [yes],
    });
    if (chosen !== yes) return;
  }
  await stores.engine.run((client) => client.local.releasePoint(target.pointId));
  await stores.machines.refreshPoints(target.itemId);
  ui.toast({ level: 'info', text: t('The hold is removed. The recovery point expires as its policy says.') });
}

/** Which recovery points a command is for. */
interface PointQuestion {
  readonly title: string;
  /** Whether points of the item are asked for at all. */
  readonly item?: (itemId: string) => boolean;
  readonly fits?: (point: RecoveryPoint) => boolean;
  /** What is said where no point fits. */
  readonly nothing: { readonly sentence: string; readonly advice: string };
}

function holdQuestion(title: string, held: boolean): PointQuestion {
  return {
    title,
    fits: ({ hold }) => (hold !== undefined) === held,
    nothing: held
      ? {
          sentence: t('No recovery point is on hold.'),
          advice: t('To hold one, run "VM Backup: Keep Until Released".'),
        }
      : {
          sentence: t('Every recovery point is on hold.'),
          advice: t('To end a hold, run "VM Backup: Remove Hold".'),
        },
  };
}

function filesQuestion(context: CommandContext): PointQuestion {
  return {
    title: t('Recover files'),
    item: (itemId) => isOfAzure(context, itemId),
    fits: (point) => !needsRehydration(point),
    nothing: {
      sentence: t('There is no recovery point to recover files from.'),
      advice: t('Back up the machine first. A recovery point in the archive is rehydrated by a restore of its disks.'),
    },
  };
}

function isOfAzure({ stores }: CommandContext, itemId: string): boolean {
  return stores.links.provider(itemId) === 'azure';
}

function notOfAzure(): AppError {
  return new AppError('NotInAzure', t('Azure mounts the recovery points of its own machines only.'), {
    details: {
      recommendation: t('Restore the disks to a folder with "VM Backup: Restore…" and take the files there.'),
    },
  });
}

/** The point that a command is about: the one of its row, or one that is chosen of those that fit. */
export async function pointFor(
  context: CommandContext,
  argument: unknown,
  { title, item = () => true, fits = () => true, nothing }: PointQuestion,
): Promise<PointTarget | undefined> {
  const target = targetOf(argument);
  if (target?.kind === 'point') return target;
  const { stores, ui } = context;
  const machine =
    target?.kind === 'machine'
      ? await knownWithItem(stores, target.machineId)
      : await chooseMachine(stores, ui, {
          title,
          placeholder: t('Which machine?'),
          fits: (known) => known.item?.lastRecoveryPointTime !== undefined && item(known.item.id),
          nothing: { sentence: t('There is no recovery point yet.'), advice: t('Back up a machine first.') },
        });
  if (!machine?.item) return undefined;
  const { id: itemId } = machine.item;
  await stores.machines.ensurePoints(itemId);
  const points = (stores.machines.points(itemId).value ?? []).filter(fits);
  if (points.length === 0) throw nothingToChoose(nothing);
  const now = stores.clock.now();
  const answer = await ui.prompts.pick<RecoveryPoint>({
    title,
    ...ONE_QUESTION,
    placeholder: t('Which recovery point?'),
    items: points.map((point) => ({
      value: point,
      label: momentText(point.time, now, zoneOf(machine)),
      description: pointDescription(point, zoneOf(machine)),
      ...(point.hold === undefined ? {} : { detail: point.hold }),
    })),
  });
  if (answer.kind === 'back') return undefined;
  return { kind: 'point', machineId: machine.machineId, itemId, pointId: answer.value.id };
}

async function knownWithItem(stores: Stores, machineId: string): Promise<MachineFacts | undefined> {
  await ensureWorld(stores);
  return knownMachine(stores, machineId);
}
