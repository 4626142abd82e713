/** Anything that must be let go of. `vscode.Disposable` has this shape. */
export interface Life {
  dispose(): void;
}

/** Tells listeners about something. Free of VS Code, so that stores can be tested alone. */
export class Signal<T = void> implements Life {
  private readonly listeners = new Set<(value: T) => void>();

  /** Bound, so that it can be handed on as an event. */
  readonly on = (listener: (value: T) => void): Life => {
    // Wrapped, because one function may listen twice.
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    return { dispose: () => void this.listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of Array.from(this.listeners)) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** Owns other lives and ends them in reverse order. */
export class Lives implements Life {
  private readonly owned: Life[] = [];

  own<T extends Life>(life: T): T {
    this.owned.push(life);
    return life;
  }

  dispose(): void {
    for (const life of this.owned.splice(0).toReversed()) life.dispose();
  }
}
