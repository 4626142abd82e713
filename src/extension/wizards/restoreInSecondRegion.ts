import type { Connection, RestoreInput } from '../../client/connection';
import { needsRehydration } from '../../domain/archiveTier';
import { AppError } from '../../domain/errors';
import { DEFAULT_GROUP, sameLocation, sameName } from '../../domain/names';
import { isGeoRedundant } from '../../domain/vaultRules';
import type { Location, RecoveryPoint, ResourceGroup, StorageAccount } from '../../domain/views';
import { groupId, parseId, secondRegionJobId } from '../../protocol/ids';
import { COMMANDS } from '../commands/ids';
import { facts, momentText } from '../model/format';
import { type MachineFacts, zoneOf } from '../model/machineFacts';
import { pointDescription } from '../model/pointView';
import { secondRegionCommand } from '../model/restoreCommand';
import type { Stores } from '../model/stores';
import { replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { groupSteps } from './groupSteps';
import { askSummary, SUMMARY } from './summary';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

export interface SecondRegionContext {
  readonly stores: Stores;
  readonly ui: Ui;
  readonly openJob: (jobId: string) => Promise<void>;
}

/** What is restored, and where: the machine's vault and the region that it is copied to. */
interface Subject {
  readonly machine: MachineFacts;
  readonly itemId: string;
  readonly vaultId: string;
  readonly region: Location;
}

/** What can be chosen in the second region. */
interface Choices {
  /** Newest first. */
  readonly points: readonly RecoveryPoint[];
  readonly accounts: readonly StorageAccount[];
  readonly groups: readonly ResourceGroup[];
}

interface Answers extends Choices {
  readonly point: RecoveryPoint;
  readonly account: StorageAccount;
  /** Name of an existing group; `undefined` for a new one. */
  readonly group: string | undefined;
  readonly newGroup: string;
  readonly now: number;
}

/**
 * Restores the disks of a machine in the second region of its vault. What stands in the way is said, with the way to change it; the
 * job is followed to its end, also by the next window.
 * @param isProposed the point that the question begins at, the newest if it is not there
 */
export async function restoreInSecondRegion(
  context: SecondRegionContext,
  machine: MachineFacts,
  isProposed: (point: RecoveryPoint) => boolean = () => false,
): Promise<void> {
  const { stores, ui, openJob } = context;
  const subject = await subjectOf(context, machine);
  if (!subject) return;
  const { itemId, vaultId, region } = subject;
  const link = stores.links.of(itemId);
  const choices = await ui.progress(
    t('Asking {0} for the recovery points of {1}', region.displayName, machine.name),
    (_, signal) => link.run((client) => readChoices(client, subject, signal)),
  );
  const answers = await runWizard(
    ui.prompts,
    wizardOf(ui, subject),
    startOf(choices, subject, { now: stores.clock.now(), isProposed }),
  );
  if (!answers) return;
  const name = await ui.progress(t('Starting the restore in {0}', region.displayName), (report, signal) =>
    link.run(async (client) => {
      if (answers.group === undefined) {
        report(t('Creating resource group {0}', answers.newGroup));
        await client.createResourceGroup({ name: answers.newGroup, location: region.name }, { signal });
      }
      report(t('Asking Azure for access to the second region'));
      return client.advanced.restoreInSecondRegion(inputOf(answers, subject), { signal });
    }),
  );
  const jobId = secondRegionJobId(vaultId, region.name, name);
  stores.jobs.track(jobId);
  await stores.jobs.refresh();
  await openJob(jobId);
}

/** The vault's second region; `undefined` after what it lacks was said. */
async function subjectOf({ stores, ui }: SecondRegionContext, machine: MachineFacts): Promise<Subject | undefined> {
  const { item, vault } = machine;
  if (!item || !vault) throw new AppError('NotProtected', t('{0} is in no vault.', machine.name));
  const link = stores.links.of(vault.id);
  const known = { machine, itemId: item.id, vaultId: vault.id };
  // A vault whose own region is out of order cannot be asked: what is known of it counts.
  const isOn = vault.crossRegionRestore === true && isGeoRedundant(vault.replication);
  if (!isOn) {
    const { storage, settings } = await link.run(async (client) => ({
      storage: await client.vaultStorage(vault.id),
      settings: await client.advanced.vaultSettings(vault.id),
    }));
    const targets = [{ kind: 'vault', vaultId: vault.id } as const];
    if (!isGeoRedundant(storage.replication)) {
      ui.toast({
        level: 'warning',
        text: [
          t('The vault {0} has no second region: it uses {1}.', vault.name, replicationWords(storage.replication)),
          storage.locked
            ? t(
                'That is locked since its first machine was protected; protect {0} in a geo-redundant vault.',
                machine.name,
              )
            : t('Set its storage redundancy to geo-redundant, then switch on cross-region restore.'),
        ].join(' '),
        actions: storage.locked
          ? []
          : [{ title: t('Set storage redundancy'), command: COMMANDS.vaultSetRedundancy, targets }],
      });
      return undefined;
    }
    if (!settings.crossRegionRestore) {
      ui.toast({
        level: 'warning',
        text: t('Cross-region restore of the vault {0} is off. Switch it on in the settings of the vault.', vault.name),
        actions: [{ title: t('Vault settings'), command: COMMANDS.vaultSettings, targets }],
      });
      return undefined;
    }
  }
  const locations = await link.run((client) => client.locations());
  const own = locations.find(({ name }) => sameLocation(name, vault.location));
  const pair = own?.pairedWith;
  if (pair === undefined) {
    throw new AppError('NoSecondRegion', t('The region {0} has no second region.', own?.displayName ?? vault.location));
  }
  const region = locations.find(({ name }) => sameLocation(name, pair)) ?? { name: pair, displayName: pair };
  return { ...known, region };
}

async function readChoices(client: Connection, subject: Subject, signal: AbortSignal): Promise<Choices> {
  const { itemId, region, machine } = subject;
  const [points, accounts, groups] = await Promise.all([
    client.advanced.secondRegionPoints(itemId, { signal }),
    client.storageAccounts({ signal }),
    client.resourceGroups({ signal }),
  ]);
  if (points.length === 0) {
    throw new AppError(
      'NothingToChoose',
      t('There is no recovery point of {0} in {1} yet.', machine.name, region.displayName),
      { details: { recommendation: t('Azure copies recovery points there by itself. Try again in some hours.') } },
    );
  }
  const there = accounts.filter(({ location }) => sameLocation(location, region.name));
  if (there.length === 0) {
    throw new AppError('NothingToChoose', t('There is no storage account in {0}.', region.displayName), {
      details: { recommendation: t('Create one there in the Azure portal: the disks are staged in it.') },
    });
  }
  return { points: points.toSorted((a, b) => b.time - a.time), accounts: there, groups };
}

function startOf(
  choices: Choices,
  { machine }: Subject,
  { now, isProposed }: { now: number; isProposed: (point: RecoveryPoint) => boolean },
): Answers {
  const { points, accounts, groups } = choices;
  const ready = points.filter((one) => !needsRehydration(one));
  const point = ready.find(isProposed) ?? ready[0] ?? points[0];
  const account = accounts[0];
  if (!point || !account) throw new AppError('NothingToChoose', t('There is no recovery point yet.'));
  const near = parseId(machine.machineId)?.resourceGroup;
  const group = (groups.find(({ name }) => near !== undefined && sameName(name, near)) ?? groups[0])?.name;
  return { ...choices, point, account, group, newGroup: DEFAULT_GROUP, now };
}

function wizardOf(ui: Ui, subject: Subject): Wizard<Answers> {
  const steps = [pointStep(subject), ...groupSteps<Answers>(), accountStep(subject), summaryStep(ui, subject)];
  return { title: t('Restore {0} in {1}', subject.machine.name, subject.region.displayName), steps };
}

const pointStep = ({ machine }: Subject): WizardStep<Answers> => ({
  name: 'point',
  ask: async (ui, state) =>
    answered(
      await ui.pick<RecoveryPoint>({
        placeholder: t('Recovery point, as the second region has it'),
        items: state.points.map((point) => ({
          value: point,
          label: momentText(point.time, state.now, zoneOf(machine)),
          description: pointDescription(point, zoneOf(machine)),
          ...(needsRehydration(point)
            ? {
                disabled: true,
                detail: t('It is in the archive: restore it in the region of the vault, where it can be rehydrated.'),
              }
            : {}),
        })),
        preset: ({ id }) => id === state.point.id,
      }),
      (point) => ({ ...state, point }),
    ),
});

const accountStep = ({ region }: Subject): WizardStep<Answers> => ({
  name: 'account',
  ask: async (ui, state) =>
    answered(
      await ui.pick<StorageAccount>({
        placeholder: t('Storage account in {0} that the disks are staged in', region.displayName),
        items: state.accounts.map((account) => ({
          value: account,
          label: account.name,
          description: account.resourceGroup,
        })),
        preset: ({ id }) => id === state.account.id,
      }),
      (account) => ({ ...state, account }),
    ),
});

const summaryStep = (outer: Ui, subject: Subject): WizardStep<Answers> => ({
  name: SUMMARY,
  ask: (ui, state) => {
    const zone = zoneOf(subject.machine);
    return askSummary(ui, state, {
      placeholder: t('Check, then restore'),
      action: t('Restore'),
      actionDetail: t('All disks are restored in {0}. The machine is not touched.', subject.region.displayName),
      extras: [
        {
          label: t('$(copy) Copy as az CLI'),
          run: () =>
            outer.copy(
              secondRegionCommand({
                pointId: state.point.id,
                storageAccountId: state.account.id,
                resourceGroup: state.group ?? state.newGroup,
              }),
            ),
        },
      ],
      rows: [
        {
          label: t('Recovery point'),
          value: facts(momentText(state.point.time, state.now, zone), pointDescription(state.point, zone)),
          change: { step: 'point' },
        },
        {
          label: t('Resource group'),
          value: state.group ?? t('{0} (new)', state.newGroup),
          change: { step: state.groups.length > 0 ? 'group' : 'newGroup' },
        },
        { label: t('Staging storage account'), value: state.account.name, change: { step: 'account' } },
      ],
    });
  },
});

function inputOf({ point, account, group, newGroup }: Answers, { machine, region }: Subject): RestoreInput {
  const subscriptionId = parseId(machine.machineId)?.subscriptionId ?? '';
  return {
    pointId: point.id,
    machineId: machine.machineId,
    location: region.name,
    target: {
      kind: 'disks',
      storageAccountId: account.id,
      resourceGroupId: groupId(subscriptionId, group ?? newGroup),
    },
  };
}
