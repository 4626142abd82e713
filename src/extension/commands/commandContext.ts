import type { UserService } from '../../client/service/userService';
import type { VaultPolicy } from '../../domain/views';
import type { JobsFilter } from '../../messages/jobsList';
import type { HelpPage } from '../model/helpPages';
import type { LastPlaces } from '../model/lastPlaces';
import type { Mutes } from '../model/mutes';
import type { Stores } from '../model/stores';
import type { ViewChoices } from '../model/viewChoices';
import type { Ui } from '../ui/messages';
import type { CommandHandler } from './commandRunner';
import type { CommandId } from './ids';

/** What commands need of VS Code besides questions and messages. */
export interface Shell {
  showLog(): void;
  showView(view: 'machines' | 'vaults' | 'jobs'): Promise<void>;
  openWalkthrough(): Promise<void>;
  openJobLog(jobId: string): Promise<void>;
  openHelp(page: HelpPage): Promise<void>;
  openJob(jobId: string, options: { preserveFocus: boolean }): Promise<void>;
  /** Opens the list of all jobs, with a filter or as it was left. */
  openJobsList(filter?: JobsFilter): Promise<void>;
  /** Opens the calendar that asks until when to keep the points of backups, and starts them. */
  openKeepUntil(itemIds: readonly string[]): Promise<void>;
  /** Opens the panel of a machine, with one of its recovery points selected if it is named. */
  openMachine(key: { machineId: string; pointId?: string }, options: { preserveFocus: boolean }): Promise<void>;
  /** Opens the form that restores a machine, from one of its recovery points if it is named. */
  openRestore(key: { machineId: string; pointId?: string }): Promise<void>;
  /** Opens the dashboard of a vault, or of all without an id. */
  openVault(vaultId: string | undefined, options: { preserveFocus: boolean }): Promise<void>;
  /** Opens the policy form. @returns the saved policy, `undefined` if the form was closed */
  createPolicy(vaultId: string): Promise<VaultPolicy | undefined>;
  /** Opens the policy form for a saved policy. @returns the policy as saved, `undefined` if the form was closed */
  editPolicy(key: { vaultId: string; policyId: string }, at?: 'form' | 'preview'): Promise<VaultPolicy | undefined>;
  /** Shows the next page of the recovery points of an item, or of the jobs without one. */
  loadMore(itemId: string | undefined): void;
  /** Asks how much the log tells. */
  setLogLevel(): Promise<void>;
  /** Opens a page in the browser. */
  openExternal(url: string): Promise<void>;
  /** Shows a text as a document of its own that nobody has saved. */
  openText(text: string): Promise<void>;
  /** Versions and kind of computer, one fact a line; nothing that names a person or a folder. */
  environment(): readonly string[];
  /** The sample disks were changed: a step of the walkthrough. */
  labChanged(): void;
}

/** What the command handlers work with. */
export interface CommandContext {
  readonly stores: Stores;
  readonly ui: Ui;
  readonly shell: Shell;
  /** Which messages the person has muted. */
  readonly mutes: Mutes;
  readonly choices: ViewChoices;
  /** Where **Create Vault** made the last vault. */
  readonly places: LastPlaces;
  /** The engine of this computer as a service of the session. @throws AppError `EngineElsewhere`, `ServiceUnsupported` */
  readonly service: () => Promise<Pick<UserService, 'install' | 'remove' | 'state'>>;
}

export type Handlers = { readonly [Id in CommandId]: CommandHandler };
