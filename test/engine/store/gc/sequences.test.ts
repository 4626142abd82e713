import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isAppError } from '../../../../src/domain/errors';
import { noise, temporaryFolder } from '../storeSupport';
import { GcWorld, GRACE, HOUR, type StepFault, StepStorage } from './gcSupport';

const PIECE_BYTES = 64 * 1024;

type Step =
  | { readonly do: 'backup'; readonly pieces: readonly number[] }
  | { readonly do: 'remove' | 'hold' | 'release' | 'restore'; readonly which: number }
  | { readonly do: 'sweep'; readonly deadShare: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'verify'; readonly level: 1 | 2 | 3 }
  | { readonly do: 'repair' | 'reopen' }
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
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), which: anyPoint }) },
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
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('repair' as const, 'reopen' as const) }) },
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
    model.points.set(await world.backup(content), content);
  } else if (next.do === 'wait') world.now += next.hours * HOUR;
  else if (next.do === 'sweep') await repository.sweep({ deadShare: next.deadShare });
  else if (next.do === 'repair') await repository.repair();
  else if (next.do === 'verify') {
    const report = await repository.verify({ level: next.level });
    assert.equal(report.ok, true, JSON.stringify(report));
  } else if (key !== undefined && next.do === 'remove') await remove(world, model, key);
  else if (key !== undefined && next.do === 'hold') {
    await repository.holdPoint(key, 'Kept.');
    model.held.add(key);
  } else if (key !== undefined && next.do === 'release') {
    await repository.releasePoint(key);
    model.held.delete(key);
  } else if (key !== undefined && next.do === 'restore') await restore(world, model, key);
}

async function remove(world: GcWorld, model: Model, key: string): Promise<void> {
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
    model.points.set(key, Buffer.concat(failed.pieces.map((seed) => noise(PIECE_BYTES, seed))));
  }
  const asked = 'which' in failed ? model.keyOf(failed.which) : undefined;
  for (const key of model.points.keys()) {
    if (shown.has(key)) continue;
    assert.deepEqual([failed.do, asked, model.held.has(key)], ['remove', key, false], `${key} is lost`);
    model.points.delete(key);
  }
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

describe('any sequence of work on a repository', () => {
  const folder = temporaryFolder({ in: 'memory' });

  it('gives what a simple model says, whatever breaks on the way, and all space back in the end', async function () {
    this.timeout(180_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const world = await GcWorld.create(folder);
        const model = new Model();
        for (const [at, next] of steps.entries()) {
          const before = steps[at - 1];
          if (next.do === 'reopen') await world.reopen();
          if (next.do === 'reopen' || next.do === 'break') continue;
          if (before?.do !== 'break') {
            await doStep(world, model, next);
            continue;
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
        await checkAll(world, model);
        await checkSpace(world, model);
      }),
      { numRuns: 40, seed: 20_261_124 },
    );
  });
});
