import { type PhaseRow, phaseRows } from '../../domain/jobPhases';
import { t } from '../text';
import { durationText, facts } from './format';
import { rowId } from './ids';
import { type JobFacts, statusIcon, statusWords } from './jobView';
import type { Provider } from './link';
import type { Row } from './row';

/** The statuses that stand for the states of phases that have no status of their own. */
const STATUS_OF = { waiting: 'NotStarted', running: 'InProgress', done: 'Completed', stopped: 'Failed' } as const;

/** Tree rows of what a job has gone through so far: its phases, or the tasks of the service. */
export function phasesOf(shown: JobFacts, options: { key: string; now: number; provider: Provider }): Row[] {
  return phaseRows(shown.job, shown.statistics, options.now).map((phase, at) => {
    const label = phaseWords(phase.name);
    const state = stateWords(phase);
    const { durationMs } = phase;
    const took = durationMs === undefined || phase.state === 'waiting' ? undefined : durationText(durationMs);
    const percent = phase.state === 'running' && phase.percent !== undefined ? `${phase.percent}%` : undefined;
    return {
      // A service may run the same task twice.
      id: rowId(options.key, 'task', shown.job.id, `${at} ${phase.name}`),
      label,
      description: facts(phase.state === 'done' && !phase.status ? undefined : state, percent, took, phase.detail),
      icon: statusIcon(phase.status ?? STATUS_OF[phase.state]),
      tokens: ['task', options.provider],
      children: 'none',
      spoken: [t('{0}, phase, {1}', label, state), percent, took, phase.detail].filter(Boolean).join(', '),
      // What can be done with a phase is done with its job.
      target: { kind: 'job', jobId: shown.job.id },
      opens: true,
    };
  });
}

function stateWords({ state, status }: PhaseRow): string {
  return status === undefined && state === 'stopped' ? t('Stopped here') : statusWords(status ?? STATUS_OF[state]);
}

/** A phase of our engine in words; tasks of Azure have the names that the service gives them. */
function phaseWords(name: string): string {
  switch (name) {
    case 'Queued':
      return t('Queued');
    case 'Prepare':
      return t('Prepare');
    case 'Read and store':
      return t('Read and store');
    case 'Commit':
      return t('Commit');
    case 'Restore':
      return t('Restore');
    case 'Verify':
      return t('Verify');
    default:
      return name;
  }
}
