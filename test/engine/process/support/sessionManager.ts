import { writeFileSync } from 'node:fs';
import { SERVICE_FOLDER, type ServiceDefinition, START_SCRIPT } from '../../../../src/client/service/definition';
import type { ServiceManager, ServiceStatus } from '../../../../src/client/service/manager';
import type { Engines, Run } from './engines';

/** Runs services as processes of the test, as a session's manager does; it brings none back that has ended. */
export class SessionManager implements ServiceManager {
  readonly definition = '/session/vm-backup.service';
  installed?: ServiceDefinition;
  process?: Run;
  readonly #engines: Engines;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  async check(): Promise<void> {
    // It is there.
  }

  async install(service: ServiceDefinition): Promise<void> {
    await this.remove();
    this.installed = service;
    const at = service.args.findIndex((arg) => arg.endsWith(`${SERVICE_FOLDER}/${START_SCRIPT}`));
    const [script = '', ...args] = service.args.slice(at);
    this.process = this.#engines.service(script, ...args);
  }

  async remove(): Promise<void> {
    this.process?.child.kill('SIGTERM');
    await this.process?.code;
    this.process = undefined;
    this.installed = undefined;
  }

  async status(): Promise<ServiceStatus> {
    if (!this.installed) return { installed: false };
    const running = this.process?.child.exitCode === null;
    if (!running) {
      await this.process?.code;
      writeFileSync(this.installed.logFile, this.process?.output.stderr ?? '', { flag: 'a' });
    }
    return { installed: true, running, state: running ? 'active (running)' : 'failed (exit-code)' };
  }
}
