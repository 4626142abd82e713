import { CONTEXT_KEYS, type ContextKey } from './commands/ids';
import type { FinishedJob } from './model/jobStore';

/** Follows the steps of the walkthrough, which tick themselves off through context keys. */
export class Story {
  private changed = false;

  constructor(private readonly set: (key: ContextKey, value: boolean) => void) {}

  labChanged(): void {
    this.changed = true;
  }

  finished({ job, mine }: FinishedJob): void {
    if (!mine || !job.status.startsWith('Completed')) return;
    if (job.operation === 'Restore') this.set(CONTEXT_KEYS.restored, true);
    if (job.operation !== 'Backup') return;
    this.set(CONTEXT_KEYS.backedUp, true);
    if (this.changed) this.set(CONTEXT_KEYS.changedAndBackedUp, true);
  }
}
