import type { ServiceDefinition } from './definition';
import { xmlText } from './xmlText';

/** Name of the script that a task runs, beside the engine's own; a task has no environment and no redirection. */
export const TASK_SCRIPT = 'start.cmd';

/**
 * The task of a service for `schtasks /Create /XML` (Task Scheduler schema 1.2): from log-in on, for this user alone, as
 * long as it takes, and without a window.
 * @param options.user the user as `DOMAIN\name`
 * @param options.folder absolute folder of the script
 */
export function scheduledTask(
  { description }: ServiceDefinition,
  { user, folder }: { readonly user: string; readonly folder: string },
): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xmlText(description)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${xmlText(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>5</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>--headless cmd.exe /d /c ${TASK_SCRIPT}</Arguments>
      <WorkingDirectory>${xmlText(folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** The script that a task runs. Paths are UTF-8, and `%` would name a variable. */
export function taskScript({ program, args, environment, logFile }: ServiceDefinition): string {
  return [
    '@echo off',
    'chcp 65001 >nul',
    ...Object.entries(environment).map(([name, value]) => `set ${word(`${name}=${value}`)}`),
    `${[program, ...args].map(word).join(' ')} >nul 2>>${word(logFile)}`,
    'exit /b %errorlevel%',
    '',
  ].join('\r\n');
}

/** A word of the script in double quotes, which no path of Windows has. */
function word(text: string): string {
  return `"${text.replaceAll('%', '%%')}"`;
}
