import type { RestoreProblem } from '../../client/connection';
import { needsRehydration, REHYDRATION_DAYS } from '../../domain/archiveTier';
import { AppError } from '../../domain/errors';
import { machineNameProblem } from '../../domain/names';
import { formatBytes } from '../../domain/sizes';
import { isRestore } from '../../domain/states';
import type { Job, RecoveryPoint } from '../../domain/views';
import type { RestoreCheck, RestoreDisk, RestoreForm } from '../../messages/restore';
import { t } from '../text';
import { type Failure, failureOf, failureText } from './failure';
import { durationText, facts, momentText } from './format';
import { type MachineFacts, zoneOf } from './machineFacts';
import { pathProblem } from './paths';
import { consistencyWords } from './pointView';
import { chosenBytes, isTaken, rehydrationOf } from './restorePlan';

/** What was asked for the checks. A member is absent until its answer is there. */
export interface Found {
  /** Whether the vault can be read, or why not; never asked on Azure, which reads it itself. */
  readonly vault?: 'readable' | Failure;
  /** Bytes that the target's drive has left. */
  readonly freeBytes?: number | 'unknown';
  /** What the service says to the request, or why it could not be asked. */
  readonly service?: readonly RestoreProblem[] | Failure;
}

export interface CheckFacts {
  readonly form: RestoreForm;
  readonly found: Found;
  readonly machine: MachineFacts;
  readonly machines: readonly MachineFacts[];
  readonly point: RecoveryPoint | undefined;
  /** Disks of the point. */
  readonly disks: readonly RestoreDisk[];
  /** Restores write to folders of this computer. */
  readonly inFolders: boolean;
  /** Whether a new machine is connected to a network. */
  readonly hasNetworks: boolean;
  readonly jobs: readonly Job[];
  readonly now: number;
}

type Line = Omit<RestoreCheck, 'id' | 'title'>;

/** The check of which the service's problems are about; all others stand in its own line. */
const CHECK_OF: Readonly<Record<string, string>> = {
  LocalTargetNotWritable: 'folder',
  LocalTargetNotAbsolute: 'folder',
  LocalTargetMissing: 'folder',
  LocalTargetNoSpace: 'space',
  LocalRestoreNameTaken: 'name',
  InvalidResourceName: 'name',
  ResourceGroupNotFound: 'name',
  UserErrorVmNotFoundV2: 'machine',
  LocalMachineRunning: 'machine',
  LocalEncryptedNotSupported: 'point',
};

/** How many of the last restores tell how long one takes. */
const MEASURED_RESTORES = 3;

/** The check column: what is known of a restore before it starts, each line with what to do about it. */
export function restoreChecks(world: CheckFacts): RestoreCheck[] {
  const { form, inFolders } = world;
  const own = lines([
    ['point', t('Recovery point'), pointLine(world)],
    ['rehydration', t('Rehydration'), isFromArchive(world) ? rehydrationLine(world) : undefined],
    ['jobs', t('Other jobs'), jobsLine(world)],
    ['vault', t('Vault'), inFolders ? vaultLine(world) : undefined],
    ['folder', t('Folder'), inFolders && form.target !== 'replaceDisks' ? folderLine(world) : undefined],
    ['account', t('Storage account'), inFolders ? undefined : accountLine(form)],
    ['name', t('New machine'), form.target === 'newMachine' ? nameLine(world) : undefined],
    ['network', t('Network'), form.target === 'newMachine' && world.hasNetworks ? networkLine(form) : undefined],
    ['machine', t('Machine'), form.target === 'replaceDisks' ? machineLine(world) : undefined],
    ['space', t('Free space'), inFolders ? spaceLine(world) : undefined],
  ]);
  const service = { id: 'service', title: inFolders ? t('Check by the engine') : t('Check by Azure') };
  const told = serviceLines(world, own);
  const merged = own.map((check) => ({ ...check, ...told.get(check.id) }));
  const last = told.get('service');
  return [
    ...merged,
    ...(last ? [{ ...service, ...last }] : []),
    { id: 'duration', title: t('Duration'), ...durationLine(world) },
  ];
}

/** True if nothing stands in the way and nothing is still being asked. */
export function isReady(checks: readonly RestoreCheck[]): boolean {
  return checks.every(({ kind }) => kind !== 'error' && kind !== 'running');
}

/** True if the request is whole, so that the service can be asked about it. */
export function canAskService(world: CheckFacts): boolean {
  return restoreChecks({ ...world, found: {} }).every(({ kind }) => kind !== 'error');
}

function lines(all: readonly (readonly [id: string, title: string, line: Line | undefined])[]): RestoreCheck[] {
  return all.flatMap(([id, title, line]) => (line ? [{ id, title, ...line }] : []));
}

function pointLine({ form, machine, point, inFolders, now }: CheckFacts): Line {
  if (!point) {
    return problem(t('The recovery point is not there any more.'), t('Choose another recovery point.'));
  }
  const words = facts(momentText(point.time, now, zoneOf(machine)), consistencyWords(point));
  if (point.encrypted !== true) return ok(words);
  if (form.target === 'replaceDisks') {
    return problem(t('Its disks are encrypted: they cannot take the place of others.'), encryptedAdvice(inFolders));
  }
  return inFolders
    ? ok(facts(words, t('encrypted, the keys are written beside the disks')))
    : ok(facts(words, t('encrypted')));
}

function isFromArchive({ point }: CheckFacts): boolean {
  return point !== undefined && needsRehydration(point);
}

function rehydrationLine(world: CheckFacts): Line {
  const rehydration = rehydrationOf(world);
  const { least, most } = REHYDRATION_DAYS;
  return rehydration
    ? warning(
        t('The recovery point is in the archive. Azure rehydrates it first, which takes hours and costs extra.'),
        t('It stays rehydrated for {0} days, which cannot be changed afterwards.', rehydration.days),
      )
    : problem(
        t('It is not said for how many days it stays rehydrated.'),
        t('Type a number from {0} to {1}.', least, most),
      );
}

function encryptedAdvice(inFolders: boolean): string {
  return inFolders
    ? t('Restore the disks to a folder; their keys are written beside them.')
    : t('Restore the disks, then attach them to a machine.');
}

function jobsLine({ machine }: CheckFacts): Line {
  const job = machine.running?.job;
  if (!job) return ok(t('None of {0} is running.', machine.name));
  return problem(
    isRestore(job.operation)
      ? t('A restore of {0} is running.', machine.name)
      : t('A backup of {0} is running.', machine.name),
    t('Wait until it has ended. This is then checked again by itself.'),
  );
}

function vaultLine({ found, machine }: CheckFacts): Line {
  const { vault } = found;
  const name = machine.vault?.name ?? '';
  if (vault === undefined) return running(t('Opening {0}…', name));
  if (vault === 'readable') return ok(t('{0} can be read.', name));
  return warning(failureText(vault), t('The restore reads the copy at the second site, if there is one.'));
}

function folderLine({ form, found }: CheckFacts): Line {
  const broken = pathProblem(form.folder);
  if (broken !== undefined) return problem(t('The folder is not complete.'), broken);
  const { service } = found;
  if (service === undefined) return running(t('Trying to write there…'));
  // A request that was refused for another reason, or never came, proves nothing about the folder.
  const isTried = !('code' in service) && service.every(({ code }) => CHECK_OF[code] !== undefined);
  return isTried ? ok(t('It can be written.')) : note(t('Not tried yet.'));
}

function accountLine({ storageAccountId }: RestoreForm): Line {
  return storageAccountId === ''
    ? problem(t('No storage account is chosen.'), t('Choose one that the disks are staged in.'))
    : ok(t('It is in the location of the recovery point.'));
}

function nameLine({ form, machines }: CheckFacts): Line {
  const { name, resourceGroup } = form;
  const broken = machineNameProblem(name);
  if (broken) return problem(t('The name cannot be used.'), broken.message);
  if (resourceGroup === '')
    return problem(t('There is no resource group.'), t('Create one with a vault, then open this form again.'));
  return isTaken(machines, form)
    ? problem(
        t('There is a machine {0} in {1} already.', name, resourceGroup),
        t('Choose another name, or replace the disks of that machine.'),
      )
    : ok(t('{0} is free in {1}.', name, resourceGroup));
}

function networkLine({ networkId, subnetId }: RestoreForm): Line {
  return networkId === '' || subnetId === ''
    ? problem(t('The new machine is connected to no subnet.'), t('Choose a virtual network and a subnet of it.'))
    : ok(t('It is in the location of the recovery point.'));
}

function machineLine({ machine, inFolders }: CheckFacts): Line {
  if (!machine.machine) {
    return problem(
      t('{0} is not found any more.', machine.name),
      t('Restore the disks to a folder, or as a new machine.'),
    );
  }
  // Azure stops a machine by itself.
  if (!inFolders) return ok(t('{0} is there.', machine.name));
  return machine.machine.power === 'running' ? stopFirst(machine.name) : ok(t('{0} is stopped.', machine.name));
}

function stopFirst(name: string): Line {
  return problem(t('{0} is running.', name), t('Stop it. This is then checked again by itself.'));
}

function spaceLine({ found, disks, form }: CheckFacts): Line | undefined {
  if (form.target !== 'replaceDisks' && pathProblem(form.folder) !== undefined) return undefined;
  const { freeBytes } = found;
  if (freeBytes === undefined) return running(t('Looking at the drive…'));
  if (freeBytes === 'unknown') return note(t('What is free is not known.'));
  const free = formatBytes(freeBytes);
  const needed = chosenBytes(disks, form);
  if (needed === undefined) return ok(t('{0} free.', free));
  return freeBytes >= needed
    ? ok(t('{0} free, at most {1} are written.', free, formatBytes(needed)))
    : warning(
        t('{0} free, the disks have {1}.', free, formatBytes(needed)),
        t('Only what is in use on the disks is written: that is less.'),
      );
}

/** The lines that the service's answer changes, by the id of their check. */
function serviceLines(world: CheckFacts, own: readonly RestoreCheck[]): Map<string, Line> {
  const { service } = world.found;
  if (service === undefined) {
    const stuck = own.some(({ kind }) => kind === 'error');
    return new Map([['service', stuck ? note(t('It is asked once the rest is right.')) : running(t('Asking…'))]]);
  }
  if ('code' in service) {
    return new Map([['service', warning(failureText(service), t('It is checked once more when the restore starts.'))]]);
  }
  if (service.length === 0) return new Map([['service', ok(t('Nothing stands in the way.'))]]);
  const there = new Set(own.map(({ id }) => id));
  return new Map(
    service.map((found) => {
      const id = CHECK_OF[found.code] ?? 'service';
      return [there.has(id) ? id : 'service', problemLine(found, world)];
    }),
  );
}

function problemLine({ code, message, recommendation }: RestoreProblem, { machine }: CheckFacts): Line {
  // What the engine advises is meant for a backup.
  if (code === 'LocalMachineRunning') return stopFirst(machine.name);
  const details = recommendation === undefined ? {} : { recommendation };
  const told = failureOf(new AppError(code, message, { details }));
  return problem(told.message, told.recommendation);
}

function durationLine(world: CheckFacts): Line {
  const { jobs, machine } = world;
  if (isFromArchive(world)) return note(t('Hours: the recovery point is rehydrated first.'));
  const times = jobs
    .filter(({ operation, status }) => isRestore(operation) && status === 'Completed')
    .toSorted((a, b) => b.startTime - a.startTime)
    .slice(0, MEASURED_RESTORES)
    .map(({ durationMs }) => durationMs);
  if (times.length === 0) return note(t('Not known yet: {0} was not restored in the last 30 days.', machine.name));
  const usual = times.reduce((sum, time) => sum + time, 0) / times.length;
  return note(t('About {0}, as the last restores.', durationText(usual)));
}

function ok(text: string): Line {
  return { kind: 'ok', text };
}

function running(text: string): Line {
  return { kind: 'running', text };
}

function note(text: string): Line {
  return { kind: 'off', text };
}

function warning(text: string, advice: string): Line {
  return { kind: 'warning', text, advice };
}

function problem(text: string, advice: string | undefined): Line {
  return { kind: 'error', text, ...(advice !== undefined && { advice }) };
}
