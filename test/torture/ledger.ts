import type { Note } from './storeWork';

/** What was promised by all workers so far. */
export class Ledger {
  /** How often each kind of work came to its end, by name. */
  readonly done: Record<string, number> = {};
  private readonly promised = new Set<string>();
  private readonly copied = new Set<string>();
  private replicating = false;
  private replicated = false;

  take(note: Note): void {
    if ('made' in note) this.promised.add(note.made);
    else if ('replicating' in note) this.replicating = true;
    else if ('replicated' in note) {
      this.replicated = true;
      for (const key of note.replicated) if (this.promised.has(key)) this.copied.add(key);
    } else if ('removing' in note) {
      this.promised.delete(note.removing);
      this.copied.delete(note.removing);
    } else this.done[note.did] = (this.done[note.did] ?? 0) + 1;
  }

  /** Keys of the points that must be there. */
  get points(): string[] {
    return [...this.promised];
  }

  /** Keys of the points that must be in the copy. */
  get copiedPoints(): string[] {
    return [...this.copied];
  }

  /** True once the copy has been whole. */
  get hasCopy(): boolean {
    return this.replicated;
  }

  /** True if somebody has worked on the copy since this was asked last. */
  takeCopyTouched(): boolean {
    const touched = this.replicating;
    this.replicating = false;
    return touched;
  }
}
