import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceDefinition } from './definition';
import type { ServiceManager, ServiceStatus } from './manager';
import { type Run, runWell, unavailable } from './run';
import { scheduledTask, TASK_SCRIPT, taskScript } from './scheduledTask';
import { writeTextFile } from './textFile';

interface TaskSchedulerOptions {
  readonly name: string;
  /** Absolute folder that the task's script and description are written to. */
  readonly folder: string;
  /** The user as `DOMAIN\name`. */
  readonly user: string;
  readonly run: Run;
}

/** Services as tasks of Windows that start at log-in. */
export class TaskScheduler implements ServiceManager {
  /** The name of the task. */
  readonly definition: string;
  readonly #folder: string;
  readonly #user: string;
  readonly #run: Run;

  constructor({ name, folder, user, run }: TaskSchedulerOptions) {
    this.definition = name;
    this.#folder = folder;
    this.#user = user;
    this.#run = run;
  }

  async check(): Promise<void> {
    const answer = await this.#run('schtasks', ['/Query', '/FO', 'CSV', '/NH']);
    if (answer.code !== 0) throw unavailable('schtasks', answer);
  }

  async install(service: ServiceDefinition): Promise<void> {
    await writeTextFile(join(this.#folder, TASK_SCRIPT), taskScript(service));
    const file = join(this.#folder, 'task.xml');
    const text = scheduledTask(service, { user: this.#user, folder: this.#folder });
    await writeTextFile(file, Buffer.from(`\uFEFF${text}`, 'utf16le')); // schtasks takes nothing else
    await this.#run('schtasks', ['/End', '/TN', this.definition]); // an earlier one; there may be none
    await runWell(this.#run, 'schtasks', ['/Create', '/TN', this.definition, '/XML', file, '/F']);
    await runWell(this.#run, 'schtasks', ['/Run', '/TN', this.definition]);
  }

  async remove(): Promise<void> {
    if (!(await this.#isThere())) return;
    await this.#run('schtasks', ['/End', '/TN', this.definition]); // fails for a task that does not run
    await runWell(this.#run, 'schtasks', ['/Delete', '/TN', this.definition, '/F']);
    await rm(join(this.#folder, 'task.xml'), { force: true });
  }

  /** What schtasks says of a task's state is in the user's language, so only the engine tells whether it runs. */
  async status(): Promise<ServiceStatus> {
    return { installed: await this.#isThere(), afterLogout: false };
  }

  async #isThere(): Promise<boolean> {
    const { code } = await this.#run('schtasks', ['/Query', '/TN', this.definition]);
    if (code === 0) return true;
    await this.check();
    return false;
  }
}
