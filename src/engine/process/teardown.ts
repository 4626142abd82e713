import type { Log } from './log';

type Step = () => void | Promise<void>;

/** What has to be undone at the end, last thing first. A step that fails is logged and never keeps back the others. */
export class Teardown {
  readonly #steps: { readonly name: string; readonly step: Step }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, step: Step): void {
    this.#steps.push({ name, step });
  }

  async run(): Promise<void> {
    for (let next = this.#steps.pop(); next; next = this.#steps.pop()) {
      try {
        await next.step();
      } catch (error) {
        this.#log.error(`stopping: ${next.name} failed`, error);
      }
    }
  }
}
