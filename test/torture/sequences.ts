import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isAppError } from '../../src/domain/errors';
import type { BackupPolicy } from '../../src/domain/policy';
import { afterChange, planPruning, type RetainedPoint } from '../../src/domain/pruning';
import { expiryOf, tagsForRun } from '../../src/domain/retention';
import { GcWorld, GRACE, HOUR, type StepFault, StepStorage } from '../engine/store/gc/gcSupport';
import { noise } from '../engine/store/storeSupport';

const PIECE_BYTES = 64 * 1024;
const DAY = 24 * HOUR;

type Step =
  | { readonly do: 'backup'; readonly pieces: readonly number[] }
  | { readonly do: 'remove' | 'hold' | 'release' | 'restore'; readonly which: number }
  | { readonly do: 'sweep'; readonly deadShare: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'verify'; readonly level: 1 | 2 | 3 }
  | { readonly do: 'policy'; readonly days: number }
  | { readonly do: 'prune' | 'repair' | 'reopen' | 'attach' | 'attach copy' }
  | { readonly do: 'break'; readonly at: number; readonly fault: StepFault };

const anyPoint = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('backup' as const),
      pieces: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), which: anyPoint }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('prune' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('policy' as const), days: fc.constantFrom(1, 2, 7, 30) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const), deadShare: fc.constantFrom(0, 0.2, 0.9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 36, 80) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'release' as const), which: anyPoint }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), which: anyPoint }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('verify' as const),
      level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('repair' as const, 'reopen' as const, 'attach' as const, 'attach copy' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('break' as const),
      at: fc.integer({ min: 1, max: 12 }),
      fault: fc.constantFrom<StepFault>('crash before', 'crash after', 'fails', 'full'),
    }),
  },
);

/** What there should be: the simplest thing that can be right. */
class Model {
  readonly points = new Map<string, Buffer>();
  readonly held = new Set<string>();
  /** When each point was made (ms UTC). */
  readonly times = new Map<string, number>();
  /** Points as the policy's rules keep them. */
  readonly retained = new Map<string, RetainedPoint>();
  /** Points that a clean-up under way may have removed. */
  readonly doomed = new Set<string>();
  days = 30;

  keyOf(which: number): string | undefined {
    return [...this.points.keys()][which % Math.max(1, this.points.size)];
  }
}

/** Does one step and notes what it promised; a failure is allowed only after a fault was planned. */
async function doStep(world: GcWorld, model: Model, next: Step): Promise<void> {
  const { repository } = world;
  const key = 'which' in next ? model.keyOf(next.which) : undefined;
  if (next.do === 'backup') {
    const content = Buffer.concat(next.pieces.map((seed) => noise(PIECE_BYTES, seed)));
    add(model, await world.backup(content), content, world.now);
  } else if (next.do === 'wait') world.now += next.hours * HOUR;
  else if (next.do === 'sweep') await repository.sweep({ deadShare: next.deadShare });
  else if (next.do === 'policy') changePolicy(model, next.days, world.now);
  else if (next.do === 'prune') await prune(world, model);
  else if (next.do === 'repair') await repository.repair();
  else if (next.do === 'verify') {
    const report = await repository.verify({ level: next.level });
    assert.equal(report.ok, true, JSON.stringify(report));
  } else if (key !== undefined && next.do === 'remove') await removePoint(world, model, key);
  else if (key !== undefined && next.do === 'hold') {
    await repository.holdPoint(key, 'Kept.');
    model.held.add(key);
  } else if (key !== undefined && next.do === 'release') {
    await repository.releasePoint(key);
    model.held.delete(key);
  } else if (key !== undefined && next.do === 'restore') await restore(world, model, key);
}

function daily(days: number): BackupPolicy {
  const schedule = { frequency: 'Daily', time: '02:00' } as const;
  return { timeZone: 'UTC', schedule, retention: { daily: { count: days } }, instantRestoreDays: 2 };
}

function add(model: Model, key: string, content: Buffer, time: number): void {
  const tags = tagsForRun(daily(model.days), time, time);
  const expiry = expiryOf(tags);
  model.points.set(key, content);
  model.times.set(key, time);
  model.retained.set(key, { time, tags, ...(expiry && { expiryTime: expiry.expiry }) });
}

/** The rules of the product change every point; that they say what the model says is checked when points are pruned. */
function changePolicy(model: Model, days: number, at: number): void {
  const change = { from: daily(model.days), to: daily(days), at };
  for (const [key, point] of model.retained) model.retained.set(key, afterChange(point, change));
  model.days = days;
}

/** Removes what the rules say, which is: all that is older than the policy's days, but the newest and what is held. */
async function prune(world: GcWorld, model: Model): Promise<void> {
  const there = [...model.points.keys()].map((key) => {
    const point = model.retained.get(key);
    assert.ok(point, key);
    return { ...point, key, ...(model.held.has(key) ? { hold: 1 } : {}) };
  });
  const newest = Math.max(...there.map(({ time }) => time));
  const plan = planPruning({ state: 'Protected' }, there, { now: world.now, newest });
  const doomed = plan.filter(({ remove }) => remove).map(({ point }) => point.key);
  const old = there.filter(({ time }) => time + model.days * DAY <= world.now && time < newest);
  assert.deepEqual(doomed.toSorted(), old.flatMap(({ key }) => (model.held.has(key) ? [] : [key])).toSorted());
  for (const key of doomed) model.doomed.add(key);
  for (const key of doomed) await removePoint(world, model, key);
  model.doomed.clear();
}

async function removePoint(world: GcWorld, model: Model, key: string): Promise<void> {
  if (model.held.has(key)) {
    await assert.rejects(world.repository.removePoint(key), { code: 'LocalPointHeld' });
    return;
  }
  await world.repository.removePoint(key);
  model.points.delete(key);
}

async function restore(world: GcWorld, model: Model, key: string): Promise<void> {
  assert.ok((await world.restored(key)).equals(model.points.get(key) ?? Buffer.alloc(0)), key);
}

/** What a step left undecided when it failed is what the repository says now; nothing else may differ. */
async function settle(world: GcWorld, model: Model, failed: Step): Promise<void> {
  await world.reopen();
  const shown = new Set((await world.repository.points()).map(({ key }) => key));
  const holds = new Set((await world.repository.holds()).map(({ point }) => point));
  for (const key of shown) {
    if (model.points.has(key)) continue;
    assert.equal(failed.do, 'backup', `${key} appeared`);
    if (failed.do !== 'backup') continue;
    add(model, key, Buffer.concat(failed.pieces.map((seed) => noise(PIECE_BYTES, seed))), world.now);
  }
  const asked = 'which' in failed ? model.keyOf(failed.which) : undefined;
  for (const key of model.points.keys()) {
    if (shown.has(key)) continue;
    const wasAsked = model.doomed.has(key) || (failed.do === 'remove' && asked === key);
    assert.ok(wasAsked && !model.held.has(key), `${key} is lost`);
    model.points.delete(key);
  }
  model.doomed.clear();
  if (asked !== undefined && (failed.do === 'hold' || failed.do === 'release')) {
    if (holds.has(asked)) model.held.add(asked);
    else model.held.delete(asked);
  }
  assert.deepEqual(holds, model.held);
}

async function checkAll(world: GcWorld, model: Model): Promise<void> {
  await world.reopen();
  const shown = (await world.repository.points()).map(({ key }) => key);
  assert.deepEqual(shown.toSorted(), [...model.points.keys()].toSorted());
  for (const key of shown) await restore(world, model, key);
  const report = await world.repository.verify();
  assert.equal(report.ok, true, JSON.stringify(report));
}

async function checkSpace(world: GcWorld, model: Model): Promise<void> {
  for (const key of model.held) await world.repository.releasePoint(key);
  for (const key of model.points.keys()) await world.repository.removePoint(key);
  await world.repository.sweep();
  world.now += GRACE;
  await world.repository.sweep();
  assert.deepEqual([world.keys('packs/'), world.keys('index/'), world.keys('holds/')], [[], [], []]);
}

/** Does the steps of one sequence on a new repository, then checks every point and that all space comes back. */
async function runSequence(folder: string, steps: readonly Step[]): Promise<void> {
  const world = await GcWorld.create(folder);
  const recoveryKey = await world.repository.addRecoveryKey();
  const model = new Model();
  for (const [at, next] of steps.entries()) {
    const before = steps[at - 1];
    if (next.do === 'reopen') await world.reopen();
    else if (next.do === 'attach') await world.attach(recoveryKey);
    else if (next.do === 'attach copy') await world.attachCopy(recoveryKey);
    else if (next.do !== 'break') await doPerhapsBroken(world, model, next, before);
  }
  await checkAll(world, model);
  await checkSpace(world, model);
}

/** Does a step; where the one before says how it breaks, what was promised until then must hold afterwards. */
async function doPerhapsBroken(world: GcWorld, model: Model, next: Step, before: Step | undefined): Promise<void> {
  if (before?.do !== 'break') {
    await doStep(world, model, next);
    return;
  }
  const storage = new StepStorage(world.objects, before.at, before.fault);
  await world.reopen(storage);
  try {
    await doStep(world, model, next);
  } catch (error) {
    if (storage.steps < before.at || !isAppError(error)) throw error;
    await settle(world, model, next);
  }
  await world.reopen();
}

/** How much work to do at random. */
export interface SequenceOptions {
  /** A folder for images and restored disks, best in memory. */
  readonly folder: string;
  /** At least so many steps, over many repositories. */
  readonly steps: number;
  readonly seed: number;
  /** Is told how far it is. */
  readonly report?: (line: string) => void;
}

/**
 * Any sequence of backup, policy change, prune, hold, sweep, verify, repair, restore and attach, whatever breaks on the way,
 * gives what a simple model says. Returns the number of steps by kind; throws with the shortest sequence that does not.
 */
export async function runSequences(options: SequenceOptions): Promise<Record<string, number>> {
  const { folder, steps, seed, report = () => undefined } = options;
  const done: Record<string, number> = {};
  const count = () => Object.values(done).reduce((sum, times) => sum + times, 0);
  for (let round = 0; count() < steps; round += 1) {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (sequence) => {
        await runSequence(folder, sequence);
        for (const { do: kind } of sequence) done[kind] = (done[kind] ?? 0) + 1;
      }),
      { numRuns: 20, seed: seed + round },
    );
    report(`${count()} steps went as the model says`);
  }
  return done;
}
