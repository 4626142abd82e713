import { maskIds } from '../../domain/maskIds';
import { machineState } from './machineFacts';
import { knownMachines, type Stores } from './stores';

/**
 * What a report of a problem needs, as Markdown in English: versions, states and counts. Names, ids, folders, causes and
 * keys stay out, because reports are read by others.
 */
export function diagnosticsText(stores: Stores, environment: readonly string[]): string {
  const { engine, vaults, machines, jobs } = stores;
  const { state } = engine;
  const health = state.kind === 'ready' ? state.health : undefined;
  const parts = [machines.machines.failure, vaults.vaults.failure, jobs.failure];
  const failures = [...parts, ...vaults.branches.map(({ items }) => items.failure)];
  const codes = jobs.jobs.flatMap(({ errors }) => errors.map(({ code }) => String(code)));
  const lines = [
    '# VM Backup: diagnostics',
    ...section('Environment', environment),
    ...section('Engine', [
      `State: ${state.kind}${state.kind === 'failed' ? ` (${state.failure.code})` : ''}`,
      ...(health
        ? [
            `Version ${health.version}, Node.js ${health.node}`,
            `Running jobs: ${health.runningJobs}, protected items: ${health.protectedItems}`,
            `Schedules: ${health.pausedSince === undefined ? 'running' : 'paused'}`,
          ]
        : []),
    ]),
    ...section('Machines by state', counted(knownMachines(stores).map(machineState))),
    ...section('Vaults by replication', counted(vaults.branches.map(({ vault }) => vault.replication))),
    ...section(
      'Jobs by operation and status',
      counted(jobs.jobs.map(({ operation, status }) => `${operation} ${status}`)),
    ),
    ...section('Error codes of jobs', counted(codes)),
    ...section('What could not be read', counted(failures.flatMap((failure) => failure?.code ?? []))),
    '',
  ];
  // Nothing above names anybody; what a service calls its codes and states is its own.
  return maskIds(lines.join('\n'));
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', `## ${title}`, '', ...(lines.length === 0 ? ['- none'] : lines.map((line) => `- ${line}`))];
}

/** Each value and how often it is there, the most frequent first. */
function counted(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Array.from(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([value, count]) => `${value}: ${count}`);
}
