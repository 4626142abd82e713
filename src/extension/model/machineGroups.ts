import { parseId } from '../../protocol/ids';
import { t } from '../text';
import type { FilterKey, Findable } from './filter';
import { type MachineFacts, type MachineState, machineState, restingState } from './machineFacts';
import { isSample, machineStateWords } from './machineView';
import type { Grouping } from './viewChoices';

/** Some machines under one heading. */
export interface MachineGroup {
  /** Stable, for the row's id. */
  readonly group: string;
  readonly label: string;
  readonly members: readonly MachineFacts[];
}

type StateGroup = 'attention' | 'pending' | 'protected' | 'stopped' | 'softDeleted' | 'notProtected' | 'cannotProtect';

/** Groups by state, from top; a running job leaves its machine where it is. */
const STATE_GROUPS: readonly StateGroup[] = [
  'attention',
  'pending',
  'protected',
  'stopped',
  'softDeleted',
  'notProtected',
  'cannotProtect',
];

/** Further words by which states are found: those of the interface and those that people use. */
const STATE_NAMES: { readonly [S in MachineState]: readonly string[] } = {
  busy: ['busy', 'running'],
  failed: ['failed', 'attention'],
  overdue: ['overdue', 'attention'],
  pending: ['pending'],
  protected: ['protected'],
  suspended: ['suspended'],
  stopped: ['stopped'],
  softDeleted: ['soft-deleted', 'deleted'],
  notProtected: ['unprotected', 'not-protected'],
  cannotProtect: ['cannot-be-protected', 'not-eligible'],
};

/** The machines under headings, empty ones left out. */
export function machineGroups(machines: readonly MachineFacts[], grouping: Grouping): MachineGroup[] {
  if (grouping === 'state') return stateGroups(machines);
  const groups = new Map<string, { label: string; members: MachineFacts[] }>();
  for (const machine of machines) {
    const label = headingOf(machine, grouping);
    const key = label.toLowerCase();
    const group = groups.get(key) ?? { label, members: [] };
    group.members.push(machine);
    groups.set(key, group);
  }
  return Array.from(groups, ([key, { label, members }]) => ({ group: `${grouping} ${key}`, label, members })).toSorted(
    (a, b) => a.label.localeCompare(b.label),
  );
}

/** The name of a grouping, as a choice. */
export function groupingWords(grouping: Grouping): string {
  const words: { readonly [G in Grouping]: string } = {
    state: t('State'),
    vault: t('Vault'),
    provider: t('Provider'),
    resourceGroup: t('Resource group'),
  };
  return words[grouping];
}

/** What a machine is found by in a filter. */
export function findableMachine(machine: MachineFacts): Findable {
  return { text: () => findableText(machine), values: (key) => findableValues(machine, key) };
}

function findableText(machine: MachineFacts): string {
  const { name, vault, policy } = machine;
  const states = statesOf(machine);
  const sample = isSample(machine) ? ['sample'] : [];
  const names = [vault?.name ?? '', policy?.name ?? '', ...states.flatMap((state) => STATE_NAMES[state])];
  return [name, groupOf(machine), ...names, ...states.map(machineStateWords), ...sample].join('\n');
}

function findableValues(machine: MachineFacts, key: FilterKey): readonly string[] {
  const { name, provider, vault, policy } = machine;
  switch (key) {
    case 'state':
      return statesOf(machine).flatMap((state) => STATE_NAMES[state]);
    case 'vault':
      return vault ? [vault.name.toLowerCase()] : [];
    case 'policy':
      return policy ? [policy.name.toLowerCase()] : [];
    case 'provider':
      return [provider];
    case 'rg':
      return [groupOf(machine).toLowerCase()];
    case 'machine':
      return [name.toLowerCase()];
    case 'tag':
      return Object.entries(machine.machine?.tags ?? {}).map(([tag, value]) => `${tag}=${value}`.toLowerCase());
    default:
      return [];
  }
}

/** The state that its row shows, and the one of its group. */
function statesOf(machine: MachineFacts): readonly MachineState[] {
  const [shown, resting] = [machineState(machine), restingState(machine)];
  return shown === resting ? [shown] : [shown, resting];
}

function stateGroups(machines: readonly MachineFacts[]): MachineGroup[] {
  const words: { readonly [S in StateGroup]: string } = {
    attention: t('Needs attention'),
    pending: t('Initial backup pending'),
    protected: t('Protected'),
    stopped: t('Protection stopped'),
    softDeleted: t('Soft-deleted'),
    notProtected: t('Not protected'),
    cannotProtect: t('Cannot be protected'),
  };
  return STATE_GROUPS.map((group) => ({
    group,
    label: words[group],
    members: machines.filter((machine) => stateGroupOf(machine) === group),
  })).filter(({ members }) => members.length > 0);
}

function stateGroupOf(machine: MachineFacts): StateGroup {
  const state = restingState(machine);
  switch (state) {
    case 'failed':
    case 'overdue':
      return 'attention';
    case 'suspended':
      return 'stopped';
    default:
      return state;
  }
}

function headingOf(machine: MachineFacts, grouping: Exclude<Grouping, 'state'>): string {
  switch (grouping) {
    case 'vault':
      return machine.vault?.name ?? t('In no vault');
    case 'provider':
      return machine.provider === 'local' ? t('This computer') : t('Azure');
    default:
      return groupOf(machine);
  }
}

function groupOf({ machine, machineId }: MachineFacts): string {
  return machine?.resourceGroup ?? parseId(machineId)?.resourceGroup ?? '';
}
