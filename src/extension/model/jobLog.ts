import { formatBytes } from '../../domain/sizes';
import { t } from '../text';
import { durationText, fullTimeText } from './format';
import { type JobFacts, jobStateWords, jobTitle } from './jobView';

/** Everything that is known of a job as plain text: its log document, and what **Copy Details** copies. */
export function jobLogText(shown: JobFacts): string {
  const { job, statistics } = shown;
  const head = [
    `${jobTitle(job)} — ${jobStateWords(shown)}`,
    t('Started {0}', fullTimeText(job.startTime)),
    t('Duration {0}', durationText(job.durationMs)),
    `Id ${job.id}`,
  ];
  const properties = Object.entries(job.properties).map(([name, value]) => `${name}: ${value}`);
  const tasks = job.tasks.map(({ name, status, detail }) => [name, status, detail].filter(Boolean).join(' · '));
  const errors = job.errors.flatMap(({ code, title, message, recommendations }) => [
    [code, title, message].filter((part) => part !== '').join(' · '),
    ...recommendations.map((advice) => `  ${advice}`),
  ]);
  const phases = (statistics?.phases ?? []).map(({ phase, startTime, endTime }) =>
    endTime === undefined ? phase : `${phase} · ${durationText(endTime - startTime)}`,
  );
  const files = (statistics?.files ?? []).map(({ path, sizeBytes }) => `${path} · ${formatBytes(sizeBytes)}`);
  const log = (statistics?.log ?? []).map(
    ({ time, level, text }) => `${new Date(time).toISOString()} [${level}] ${text}`,
  );
  return [
    ...head,
    ...section(t('Errors'), errors),
    ...section(t('Details'), properties),
    ...section(t('Tasks'), tasks),
    ...section(t('Phases'), phases),
    ...section(t('Restored files'), files),
    ...section(t('Log'), log),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
