import { LaneSession, type LaneTools } from './laneSession';
import type { Lane, LaneHost, LaneSetup, Pool } from './workerProtocol';

/** Runs the workers' code on the calling thread: for tests, and for machines where threads are no gain. */
export class InlinePool implements Pool {
  readonly size: number;

  constructor(
    private readonly tools: LaneTools,
    options: { size?: number } = {},
  ) {
    this.size = options.size ?? 2;
  }

  async open(setups: readonly LaneSetup[], host: LaneHost): Promise<Lane[]> {
    return setups.map((setup) => new LaneSession(setup, host, this.tools));
  }

  async close(): Promise<void> {
    // There is nothing to end.
  }
}
