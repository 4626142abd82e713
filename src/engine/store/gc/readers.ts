/** Work that reads packs without a lock. A pack must stay while anybody reads who may have looked it up. */
export class Readers {
  private readonly active = new Set<symbol>();

  /** Runs work that reads. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const reader = Symbol('reader');
    this.active.add(reader);
    try {
      return await work();
    } finally {
      this.active.delete(reader);
    }
  }

  /** Whoever reads now; the answer is true as long as one of them still does. */
  snapshot(): () => boolean {
    const now = [...this.active];
    return () => now.some((reader) => this.active.has(reader));
  }
}
