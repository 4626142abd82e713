import type { Catalog } from '../catalog/catalog';

const KEY = 'schedulesPausedSince';

/** Whether scheduled backups are paused, which lasts over restarts. What people start themselves runs all the same. */
export class SchedulePause {
  readonly #catalog: Catalog;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
  }

  /** Since when schedules are paused (ms UTC); nothing while they run. */
  get since(): number | undefined {
    const text = this.#catalog.findSetting(KEY);
    return text === undefined ? undefined : Number(text);
  }

  /** Pauses all schedules; a pause that is on keeps its beginning. */
  pause(): void {
    if (this.since === undefined) this.#catalog.putSetting(KEY, String(this.#now()));
  }

  /** Lets schedules run again; the next look makes up for what was missed with one backup per machine. */
  resume(): void {
    this.#catalog.putSetting(KEY, undefined);
  }
}
