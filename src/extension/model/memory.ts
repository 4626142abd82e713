/** What the extension remembers from one window to the next. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** A memory that ends with the process. */
export class ShortMemory implements Memory {
  private readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  set(key: string, value: unknown): void {
    this.values.set(key, value);
  }
}
