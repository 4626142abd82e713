import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Ledger } from './ledger';

/** A worker is killed within this time, ms, … */
const MOMENT_MS = 60;
/** … after it has opened the repository and done up to so many steps: however busy the computer is, some work gets done. */
const MOST_STEPS = 5;

/** Workers to kill, one after the other. The next one starts while the work of the last one is looked at. */
export class Workers {
  private waiting: ChildProcess;

  private constructor(
    private readonly script: string,
    private readonly folder: string,
  ) {
    this.waiting = this.start();
  }

  /** Bundles the workers' program into `folder`. */
  static async prepare(folder: string): Promise<Workers> {
    const script = path.join(folder, 'child.js');
    await build({
      entryPoints: [path.resolve('test/torture/child.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    return new Workers(script, folder);
  }

  /** Lets a worker work on the repository, kills it at a random moment, and notes what it has promised. */
  async killOne(random: () => number, ledger: Ledger): Promise<void> {
    const journal = path.join(this.folder, 'journal');
    fs.rmSync(journal, { force: true });
    const seed = Math.floor(random() * 2 ** 31);
    const worker = this.waiting;
    let complaint = '';
    worker.stderr?.on('data', (bytes: Buffer) => {
      complaint += bytes.toString();
    });
    const ended = once(worker, 'exit');
    worker.stdin?.write(`${seed}\n`);
    // Some are killed while they still open the repository.
    await Promise.race([linesOf(worker, Math.floor(random() * (MOST_STEPS + 2))), ended]);
    await delay(random() * MOMENT_MS);
    worker.kill('SIGKILL');
    await ended;
    if (worker.exitCode !== null) throw new Error(`A worker with seed ${seed} ended by itself: ${complaint}`);
    this.waiting = this.start();
    const lines = fs.existsSync(journal) ? fs.readFileSync(journal, 'utf8').split('\n') : [];
    // The last line may be cut short: then nobody has read it either.
    for (const line of lines.slice(0, -1)) ledger.take(JSON.parse(line));
  }

  /** Ends the worker that waits. */
  async close(): Promise<void> {
    const ended = once(this.waiting, 'exit');
    this.waiting.kill('SIGKILL');
    await ended;
  }

  private start(): ChildProcess {
    return spawn(process.execPath, [this.script, this.folder], {
      stdio: 'pipe',
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(this.folder, 'compiled') },
    });
  }
}

/** Waits until a process has written this many lines. */
async function linesOf({ stdout }: ChildProcess, lines: number): Promise<void> {
  let left = lines;
  if (left === 0 || stdout === null) return;
  for await (const bytes of stdout.iterator({ destroyOnReturn: false })) {
    left -= String(bytes).split('\n').length - 1;
    if (left <= 0) return;
  }
}
