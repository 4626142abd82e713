import { sameName } from '../../domain/names';
import { formatBytes } from '../../domain/sizes';
import type { RecoveryPoint } from '../../domain/views';
import {
  type RestoreForm,
  type RestoreRequest,
  type RestoreResult,
  type RestoreSnapshot,
  restoreProtocol,
  sameRestoreForm,
} from '../../messages/restore';
import { restoreStrings } from '../../messages/restoreStrings';
import { idKey } from '../../protocol/ids';
import { type Failure, failureOf, failureText, isCancelled } from '../model/failure';
import { momentText, spanText } from '../model/format';
import { findById, lastName } from '../model/ids';
import { Lives, Signal } from '../model/life';
import type { Link } from '../model/link';
import { type MachineFacts, zoneOf } from '../model/machineFacts';
import { jobsOf } from '../model/machineJobs';
import { pointRows } from '../model/machinePage';
import { NewBytes } from '../model/newBytes';
import { type CheckFacts, canAskService, type Found, isReady, restoreChecks } from '../model/restoreChecks';
import { restoreCommand } from '../model/restoreCommand';
import {
  chosenBytes,
  chosenDisks,
  type RestoreChoices,
  readChoices,
  restoreDisksOf,
  restoreDraft,
  restoreOffer,
} from '../model/restorePlan';
import { askService, lookAtDrive, lookAtVault, startRestore } from '../model/restoreQuestions';
import { ensureWorld, knownMachine, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import type { PanelContent, PanelController, PanelKind } from './panelController';

export interface RestoreActions {
  readonly ui: Pick<Ui, 'copy' | 'modal' | 'prompts' | 'toast'>;
  /** Bytes that a folder of this computer has left, or will have once it is made. */
  readonly freeBytes: (folder: string) => Promise<number | undefined>;
  openJob(jobId: string): void;
}

/** What a form is opened for: a machine, and perhaps one of its recovery points. */
export interface RestoreKey {
  readonly machineId: string;
  readonly pointId?: string;
}

/** The restore form. */
export function restorePanelKind(
  stores: Stores,
  actions: RestoreActions,
): PanelKind<RestoreSnapshot, RestoreRequest, RestoreResult> {
  return {
    name: 'restore',
    protocol: restoreProtocol,
    strings: restoreStrings,
    control: ({ machineId, pointId }) =>
      machineId === undefined
        ? undefined
        : new RestoreController(stores, actions, { machineId, ...(pointId === undefined ? {} : { pointId }) }),
  };
}

/** Asks what to restore and where to, checks it while it is typed, and starts the restore. */
export class RestoreController implements PanelController<RestoreSnapshot, RestoreRequest, RestoreResult> {
  private readonly changed = new Signal();
  private readonly lives = new Lives();
  private readonly ended = new AbortController();
  private readonly newBytes: NewBytes;
  private choices: RestoreChoices | undefined;
  private choicesFailure: Failure | undefined;
  /** Points that were asked for by themselves: only then are their disks told. */
  private readonly detailed = new Map<string, RecoveryPoint>();
  private checked: { readonly form: RestoreForm; readonly found: Found; readonly about: string } | undefined;
  private checking = new AbortController();

  constructor(
    private readonly stores: Stores,
    private readonly actions: RestoreActions,
    private readonly key: RestoreKey,
  ) {
    const { machines, vaults, jobs } = stores;
    this.newBytes = new NewBytes(stores);
    this.lives.own(jobs.watch());
    for (const store of [machines, vaults, jobs]) this.lives.own(store.onDidChange(() => this.worldChanged()));
  }

  policyZone(): string | undefined {
    return zoneOf(this.machine);
  }

  get title(): string {
    return t('Restore {0}', this.machine?.name ?? lastName(this.key.machineId));
  }

  content(): PanelContent<RestoreSnapshot> {
    const { machine, choices } = this;
    const points = this.points;
    const sentence = this.obstacle();
    if (sentence !== undefined) return { kind: 'notice', sentence };
    if (!machine || !choices || !points) return { kind: 'notice', sentence: t('Reading the recovery points…') };
    const draft = this.draft(machine, choices, points);
    const form = this.checked?.form ?? draft;
    const world = this.world(form);
    const data: RestoreSnapshot = {
      machineName: machine.name,
      points: pointRows(points, this.jobsOf(machine), this.newBytes.of, zoneOf(machine)),
      disks: restoreDisksOf(machine, this.pointOf(form)),
      ...restoreOffer(choices, machine),
      draft,
      ...(this.checked && world ? { checked: this.checkedNow(world) } : {}),
      now: this.stores.clock.now(),
    };
    return { kind: 'snapshot', data };
  }

  async load(): Promise<void> {
    await ensureWorld(this.stores);
    const { item } = this.machine ?? {};
    await Promise.all([item && this.stores.machines.refreshPoints(item.id), this.readChoices()]);
    this.changed.fire();
    if (await this.newBytes.read(this.machine)) this.changed.fire();
  }

  async handle(request: RestoreRequest): Promise<RestoreResult> {
    switch (request.action) {
      case 'cancel':
        return { outcome: 'done' };
      case 'browse':
        return this.browse();
      case 'copyCommand':
        await this.copyCommand(request.form);
        return { outcome: 'stays' };
      case 'check':
        await this.check(request.form);
        return { outcome: 'stays' };
      default:
        return { outcome: (await this.restore(request.form)) ? 'done' : 'stays' };
    }
  }

  closesAfter({ outcome }: RestoreResult): boolean {
    return outcome === 'done';
  }

  readonly onDidChange = this.changed.on;

  dispose(): void {
    this.ended.abort();
    this.checking.abort();
    this.lives.dispose();
    this.changed.dispose();
  }

  /** The way to the subscription that the machine is in. */
  private get link(): Link {
    return this.stores.links.of(this.key.machineId);
  }

  private get machine(): MachineFacts | undefined {
    return knownMachine(this.stores, this.key.machineId);
  }

  private get points(): readonly RecoveryPoint[] | undefined {
    const { item } = this.machine ?? {};
    return item && this.stores.machines.points(item.id).value;
  }

  private jobsOf(machine: MachineFacts) {
    return jobsOf(this.stores.jobs.jobs, machine);
  }

  private pointOf({ pointId }: RestoreForm): RecoveryPoint | undefined {
    return this.detailed.get(idKey(pointId)) ?? findById(this.points, pointId);
  }

  /** Why there is nothing to fill in, as a sentence. */
  private obstacle(): string | undefined {
    const { machines, links } = this.stores;
    const { machine } = this;
    const pointsFailure = machine?.item && machines.points(machine.item.id).failure;
    const listed = machines.of(links.of(this.key.machineId));
    const failure = listed.failure ?? pointsFailure ?? this.choicesFailure;
    if (failure) return t('The form cannot be shown. {0}', failureText(failure));
    if (!machine) {
      return listed.value
        ? t('The machine {0} is not known any more. Close this page.', lastName(this.key.machineId))
        : t('Reading the machine…');
    }
    const isEmpty = machine.item === undefined || machine.item.softDeleted !== undefined || this.points?.length === 0;
    return isEmpty ? t('There is no recovery point of {0} to restore from. Close this page.', machine.name) : undefined;
  }

  private draft(machine: MachineFacts, choices: RestoreChoices, points: readonly RecoveryPoint[]): RestoreForm {
    const opened = this.key.pointId === undefined ? undefined : findById(points, this.key.pointId);
    const machines = knownMachines(this.stores);
    return restoreDraft(choices, machine, {
      pointId: (opened ?? points[0])?.id ?? '',
      taken: (name) => machines.some((other) => sameName(other.name, name)),
    });
  }

  private world(form: RestoreForm): CheckFacts | undefined {
    const { machine, choices, stores } = this;
    if (!machine || !choices) return undefined;
    const point = this.pointOf(form);
    return {
      form,
      found: this.checked?.found ?? {},
      machine,
      machines: knownMachines(stores),
      point,
      disks: restoreDisksOf(machine, point),
      inFolders: choices.inFolders,
      hasNetworks: choices.networks !== undefined,
      jobs: this.jobsOf(machine),
      now: stores.clock.now(),
    };
  }

  private checkedNow(world: CheckFacts): NonNullable<RestoreSnapshot['checked']> {
    const checks = restoreChecks(world);
    const ready = isReady(checks);
    return { form: world.form, checks, ready, canCopy: ready && restoreCommand(world) !== undefined };
  }

  private async readChoices(): Promise<void> {
    const { signal } = this.ended;
    try {
      this.choices = await this.link.run((client) => readChoices(client, signal));
    } catch (error) {
      if (!isCancelled(error)) this.choicesFailure = failureOf(error);
    }
  }

  /** Checks a form: what this computer knows at once, the rest as it is answered. A later check ends an earlier one. */
  private async check(form: RestoreForm): Promise<void> {
    this.checking.abort();
    const checking = new AbortController();
    this.checking = checking;
    this.checked = { form, found: {}, about: this.about() };
    const learn = (found: Found) => {
      if (this.checking !== checking || checking.signal.aborted || !this.checked) return;
      this.checked = { ...this.checked, found: { ...this.checked.found, ...found } };
      this.changed.fire();
    };
    await this.readPoint(form.pointId, checking.signal);
    this.changed.fire();
    const world = this.world(form);
    if (!world || checking.signal.aborted) return;
    await Promise.all([
      lookAtVault(this.link, world).then((vault) => learn({ vault })),
      lookAtDrive(world, this.actions.freeBytes).then((freeBytes) => learn({ freeBytes })),
      canAskService(world)
        ? askService(this.link, world, checking.signal).then((service) => service && learn({ service }))
        : undefined,
    ]);
  }

  /** A machine that was stopped or a job that has ended changes what can be done. */
  private worldChanged(): void {
    if (this.checked && this.checked.about !== this.about()) void this.check(this.checked.form);
    else this.changed.fire();
  }

  /** What the checks of this computer depend on, besides the form. */
  private about(): string {
    const { machine } = this;
    return JSON.stringify([machine?.running?.job.id, machine?.machine?.power, machine?.machine === undefined]);
  }

  private async readPoint(pointId: string, signal: AbortSignal): Promise<void> {
    if (this.detailed.has(idKey(pointId))) return;
    try {
      const point = await this.link.run((client) => client.recoveryPoint(pointId, { signal }));
      this.detailed.set(idKey(pointId), point);
    } catch {
      // The list knows the point as well, but for its disks; one that is gone is told by its check.
    }
  }

  private async copyCommand(form: RestoreForm): Promise<void> {
    const world = this.world(form);
    const command = world && restoreCommand(world);
    if (command === undefined) return;
    await this.actions.ui.copy(command);
    this.actions.ui.toast({ level: 'info', text: t('The command is copied.') });
  }

  private async browse(): Promise<RestoreResult> {
    const [folder] = await this.actions.ui.prompts.openDialog({
      title: t('Folder for the restored disks'),
      button: t('Restore here'),
      many: false,
      folders: true,
    });
    return folder === undefined ? { outcome: 'stays' } : { outcome: 'folder', folder };
  }

  /** @returns whether a restore was started */
  private async restore(form: RestoreForm): Promise<boolean> {
    if (!this.isChecked(form)) await this.check(form);
    const world = this.world(form);
    if (!world || !this.isChecked(form)) return false;
    if (form.target === 'replaceDisks' && !(await this.agreesToReplace(world))) return false;
    const jobId = await startRestore(this.link, world);
    this.stores.jobs.track(jobId);
    await this.stores.jobs.refresh();
    this.actions.openJob(jobId);
    return true;
  }

  /** True if exactly this form was checked and nothing was found. */
  private isChecked(form: RestoreForm): boolean {
    const world = this.world(form);
    return (
      world !== undefined &&
      this.checked !== undefined &&
      sameRestoreForm(this.checked.form, form) &&
      isReady(restoreChecks(world))
    );
  }

  /** Asks before the disks of a machine are replaced: which, by what, and what is lost. */
  private async agreesToReplace({ form, machine, point, disks, inFolders, now }: CheckFacts): Promise<boolean> {
    if (!point || !sameName(form.typedName.trim(), machine.name)) return false;
    const count = chosenDisks(disks, form).length;
    const bytes = chosenBytes(disks, form);
    const size = bytes === undefined ? '' : ` (${formatBytes(bytes)})`;
    const yes = t('Replace disks');
    const chosen = await this.actions.ui.modal({
      text:
        count === 1
          ? t(
              'Replace 1 disk of {0}{1} by the recovery point {2}?',
              machine.name,
              size,
              momentText(point.time, now, zoneOf(machine)),
            )
          : t(
              'Replace {0} disks of {1}{2} by the recovery point {3}?',
              count,
              machine.name,
              size,
              momentText(point.time, now, zoneOf(machine)),
            ),
      detail: [
        t('The machine loses what was written to them in the last {0}.', spanText(now - point.time)),
        inFolders
          ? t(
              'The present disk images stay beside the new ones, named <name>.before-restore-<time>, until somebody removes them.',
            )
          : t('Azure keeps the present disks in the resource group until somebody deletes them.'),
      ].join(' '),
      actions: [yes],
    });
    return chosen === yes;
  }
}
