import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../support/waitFor';

/** What a process holds once it rests: its worker threads have ended and its garbage is collected. Bytes. */
export interface RestingMemory {
  /** Living objects of the main thread. */
  readonly heap: number;
  /** Everything that the system holds in memory for the process. */
  readonly resident: number;
}

/** A pool's threads end after half a minute without work. */
const THREADS_END_MS = 300_000;

/** Measures an engine that is started with its arguments for Node. */
export class MemoryProbe {
  readonly args: readonly string[];
  readonly #answer: string;

  /** @param folder takes the probe's files */
  constructor(folder: string) {
    this.#answer = join(folder, 'memory.json');
    const script = join(folder, 'memoryProbe.cjs');
    writeFileSync(script, probe(this.#answer));
    this.args = ['--expose-gc', '--require', script];
  }

  async measure(pid: number): Promise<RestingMemory> {
    await waitFor('the worker threads to end', () => !threadNames(pid).includes('WorkerThread'), {
      withinMs: THREADS_END_MS,
      everyMs: 500,
    });
    rmSync(this.#answer, { force: true });
    process.kill(pid, 'SIGUSR2');
    await waitFor('the answer of the probe', () => existsSync(this.#answer));
    return JSON.parse(readFileSync(this.#answer, 'utf8')) as RestingMemory;
  }
}

/** A module that collects garbage and tells what is left whenever a signal comes; worker threads leave it alone. */
function probe(answer: string): string {
  return `
    const { renameSync, writeFileSync } = require('node:fs');
    if (require('node:worker_threads').isMainThread) process.on('SIGUSR2', () => {
      globalThis.gc();
      setImmediate(() => {
        globalThis.gc();
        const { heapUsed: heap, rss: resident } = process.memoryUsage();
        writeFileSync(${JSON.stringify(`${answer}.new`)}, JSON.stringify({ heap, resident }));
        renameSync(${JSON.stringify(`${answer}.new`)}, ${JSON.stringify(answer)});
      });
    });`;
}

function threadNames(pid: number): string[] {
  const threads = join('/proc', String(pid), 'task');
  return readdirSync(threads).map((thread) => readFileSync(join(threads, thread, 'comm'), 'utf8').trim());
}
