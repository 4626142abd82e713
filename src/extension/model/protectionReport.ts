import { t } from '../text';
import type { Alert } from './alerts';
import { csvText } from './csv';
import { fullTimeText, isoDate, plainMarkdown } from './format';
import { isProtected, type MachineFacts, machineState } from './machineFacts';
import { machineStateWords } from './machineView';
import { policyWords } from './policyView';

/** The forms that a report is written in. */
export const REPORT_FORMATS = ['markdown', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportWorld {
  readonly machines: readonly MachineFacts[];
  readonly alerts: readonly Alert[];
  /** Where a machine is kept: the name of its subscription, or of this computer. */
  readonly placeOf: (machineId: string) => string;
  /** ms UTC. */
  readonly now: number;
}

interface ReportRow {
  readonly machine: string;
  readonly place: string;
  readonly location: string;
  readonly state: string;
  readonly vault: string;
  readonly policy: string;
  /** ISO 8601 in UTC, empty where there is none. */
  readonly lastBackup: string;
  readonly newestPoint: string;
  /** `null` where the service does not tell it. */
  readonly points: number | null;
}

/** What is protected, by what, and since when it has a point to go back to. It has no ids: it is made to be shown to others. */
export function protectionReport(format: ReportFormat, world: ReportWorld): string {
  const rows = world.machines.map((machine) => rowOf(machine, world));
  switch (format) {
    case 'csv':
      return csvText([headings(), ...rows.map(cells)]);
    case 'json': {
      const alerts = world.alerts.map(({ sentence }) => sentence);
      return `${JSON.stringify({ written: isoTime(world.now), alerts, machines: rows }, undefined, 2)}\n`;
    }
    default:
      return markdown(rows, world);
  }
}

/** Name of the file without its folder: `protection-2026-11-22.md`. */
export function reportFileName(format: ReportFormat, now: number): string {
  return `protection-${isoDate(now)}.${EXTENSIONS[format]}`;
}

/** Ending of a file of each form. */
export const EXTENSIONS: { readonly [F in ReportFormat]: string } = { markdown: 'md', csv: 'csv', json: 'json' };

function markdown(rows: readonly ReportRow[], { machines, alerts, now }: ReportWorld): string {
  const bare = machines.filter((machine) => !isProtected(machine)).length;
  return [
    `# ${t('Protection report')}`,
    '',
    t('Written on {0}.', fullTimeText(now)),
    '',
    `- ${t('{0} of {1} machines are protected.', machines.length - bare, machines.length)}`,
    ...alerts.map(({ sentence }) => `- ${plainMarkdown(sentence)}`),
    '',
    tableLine(headings()),
    tableLine(headings().map(() => '---')),
    ...rows.map((row) => tableLine(cells(row).map(plainMarkdown))),
    '',
  ].join('\n');
}

function tableLine(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function headings(): string[] {
  return [
    t('Machine'),
    t('Kept in'),
    t('Location'),
    t('State'),
    t('Vault'),
    t('Policy'),
    t('Last backup'),
    t('Newest point'),
    t('Points'),
  ];
}

function cells(row: ReportRow): string[] {
  const { machine, place, location, state, vault, policy, lastBackup, newestPoint, points } = row;
  return [
    machine,
    place,
    location,
    state,
    vault,
    policy,
    lastBackup,
    newestPoint,
    points === null ? '' : String(points),
  ];
}

function rowOf(facts: MachineFacts, { placeOf }: ReportWorld): ReportRow {
  const { item, vault, policy, machine } = facts;
  return {
    machine: facts.name,
    place: placeOf(facts.machineId),
    location: machine?.location ?? vault?.location ?? '',
    state: machineStateWords(machineState(facts)),
    vault: vault?.name ?? '',
    policy: policy ? `${policy.name} (${policyWords(policy)})` : (item?.policyName ?? ''),
    lastBackup: isoTime(item?.lastBackupTime),
    newestPoint: isoTime(item?.lastRecoveryPointTime),
    points: facts.pointCount ?? null,
  };
}

function isoTime(moment: number | undefined): string {
  return moment === undefined ? '' : new Date(moment).toISOString();
}
