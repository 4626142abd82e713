import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceDefinition } from './definition';
import type { ServiceManager, ServiceStatus } from './manager';
import { type Run, runWell, unavailable } from './run';
import { systemdUnit } from './systemdUnit';
import { exists, writeTextFile } from './textFile';

const USER = '--user';

interface SystemdOptions {
  readonly name: string;
  /** Where the user's programs keep their settings: `$XDG_CONFIG_HOME`, or `~/.config`. */
  readonly configFolder: string;
  readonly userName: string;
  readonly run: Run;
}

/** Services of systemd's user manager: units in the user's own folder. */
export class Systemd implements ServiceManager {
  readonly definition: string;
  readonly #unit: string;
  readonly #userName: string;
  readonly #run: Run;

  constructor({ name, configFolder, userName, run }: SystemdOptions) {
    this.#unit = `${name}.service`;
    this.definition = join(configFolder, 'systemd', 'user', this.#unit);
    this.#userName = userName;
    this.#run = run;
  }

  async check(): Promise<void> {
    const answer = await this.#run('systemctl', [USER, 'show-environment']);
    if (answer.code !== 0) throw unavailable('systemctl --user', answer);
  }

  async install(service: ServiceDefinition): Promise<void> {
    await writeTextFile(this.definition, systemdUnit(service));
    await this.#well('daemon-reload');
    await this.#well('enable', this.#unit);
    // A unit that was given up earlier starts again only then; one that was not has nothing to forget.
    await this.#run('systemctl', [USER, 'reset-failed', this.#unit]);
    await this.#well('restart', this.#unit);
  }

  async remove(): Promise<void> {
    if (!(await exists(this.definition))) return;
    await this.check();
    await this.#well('disable', '--now', this.#unit);
    await rm(this.definition, { force: true });
    await this.#well('daemon-reload');
    await this.#run('systemctl', [USER, 'reset-failed', this.#unit]);
  }

  async status(): Promise<ServiceStatus> {
    if (!(await exists(this.definition))) return { installed: false };
    const answer = await this.#run('systemctl', [USER, 'show', this.#unit, '--property=ActiveState,SubState']);
    if (answer.code !== 0) throw unavailable('systemctl --user', answer);
    const { ActiveState: active = 'unknown', SubState: sub = 'unknown' } = properties(answer.stdout);
    const afterLogout = await this.#lingers();
    return {
      installed: true,
      state: `${active} (${sub})`,
      running: active === 'active',
      ...(afterLogout === undefined ? {} : { afterLogout }),
      ...(afterLogout === false ? { lingerBy: 'loginctl enable-linger' } : {}),
    };
  }

  /** Whether the user's services go on without a session; only a login manager knows. */
  async #lingers(): Promise<boolean | undefined> {
    const answer = await this.#run('loginctl', ['show-user', this.#userName, '--property=Linger']);
    const { Linger: linger } = properties(answer.stdout);
    return answer.code === 0 && linger !== undefined ? linger === 'yes' : undefined;
  }

  async #well(...args: string[]): Promise<void> {
    await runWell(this.#run, 'systemctl', [USER, ...args]);
  }
}

/** Lines of `NAME=value`. */
function properties(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(Array.from(text.matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]));
}
