import { Worker } from 'node:worker_threads';
import { AppError } from '../../domain/errors';
import { fromErrorMessage } from './errors';
import type {
  FromWorker,
  Lane,
  LaneAnswer,
  LaneCall,
  LaneHost,
  LaneSetup,
  Pool,
  RestoreResult,
  RestoreTask,
  SegmentResult,
  SegmentTask,
  ToWorker,
  VerifyResult,
  VerifyTask,
} from './workerProtocol';

/** How to start workers. */
export interface WorkerPoolOptions {
  /** Absolute path of the bundled worker, `dist/engine-worker.js`. */
  readonly script: string;
  /** Number of threads; the number of cores, at most 8, is best. */
  readonly size: number;
  /** Threads end after so long without work, in ms. */
  readonly idleMs?: number;
}

const IDLE_MS = 30_000;

/**
 * Worker threads that are started when a run needs them and end when they were idle for a while. Several runs may use
 * the pool at once; each takes the memory of its own buffers (about 55 MiB per lane of a backup).
 */
export class WorkerPool implements Pool {
  readonly size: number;
  private readonly threads = new Set<Thread>();

  constructor(private readonly options: WorkerPoolOptions) {
    this.size = Math.max(1, options.size);
  }

  async open(setups: readonly LaneSetup[], host: LaneHost): Promise<Lane[]> {
    while (this.threads.size < Math.min(setups.length, this.size)) this.start();
    const quietFirst = [...this.threads].toSorted((a, b) => a.lanes - b.lanes);
    return setups.map((setup, at) => {
      const thread = quietFirst[at % quietFirst.length];
      if (thread === undefined) throw new AppError('LocalWorkerFailed', 'There is no worker thread.');
      return thread.open(setup, host);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.threads].map(async (thread) => thread.end()));
  }

  private start(): void {
    const thread = new Thread(this.options.script, this.options.idleMs ?? IDLE_MS, () => this.threads.delete(thread));
    this.threads.add(thread);
  }
}

interface PendingCall {
  readonly resolve: (answer: LaneAnswer) => void;
  readonly reject: (error: unknown) => void;
}

class Thread {
  private readonly worker: Worker;
  private readonly hosts = new Map<number, LaneHost>();
  private readonly calls = new Map<number, PendingCall>();
  private idle: NodeJS.Timeout | undefined;
  private failure: AppError | undefined;
  private opened = 0;
  private called = 0;

  constructor(
    script: string,
    private readonly idleMs: number,
    private readonly onEnd: () => void,
  ) {
    // Buffers live outside the heap, so a small heap is enough and keeps the process small.
    this.worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 2 } });
    this.worker.on('message', (message: FromWorker) => this.receive(message));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`The worker ended with code ${code}.`)));
    this.rest();
  }

  get lanes(): number {
    return this.hosts.size;
  }

  open(setup: LaneSetup, host: LaneHost): Lane {
    this.opened += 1;
    const lane = this.opened;
    clearTimeout(this.idle);
    this.worker.ref();
    this.hosts.set(lane, host);
    this.post({ kind: 'open', lane, setup });
    return new RemoteLane(async (work) => this.call(lane, work));
  }

  async end(): Promise<void> {
    this.fail(new Error('The pool was closed.'));
    await this.worker.terminate();
  }

  private async call(lane: number, work: LaneCall): Promise<LaneAnswer> {
    try {
      return await new Promise((resolve, reject) => {
        if (this.failure !== undefined) {
          reject(this.failure);
          return;
        }
        this.called += 1;
        this.calls.set(this.called, { resolve, reject });
        this.post({ kind: 'call', lane, call: this.called, work });
      });
    } finally {
      if (work.method === 'close') {
        this.hosts.delete(lane);
        if (this.hosts.size === 0) this.rest();
      }
    }
  }

  private receive(message: FromWorker): void {
    const host = this.hosts.get(message.lane);
    switch (message.kind) {
      case 'answer':
        this.take(message.call)?.resolve(message.answer);
        break;
      case 'failed':
        this.take(message.call)?.reject(fromErrorMessage(message.error));
        break;
      case 'pack':
        host?.packWritten(message.pack);
        break;
      case 'claim':
        void host?.claim(message.ids).then(
          (flags) => this.post({ kind: 'claimed', lane: message.lane, claim: message.claim, flags }),
          (error: unknown) => this.fail(error),
        );
        break;
    }
  }

  private take(call: number): PendingCall | undefined {
    const pending = this.calls.get(call);
    this.calls.delete(call);
    return pending;
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message, []);
  }

  /** Nobody needs the thread: it may keep running for a while, but must not keep the process alive. */
  private rest(): void {
    this.worker.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.end(), this.idleMs).unref();
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return;
    clearTimeout(this.idle);
    this.onEnd();
    this.failure = new AppError('LocalWorkerFailed', `A worker thread failed: ${String(error)}`, { cause: error });
    for (const { reject } of this.calls.values()) reject(this.failure);
    this.calls.clear();
  }
}

class RemoteLane implements Lane {
  constructor(private readonly call: (work: LaneCall) => Promise<LaneAnswer>) {}

  async segment(task: SegmentTask): Promise<SegmentResult> {
    const answer = await this.call({ method: 'segment', task });
    return answer.method === 'segment' ? answer.value : unexpected(answer);
  }

  async flush(): Promise<void> {
    await this.call({ method: 'flush' });
  }

  async restore(task: RestoreTask): Promise<RestoreResult> {
    const answer = await this.call({ method: 'restore', task });
    return answer.method === 'restore' ? answer.value : unexpected(answer);
  }

  async verify(task: VerifyTask): Promise<VerifyResult> {
    const answer = await this.call({ method: 'verify', task });
    return answer.method === 'verify' ? answer.value : unexpected(answer);
  }

  async close(): Promise<void> {
    await this.call({ method: 'close' });
  }
}

function unexpected(answer: LaneAnswer): never {
  throw new AppError('LocalWorkerFailed', `A worker answered with "${answer.method}" to another question.`);
}
