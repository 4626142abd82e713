import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parseEndpoint } from '../../../../src/protocol/engineEndpoint';
import { waitFor } from '../../../support/waitFor';

/** A process that was started and what it said. */
export interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Its exit code, once it has ended. */
  readonly code: Promise<number | null>;
}

/** Bundles of the fake engine, data folders, and every process made of them; nothing is left after `close()`. */
export class Engines {
  readonly root = mkdtempSync(join(tmpdir(), 'vmb-'));
  /** How Node itself is started for processes to come. */
  launch: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv } = { args: [], env: process.env };
  readonly #runs: Run[] = [];
  #folders = 0;

  /** Bundles the fake engine as if it were version `version`. @returns its folder */
  async bundle(version: string): Promise<string> {
    const folder = join(this.root, `dist-${version}`);
    if (existsSync(folder)) return folder;
    await build({
      entryPoints: {
        engine: join('test', 'engine', 'process', 'support', 'fakeEngine.ts'),
        window: join('test', 'engine', 'process', 'support', 'window.ts'),
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outdir: folder,
      define: { __VERSION__: JSON.stringify(version) },
      logLevel: 'warning',
    });
    writeFileSync(join(folder, 'engine-worker.js'), '');
    return folder;
  }

  /** A path for a data folder; the folder itself is not made. */
  dataFolder(...below: string[]): string {
    return join(this.root, `data-${++this.#folders}`, ...below);
  }

  /** Starts an engine by hand. */
  run(bundleFolder: string, ...args: string[]): Run {
    return this.#start(join(bundleFolder, 'engine.js'), args);
  }

  /** Starts a program that attaches to the engine of a data folder, as each VS Code window does. */
  window(bundleFolder: string, dataFolder: string): Run {
    return this.#start(join(bundleFolder, 'window.js'), [dataFolder, bundleFolder]);
  }

  /** Starts what the system starts for a service. */
  service(script: string, ...args: string[]): Run {
    return this.#start(script, args);
  }

  #start(script: string, args: readonly string[]): Run {
    const child = spawn(process.execPath, [...this.launch.args, script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.launch.env,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    const code = once(child, 'close').then(([exit]: (number | null)[]) => exit ?? null);
    const run = { child, output, code };
    this.#runs.push(run);
    return run;
  }

  /** Ends whatever still runs, started here or by `attachEngine`, and removes all files. */
  async close(): Promise<void> {
    for (const { child } of this.#runs) child.kill('SIGKILL');
    for (const pid of this.running()) process.kill(pid, 'SIGKILL');
    await waitFor('all engines to be gone', () => this.running().length === 0);
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Ids of the processes that were started with a path below this object's folder. */
  running(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => commandLineOf(pid).includes(`${this.root}/`))
      .map(Number);
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended since
  }
}

/** What the fake engine of a data folder pretends to do from now on. */
export function pretend(dataFolder: string, state: object): void {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, 'fake.json');
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file); // never seen half written
}

/** The announcement of a run, as soon as it is there. */
export async function announced(run: Run): Promise<Record<string, string>> {
  await waitFor('the announcement', () => {
    if (run.child.exitCode) throw new Error(`ended with ${run.child.exitCode}: ${run.output.stderr}`);
    return run.output.stdout.includes('\n');
  });
  return JSON.parse(run.output.stdout);
}

/** The endpoint file of a data folder, parsed; `undefined` if there is none. */
export function endpointOf(dataFolder: string) {
  const file = join(dataFolder, 'endpoint.json');
  return existsSync(file) ? parseEndpoint(readFileSync(file, 'utf8')) : undefined;
}
