import { AppError } from '../../domain/errors';
import type { ProtectedItem } from '../../domain/views';
import { type KeepUntilRequest, type KeepUntilSnapshot, keepUntilProtocol } from '../../messages/keepUntil';
import { keepUntilStrings } from '../../messages/keepUntilStrings';
import type { Accepted, PanelKey } from '../../messages/protocol';
import { sameId } from '../model/ids';
import { endOfDay, keepUntilDays, keepUntilProblem } from '../model/keepUntil';
import { type Life, Lives } from '../model/life';
import { canBackUp } from '../model/machineView';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { PanelContent, PanelController, PanelKind } from './panelController';

export interface KeepUntilActions {
  /** Starts backups of these items and keeps their points until a moment (ms UTC). @returns the ids of the jobs */
  startBackups(items: readonly ProtectedItem[], until: number): Promise<readonly string[]>;
  /** Shows jobs that were started, in place of the calendar. */
  showJobs(jobIds: readonly string[]): void;
}

/** The calendar of **Back up now**. */
export function keepUntilPanelKind(
  stores: Stores,
  actions: KeepUntilActions,
): PanelKind<KeepUntilSnapshot, KeepUntilRequest, Accepted> {
  return {
    name: 'keepUntil',
    protocol: keepUntilProtocol,
    strings: keepUntilStrings,
    control: (key) => {
      const itemIds = itemIdsOf(key);
      return itemIds && new KeepUntilController(stores, actions, itemIds);
    },
  };
}

/** The key of a calendar for items. */
export function keepUntilKey(itemIds: readonly string[]): PanelKey {
  return { items: JSON.stringify(itemIds) };
}

/** Asks until when to keep the points of backups, then starts them. */
export class KeepUntilController implements PanelController<KeepUntilSnapshot, KeepUntilRequest, Accepted> {
  constructor(
    private readonly stores: Stores,
    private readonly actions: KeepUntilActions,
    private readonly itemIds: readonly string[],
  ) {}

  get title(): string {
    return t('Back up now');
  }

  content(): PanelContent<KeepUntilSnapshot> {
    const items = this.items();
    if (items.length > 0) {
      const machines = items.map(({ machineName }) => machineName);
      return { kind: 'snapshot', data: { machines, ...keepUntilDays(this.stores.clock.now()) } };
    }
    const { machines, vaults } = this.stores;
    const isRead = machines.machines.value !== undefined && vaults.vaults.value !== undefined;
    return {
      kind: 'notice',
      sentence: isRead
        ? t('This machine cannot be backed up now. Wait until its running job has ended, then start again.')
        : t('Reading the machine…'),
    };
  }

  async load(): Promise<void> {
    await ensureWorld(this.stores);
  }

  async handle(request: KeepUntilRequest): Promise<Accepted> {
    if (request.action === 'cancel') return { accepted: true };
    const problem = keepUntilProblem(request.date, this.stores.clock.now());
    const until = endOfDay(request.date);
    if (problem !== undefined || until === undefined) {
      const details = { recommendation: t('Choose another day.') };
      throw new AppError('KeepUntilRefused', problem ?? request.date, { details });
    }
    this.actions.showJobs(await this.actions.startBackups(this.items(), until));
    return { accepted: true };
  }

  closesAfter(): boolean {
    return true;
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    return lives;
  }

  dispose(): void {
    // Holds nothing.
  }

  private items(): ProtectedItem[] {
    return knownMachines(this.stores)
      .filter(canBackUp)
      .flatMap(({ item }) => item ?? [])
      .filter(({ id }) => this.itemIds.some((wanted) => sameId(wanted, id)));
  }
}

function itemIdsOf({ items }: PanelKey): string[] | undefined {
  try {
    const ids: unknown = JSON.parse(items ?? '');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : undefined;
  } catch {
    return undefined; // a key that an older version kept, or nobody: the panel says that it cannot be shown
  }
}
