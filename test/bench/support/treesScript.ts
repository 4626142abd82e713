import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as onImmediate } from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import { ShortMemory } from '../../../src/extension/model/memory';
import type { Row } from '../../../src/extension/model/row';
import { statusView } from '../../../src/extension/model/statusView';
import { knownAlerts, knownMachines, runningJobs } from '../../../src/extension/model/stores';
import { viewChoices } from '../../../src/extension/model/viewChoices';
import { Services } from '../../../src/extension/services';
import { JobsTree } from '../../../src/extension/tree/jobsTree';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import type { TreeModel } from '../../../src/extension/tree/treeModel';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { extensionWorld, RecordingLog } from '../../support/extensionWorld';
import { FakeConnection, machine, point } from '../../support/fakeConnection';
import { ManualClock, NOON } from '../../support/manualClock';

const HOUR = 3600_000;
const VAULTS = 4;
/** Every tenth machine is not protected. */
const BARE = 10;
/** The first machine has this many points, so that one list is long; the others share the rest. */
const LONG_LIST = 1000;
const PAGE = 100;
/** Entries of one page of the service's lists. */
const ANSWER_PAGE = 200;

/** How many of each there are. */
export interface TreesSize {
  readonly machines: number;
  readonly jobs: number;
  readonly points: number;
}

/** Milliseconds of every round of a step, in the order of the rounds. */
export interface TreesStep {
  readonly name: string;
  readonly rounds: number[];
}

export interface TreesFigures {
  readonly steps: readonly TreesStep[];
  /** Delays of the event loop over the whole script (ms). */
  readonly loop: { readonly p99: number; readonly worst: number };
  /** What one turn of the event loop cost the thread in CPU time (ms): what is left of the delays on an idle computer. */
  readonly turns: { readonly p99: number; readonly worst: number };
}

/** Runs the script: what somebody does with the three views, each round from a window that has just been opened. */
export async function runTreesScript(size: TreesSize, rounds: number): Promise<TreesFigures> {
  const steps = new Map<string, number[]>();
  const timed = async <T>(name: string, work: () => Promise<T> | T): Promise<T> => {
    await setImmediate(); // steps are things that a person does: each begins in a turn of its own
    const begun = performance.now();
    const value = await work();
    steps.set(name, [...(steps.get(name) ?? []), performance.now() - begun]);
    return value;
  };
  const connections = Array.from({ length: rounds }, () => bigWorld(size));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  await setImmediate();
  loop.enable();
  const turns = turnTimes();
  for (const connection of connections) await oneRound(connection, timed);
  loop.disable();
  return {
    steps: Array.from(steps, ([name, times]) => ({ name, rounds: times })),
    loop: { p99: loop.percentile(99) / 1e6, worst: loop.max / 1e6 },
    turns: turns.end(),
  };
}

/** Measures the CPU time of every turn of the event loop until it is ended. */
function turnTimes(): { end(): TreesFigures['turns'] } {
  const times: number[] = [];
  let last = process.threadCpuUsage();
  let next: NodeJS.Immediate;
  const turn = () => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    times.push((user + system) / 1000);
    next = onImmediate(turn);
  };
  next = onImmediate(turn);
  return {
    end: () => {
      clearImmediate(next);
      const sorted = times.toSorted((a, b) => a - b);
      return { p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, worst: sorted.at(-1) ?? 0 };
    },
  };
}

type Timed = <T>(name: string, work: () => Promise<T> | T) => Promise<T>;

async function oneRound(connection: FakeConnection, timed: Timed): Promise<void> {
  const services = new Services({
    open: async () => overASocket(connection),
    azure: extensionWorld().azure.options,
    log: new RecordingLog(),
    clock: new ManualClock(),
    random: () => 1,
  });
  const { stores } = services;
  const choices = viewChoices(new ShortMemory());
  const machines = new MachinesTree(stores, choices);
  const vaults = new VaultsTree(stores);
  const jobs = new JobsTree(stores, () => PAGE, choices.jobs);
  await timed('Machines, first paint', () => painted(machines));
  await timed('Machines, painted again', () => painted(machines));
  await timed('Vaults, first paint', () => painted(vaults));
  await timed('Jobs, first paint', () => painted(jobs));
  await timed('Status bar', () =>
    statusView({
      engine: stores.engine.state,
      machines: knownMachines(stores),
      running: runningJobs(stores),
      alerts: knownAlerts(stores),
      now: stores.clock.now(),
    }),
  );
  const [vault] = await vaults.roots();
  const [items] = vault ? await vaults.children(vault) : [];
  await timed("Expanding a vault's machines", async () => items && vaults.children(items));
  const first = (await painted(machines)).find(({ label }) => label === nameOf(1));
  const [points] = await timed('Expanding a machine', async () => (first ? machines.children(first) : []));
  await timed(`Expanding ${LONG_LIST} points`, async () => points && machines.children(points));
  choices.machines.set('state:failed');
  await timed('Filtering machines by state', () => painted(machines));
  choices.machines.set('vm01');
  await timed('Filtering machines by a word', () => painted(machines));
  choices.machines.set('');
  choices.jobs.set('state:failed operation:restore');
  await timed('Filtering jobs', () => painted(jobs));
  choices.jobs.set('');
  for (let page = 2; page <= 11; page += 1) {
    await timed('Scrolling: one more page of jobs', () => {
      jobs.loadMore();
      return painted(jobs);
    });
  }
  const [running] = connection.allJobs;
  if (running) connection.changeJob(running.id, { status: 'Completed' });
  await timed('A job ends: read and painted', async () => {
    await stores.jobs.refresh();
    await painted(machines);
  });
  services.dispose();
}

/** Answers as they come over a socket: new objects, and lists a page at a time, each in a turn of its own. */
function overASocket<T extends object>(connection: T): T {
  return new Proxy(connection, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (name === 'local') return overASocket(member as object);
      return typeof member === 'function'
        ? async (...args: unknown[]) => inPages(await member.apply(target, args))
        : member;
    },
  });
}

async function inPages(answer: unknown): Promise<unknown> {
  await setImmediate();
  if (!Array.isArray(answer)) return structuredClone(answer);
  const all: unknown[] = [];
  for (let at = 0; at < answer.length; at += ANSWER_PAGE) {
    await setImmediate();
    all.push(...structuredClone(answer.slice(at, at + ANSWER_PAGE)));
  }
  return all;
}

/** The rows that a view shows when nothing was unfolded by hand: its top, and what stands in its open groups. */
async function painted(tree: TreeModel): Promise<Row[]> {
  const roots = await tree.roots();
  const below: Row[] = [];
  for (const row of roots) if (row.children === 'expanded') below.push(...(await tree.children(row)));
  return [...roots, ...below];
}

function bigWorld(size: TreesSize): FakeConnection {
  const connection = new FakeConnection();
  const vaults = Array.from({ length: VAULTS }, (_, i) => connection.addVault(`vault-${i}`));
  const vaultOf = (i: number) => vaults[i % VAULTS]?.id ?? '';
  const perMachine = Math.max(0, Math.round((size.points - LONG_LIST) / size.machines));
  for (let i = 0; i < size.machines; i += 1) {
    const name = nameOf(i);
    connection.allMachines.push(machine(name));
    if (i % BARE === 0) continue;
    const lastBackupStatus = i % 50 === 1 ? 'Failed' : 'Completed';
    const lastRecoveryPointTime = NOON - (i % 40) * HOUR;
    const item = connection.addItem(name, vaultOf(i), { state: 'Protected', lastBackupStatus, lastRecoveryPointTime });
    const count = i === 1 ? LONG_LIST : perMachine;
    const points = Array.from({ length: count }, (_, n) => point(item, `p${n}`, NOON - n * 24 * HOUR));
    connection.points.set(item.id, points);
  }
  for (let i = 0; i < size.jobs; i += 1) {
    const owner = i % size.machines;
    connection.addJob(nameOf(owner), {
      vaultId: vaultOf(owner),
      status: i < 4 ? 'InProgress' : i % 50 === 0 ? 'Failed' : 'Completed',
      operation: i % 20 === 0 ? 'Restore' : 'Backup',
      startTime: NOON - i * 4 * 60_000,
      durationMs: 30_000,
    });
  }
  return connection;
}

function nameOf(i: number): string {
  return `vm${String(i).padStart(5, '0')}`;
}
