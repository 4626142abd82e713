import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceDefinition } from './definition';
import { launchAgent } from './launchAgent';
import type { ServiceManager, ServiceStatus } from './manager';
import { commandFailed, type Run, runWell, unavailable } from './run';
import { exists, writeTextFile } from './textFile';

/** What `launchctl bootout` ends with when the service is unloaded: it was, or it is being, or there was none. */
const NOT_LOADED = new Set([0, 3, 36, 113]);

/** Services of launchd: agents in the user's own folder, loaded into the graphical session. */
export class Launchd implements ServiceManager {
  readonly definition: string;
  readonly #session: string;
  readonly #target: string;
  readonly #run: Run;

  constructor({ name, home, uid, run }: { name: string; home: string; uid: number; run: Run }) {
    this.definition = join(home, 'Library', 'LaunchAgents', `${name}.plist`);
    this.#session = `gui/${uid}`;
    this.#target = `${this.#session}/${name}`;
    this.#run = run;
  }

  async check(): Promise<void> {
    const answer = await this.#run('launchctl', ['print', this.#session]);
    if (answer.code !== 0) throw unavailable(`launchctl print ${this.#session}`, answer);
  }

  async install(service: ServiceDefinition): Promise<void> {
    await writeTextFile(this.definition, launchAgent(service));
    await this.#unload();
    await runWell(this.#run, 'launchctl', ['bootstrap', this.#session, this.definition]);
  }

  async remove(): Promise<void> {
    if (!(await exists(this.definition))) return;
    await this.check();
    await this.#unload();
    await rm(this.definition, { force: true });
  }

  async status(): Promise<ServiceStatus> {
    if (!(await exists(this.definition))) return { installed: false };
    await this.check();
    const { code, stdout } = await this.#run('launchctl', ['print', this.#target]);
    if (code !== 0) return { installed: true, state: 'not loaded', running: false };
    const state = /^\s*state = (.+)$/m.exec(stdout)?.[1] ?? 'unknown';
    return { installed: true, state, running: state === 'running', afterLogout: false };
  }

  async #unload(): Promise<void> {
    const args = ['bootout', this.#target];
    const result = await this.#run('launchctl', args);
    if (result.code === undefined || !NOT_LOADED.has(result.code)) throw commandFailed('launchctl', args, result);
  }
}
