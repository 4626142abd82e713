import { type Fault, FaultyFiles } from '../engine/store/faultStorage';
import { seeded } from '../support/seeded';
import { checkSpace, checkStore } from './check';
import { Ledger } from './ledger';
import { openStore, StoreWork } from './storeWork';
import { Workers } from './worker';

const FAULTS: readonly Fault[] = ['ENOSPC', 'EIO', 'crash'];
const STEPS_WITH_FAULT = 6;
/** Calls of the file system among which one fails: about as many as those steps make. */
const CALLS_WITH_FAULT = 150;
const REPORT_EACH = 100;

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
 * Kills processes that work on one repository and its copy at random moments, and lets calls of the file system fail.
 * After each, both must be whole: every point that was promised is there, and every point that is shown restores exactly.
 * In the end everything is removed and its space must come back. Throws an error that says what was broken and how to
 * repeat.
 */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const { folder, seed, report = () => undefined } = options;
  const random = seeded(seed);
  const ledger = new Ledger();
  const end = performance.now() + (options.withinMs ?? Number.POSITIVE_INFINITY);
  let kills = 0;
  if (options.kills > 0) {
    const workers = await Workers.prepare(folder);
    try {
      for (; kills < options.kills && performance.now() < end; kills += 1) {
        await workers.killOne(random, ledger);
        await checkStore(folder, ledger, `kill ${kills + 1}, seed ${seed}`);
        if ((kills + 1) % REPORT_EACH === 0) report(`${kills + 1} kills survived`);
      }
    } finally {
      await workers.close();
    }
  }
  let faults = 0;
  for (; faults < options.faults && performance.now() < end; faults += 1) {
    const label = await failOnce(folder, random, ledger);
    await checkStore(folder, ledger, `fault ${faults + 1} (${label}), seed ${seed}`);
    if ((faults + 1) % REPORT_EACH === 0) report(`${faults + 1} faults survived`);
  }
  await checkSpace(folder);
  return { kills, faults, done: ledger.done };
}

async function failOnce(folder: string, random: () => number, ledger: Ledger): Promise<string> {
  const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'EIO';
  const at = 1 + Math.floor(random() * CALLS_WITH_FAULT);
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
