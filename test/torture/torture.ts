import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { FolderStorage } from '../../src/engine/store/folderStorage';
import { type Fault, FaultyFiles } from '../engine/store/faultStorage';
import { filesBelow } from '../engine/store/storeSupport';
import { seeded } from '../support/seeded';
import { type Note, openStore, restoresExactly, StoreWork } from './storeWork';

const FAULTS: readonly Fault[] = ['ENOSPC', 'EIO', 'crash'];
const STEPS_WITH_FAULT = 6;
/** The room that is kept for a full disk, the config and the keys. */
const REST_BYTES = 4.2 * 1024 * 1024;

/** How much to torture. */
export interface TortureOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly kills: number;
  readonly faults: number;
  readonly seed: number;
  /** Longest time to start something new in, ms. */
  readonly withinMs?: number;
  /** Is told how far it is. */
  readonly report?: (line: string) => void;
}

/** What was survived. */
export interface TortureResult {
  readonly kills: number;
  readonly faults: number;
  /** How often each kind of work came to its end, by name. */
  readonly done: Readonly<Record<string, number>>;
}

/**
 * Kills processes that work on one repository at random moments, and lets calls of the file system fail. After each, the
 * repository must be whole: every point that was promised is there, and every point that is shown restores exactly. In
 * the end everything is removed and its space must come back. Throws an error that says what was broken and how to repeat.
 */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const { folder, seed, report = () => undefined } = options;
  const random = seeded(seed);
  const ledger = new Ledger();
  const end = performance.now() + (options.withinMs ?? Number.POSITIVE_INFINITY);
  const child = path.join(folder, 'child.js');
  await build({
    entryPoints: [path.resolve('test/torture/child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  let kills = 0;
  for (; kills < options.kills && performance.now() < end; kills += 1) {
    await killOnce(child, folder, random, ledger);
    await check(folder, ledger, `kill ${kills + 1}, seed ${seed}`);
    if ((kills + 1) % 50 === 0) report(`${kills + 1} kills survived`);
  }
  let faults = 0;
  for (; faults < options.faults && performance.now() < end; faults += 1) {
    const label = await failOnce(folder, random, ledger);
    await check(folder, ledger, `fault ${faults + 1} (${label}), seed ${seed}`);
    if ((faults + 1) % 50 === 0) report(`${faults + 1} faults survived`);
  }
  await checkSpace(folder);
  return { kills, faults, done: ledger.done };
}

/** What was promised by all workers so far. */
class Ledger {
  readonly done: Record<string, number> = {};
  private readonly promised = new Map<string, string>();

  take(note: Note): void {
    if ('made' in note) this.promised.set(note.made, note.sha);
    else if ('removing' in note) this.promised.delete(note.removing);
    else this.done[note.did] = (this.done[note.did] ?? 0) + 1;
  }

  /** Keys of the points that must be there. */
  get points(): string[] {
    return [...this.promised.keys()];
  }
}

async function killOnce(child: string, folder: string, random: () => number, ledger: Ledger): Promise<void> {
  const journal = path.join(folder, 'journal');
  fs.rmSync(journal, { force: true });
  const seed = Math.floor(random() * 2 ** 31);
  const worker = spawn(process.execPath, [child, folder, String(seed), journal], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  worker.stderr.on('data', (bytes: Buffer) => {
    complaint += bytes.toString();
  });
  const ended = once(worker, 'exit');
  // Some are killed while they still open the repository.
  if (random() < 0.9) await Promise.race([once(worker.stdout, 'data'), ended]);
  await delay(random() * 300);
  await kill(worker, ended);
  if (worker.exitCode !== null) throw new Error(`A worker with seed ${seed} ended by itself: ${complaint}`);
  const lines = fs.existsSync(journal) ? fs.readFileSync(journal, 'utf8').split('\n') : [];
  // The last line may be cut short: then nobody has read it either.
  for (const line of lines.slice(0, -1)) ledger.take(JSON.parse(line));
}

async function kill(worker: ChildProcess, ended: Promise<unknown>): Promise<void> {
  worker.kill('SIGKILL');
  await ended;
}

async function failOnce(folder: string, random: () => number, ledger: Ledger): Promise<string> {
  const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'EIO';
  const at = 1 + Math.floor(random() * 150);
  const files = new FaultyFiles(at, fault);
  try {
    const repository = await openStore(folder, files);
    const work = new StoreWork(folder, repository, random, (note) => ledger.take(note));
    for (let step = 0; step < STEPS_WITH_FAULT && files.calls < at; step += 1) {
      await work.step();
    }
    await repository.close();
  } catch (error) {
    // Without a fault nothing may fail.
    if (files.calls < at) throw error;
  }
  return `${fault} at call ${at}`;
}

async function check(folder: string, ledger: Ledger, label: string): Promise<void> {
  const repository = await openStore(folder);
  const { points, damaged } = await repository.listPoints();
  const shown = new Set(points.map(({ key }) => key));
  const lost = ledger.points.filter((key) => !shown.has(key));
  if (lost.length + damaged.length > 0) throw new Error(`${label}: lost ${lost.join()} ${JSON.stringify(damaged)}`);
  const report = await repository.verify();
  if (!report.ok) throw new Error(`${label}: ${JSON.stringify(report)}`);
  for (const key of shown) {
    if (!(await restoresExactly(repository, folder, key))) throw new Error(`${label}: ${key} differs.`);
  }
  await repository.close();
}

async function checkSpace(folder: string): Promise<void> {
  const repository = await openStore(folder);
  for (const { key } of await repository.points()) await repository.removePoint(key);
  for (let sweep = 0; sweep < 2; sweep += 1) await repository.sweep({ graceMs: 0 });
  await repository.close();
  const vault = path.join(folder, 'vault');
  await new FolderStorage(vault).removeLeftovers();
  // Temporary files of this very process stay until another one opens the repository.
  const rest = filesBelow(vault).filter((file) => !file.includes('.tmp-'));
  const bytes = rest.reduce((sum, file) => sum + fs.statSync(path.join(vault, file)).size, 0);
  if (bytes > REST_BYTES || rest.some((file) => file.startsWith('packs'))) {
    throw new Error(`Space did not come back: ${bytes} bytes in ${rest.join(', ')}.`);
  }
}
