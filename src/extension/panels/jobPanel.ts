import { type JobRequest, type JobSnapshot, jobProtocol } from '../../messages/job';
import { jobStrings } from '../../messages/jobStrings';
import type { Accepted } from '../../messages/protocol';
import { COMMANDS, type CommandId } from '../commands/ids';
import { failureText } from '../model/failure';
import { lastName } from '../model/ids';
import { jobTitle } from '../model/jobView';
import { type Life, Lives } from '../model/life';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { PanelContent, PanelController, PanelKind } from './panelController';

/** Runs a command of the extension; its failures are shown by the command itself. */
export type Execute = (command: CommandId, ...targets: readonly Target[]) => void;

/** The job panel. */
export function jobPanelKind(stores: Stores, execute: Execute): PanelKind<JobSnapshot, JobRequest, Accepted> {
  return {
    name: 'job',
    protocol: jobProtocol,
    strings: jobStrings,
    control: ({ jobId }) => (jobId === undefined ? undefined : new JobController(stores, execute, jobId)),
  };
}

const COMMAND_OF: { readonly [A in JobRequest['action']]: CommandId } = {
  cancel: COMMANDS.jobCancel,
  retry: COMMANDS.jobRetry,
  explain: COMMANDS.jobTroubleshoot,
  openLog: COMMANDS.jobViewLog,
  openFolder: COMMANDS.jobOpenFolder,
};

/** Shows one job while it runs and after. */
export class JobController implements PanelController<JobSnapshot, JobRequest, Accepted> {
  private readonly watching: Life;

  constructor(
    private readonly stores: Stores,
    private readonly execute: Execute,
    private readonly jobId: string,
  ) {
    this.watching = stores.jobs.watchJob(jobId);
  }

  policyZone(): string | undefined {
    const job = this.stores.jobs.job(this.jobId);
    return job && this.stores.known.jobZone(job);
  }

  get title(): string {
    const job = this.stores.jobs.job(this.jobId);
    return job ? jobTitle(job) : t('Job');
  }

  content(): PanelContent<JobSnapshot> {
    const { jobs, vaults, clock } = this.stores;
    const job = jobs.job(this.jobId);
    const failure = jobs.failureAt(this.jobId) ?? jobs.jobFailure(this.jobId);
    if (!job) {
      if (!failure) return { kind: 'notice', sentence: t('Reading the job…') };
      return { kind: 'notice', sentence: t('This job cannot be shown. {0}', failureText(failure)) };
    }
    const statistics = jobs.statistics(this.jobId);
    const data: JobSnapshot = {
      job,
      ...(statistics ? { statistics } : {}),
      vaultName: vaults.branch(job.vaultId)?.vault.name ?? lastName(job.vaultId),
      now: clock.now(),
      connection: failure ? { state: 'lost', reason: failureText(failure) } : { state: 'live' },
    };
    return { kind: 'snapshot', data };
  }

  async load(): Promise<void> {
    await this.stores.vaults.ensure();
    await this.stores.jobs.refresh();
  }

  async handle(request: JobRequest): Promise<Accepted> {
    this.execute(COMMAND_OF[request.action], { kind: 'job', jobId: this.jobId });
    return { accepted: true };
  }

  closesAfter(): boolean {
    return false;
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.stores.engine.onDidChange(listener));
    return lives;
  }

  dispose(): void {
    this.watching.dispose();
  }
}
