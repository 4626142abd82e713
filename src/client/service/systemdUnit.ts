import type { ServiceDefinition } from './definition';

/**
 * The unit of a service for `systemctl --user` (systemd.unit(5), systemd.service(5), systemd.exec(5)). It comes back
 * whenever it ends by itself: an engine hands over to a newer version by ending. Five ends within five minutes are given up.
 */
export function systemdUnit({ description, program, args, environment, logFile }: ServiceDefinition): string {
  const variables = Object.entries(environment).map(([name, value]) => quoted(`${name}=${value}`));
  return `[Unit]
Description=${specifiers(description)}
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
ExecStart=:${[program, ...args].map(quoted).join(' ')}
Environment=${variables.join(' ')}
StandardOutput=null
StandardError=append:${specifiers(logFile)}
Restart=always
RestartSec=10
TimeoutStopSec=60

[Install]
WantedBy=default.target
`;
}

/** A word in double quotes. The colon before the program keeps `$` as it is. */
function quoted(word: string): string {
  return `"${specifiers(word).replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

/** `%` begins a specifier everywhere in a unit. */
function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
