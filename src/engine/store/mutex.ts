/** Lets asynchronous work run one after the other, in the order it was asked for. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once all earlier work has ended, whether it failed or not. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
