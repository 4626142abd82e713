import type { RepositoryContext } from './context';
import { cancelled } from './errors';
import { SESSION_BYTES } from './format';
import type { Lane, LaneHost } from './workerProtocol';

/** The lanes of one run: they start together, stop together at the first failure, and are closed together. */
export class LaneGroup {
  private firstError: unknown;
  private failed = false;

  private constructor(
    private readonly lanes: readonly Lane[],
    private readonly cancelWord: Int32Array,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Opens lanes for about `tasks` tasks, runs `work` and closes them, whatever happens. Throws what failed first, or
   * `LocalOperationCancelled` if `signal` was aborted; when it throws, no lane is working any more.
   */
  static async use<T>(
    context: RepositoryContext,
    options: { tasks: number; host: LaneHost; signal: AbortSignal | undefined },
    work: (lanes: LaneGroup) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    if (signal?.aborted === true) throw cancelled();
    const { environment } = context;
    const cancel = new SharedArrayBuffer(4);
    const setups = Array.from({ length: Math.max(1, Math.min(environment.pool.size, options.tasks)) }, () => ({
      target: context.target,
      keys: context.blobKeys,
      session: environment.randomBytes(SESSION_BYTES),
      boundarySeed: context.keys.boundarySeed,
      chunks: context.config.chunks,
      cancel,
    }));
    const lanes = await environment.pool.open(setups, options.host);
    const group = new LaneGroup(lanes, new Int32Array(cancel), signal);
    const onAbort = (): void => group.fail(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(group);
    } catch (error) {
      group.fail(error);
      throw group.firstError;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // A lane that cannot be closed has lost its thread, and with it everything it held.
      await Promise.allSettled(lanes.map(async (lane) => lane.close()));
    }
  }

  /** Runs `work` on every lane at once and waits for all. Throws the first failure, once all have stopped. */
  async each(work: (lane: Lane) => Promise<void>): Promise<void> {
    await Promise.allSettled(
      this.lanes.map(async (lane) => {
        try {
          await work(lane);
        } catch (error) {
          this.fail(error);
        }
      }),
    );
    this.throwIfFailed();
  }

  /** Hands out `tasks` one by one to whichever lane is free. */
  async share<T>(tasks: AsyncIterator<T> | Iterator<T>, work: (lane: Lane, task: T) => Promise<void>): Promise<void> {
    await this.each(async (lane) => {
      for (;;) {
        this.throwIfFailed();
        const next = await tasks.next();
        if (next.done === true) return;
        await work(lane, next.value);
      }
    });
  }

  /** Throws if any lane has failed or the run was cancelled. */
  throwIfFailed(): void {
    if (this.signal?.aborted === true) throw cancelled();
    if (this.failed) throw this.firstError;
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.firstError = error;
    Atomics.store(this.cancelWord, 0, 1);
  }
}
