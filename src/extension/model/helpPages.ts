import { OLDEST_WINDOWS_AGENT } from '../../domain/agent';
import { type ErrorCode, errorCodes, errorEntry } from '../../domain/errorCatalogue';
import type { Job } from '../../domain/views';
import { t, translated } from '../text';
import { fullTimeText, plainMarkdown } from './format';
import { jobTitle } from './jobView';

/** A page of help: about the VM agent, about one failed job, or about every failure. */
export type HelpPage = { readonly kind: 'agent' | 'guide' } | { readonly kind: 'job'; readonly jobId: string };

/** Where the agents come from; the same addresses in every language. */
const WINDOWS_AGENT = 'https://go.microsoft.com/fwlink/?LinkID=394789';
const LINUX_AGENT = 'https://github.com/Azure/WALinuxAgent';

/** How to install, update and validate the VM agent, for both operating systems, as Markdown (SPEC §2.17). */
export function agentHelp(): string {
  const windows = t('Windows');
  const linux = t('Linux');
  const rows = [
    [
      t('Install the VM agent'),
      t('Download and install the [agent MSI]({0}) as an administrator.', WINDOWS_AGENT),
      t('Install the newest [Linux agent]({0}) as root, best from the packages of the distribution.', LINUX_AGENT),
    ],
    [
      t('Update the VM agent'),
      t('Install the agent again. Make sure that no backup runs meanwhile.'),
      t('Update the package of the agent. Make sure that no backup runs meanwhile.'),
    ],
    [
      t('Validate the installation'),
      t(
        'Open `C:\\WindowsAzure\\Packages`, and in the properties of `WaAppAgent.exe` the tab Details. The product version is {0} or higher.',
        OLDEST_WINDOWS_AGENT,
      ),
      t('Run `waagent --version`; `systemctl status walinuxagent` shows that it runs.'),
    ],
  ];
  return [
    `# ${t('The VM agent')}`,
    t(
      'A machine that runs is backed up consistently when its VM agent answers. One that is stopped needs no agent: its points are crash-consistent.',
    ),
    [
      `| ${t('Task')} | ${windows} | ${linux} |`,
      '| --- | --- | --- |',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
    ].join('\n'),
    `## ${t('The backup extension')}`,
    t(
      'The service installs and updates the backup extension through the agent by itself. Before a snapshot the extension flushes all writes of the machine.',
    ),
    '',
  ].join('\n\n');
}

/** What went wrong in a job, why, and what to do, as Markdown. */
export function jobHelp(job: Job): string {
  const [error] = job.errors;
  const steps = (error?.recommendations ?? []).map((advice, index) => `${index + 1}. ${plainMarkdown(advice)}`);
  return [
    `# ${plainMarkdown(jobTitle(job))}`,
    t('Started {0}', fullTimeText(job.startTime)),
    `## ${t('What happened')}`,
    plainMarkdown(error?.message || t('The job failed and gave no reason. View the full log for details.')),
    `## ${t('What to do')}`,
    steps.length > 0 ? steps.join('\n') : t('Try again. If it fails again, copy the details and look at the log.'),
    ...(error && isAboutAgent(error.title)
      ? [t('How to install, update and validate the agent: run "VM Backup: VM Agent Help".')]
      : []),
    `## ${t('Details')}`,
    [
      `- ${t('Code')}: ${plainMarkdown(error?.title || t('not known'))}${error?.code ? ` (${plainMarkdown(String(error.code))})` : ''}`,
      `- ${t('Machine')}: ${plainMarkdown(job.machineName)}`,
    ].join('\n'),
    '',
  ].join('\n\n');
}

/** Every failure of jobs and disks that this version knows, with its remedy, as Markdown. */
export function troubleshootingGuide(): string {
  return [
    `# ${t('Troubleshooting')}`,
    t('What can go wrong in backups and restores, and what to do about it.'),
    ...errorCodes().filter(isAboutJobs).map(guideEntry),
    '',
  ].join('\n\n');
}

function guideEntry(code: ErrorCode): string {
  const { title, message, recommendation } = errorEntry(code);
  return [
    `## ${plainMarkdown(title)}`,
    plainMarkdown(translated(message)),
    plainMarkdown(translated(recommendation)),
  ].join('\n\n');
}

/** Job failures of the service, and those of disks, restores and the local engine; not those of single requests. */
function isAboutJobs(code: ErrorCode): boolean {
  const { title, recommendation } = errorEntry(code);
  return recommendation !== '' && (title === code || code.startsWith('Local') || code.startsWith('Job'));
}

function isAboutAgent(title: string): boolean {
  return /agent|extension|vss/i.test(title);
}
