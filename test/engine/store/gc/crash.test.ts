import assert from 'node:assert/strict';
import { MIB, noise, temporaryFolder } from '../storeSupport';
import { GcWorld, GRACE, type StepFault, StepStorage } from './gcSupport';

async function finish(world: GcWorld): Promise<void> {
  await world.repository.sweep();
  world.now += GRACE;
  await world.repository.sweep();
}

describe('a sweep that fails at any step', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const shared = noise(MIB / 4, 1);
  const contents = [
    Buffer.concat([shared, noise(MIB / 2, 2)]),
    Buffer.concat([shared, noise(MIB / 4, 3)]),
    noise(100_000, 4),
  ];
  let base: GcWorld;
  let points: string[];
  /** Bytes of packs once everything was given back. */
  let leastBytes: number;

  before(async () => {
    base = await GcWorld.create(folder);
    points = [];
    for (const content of contents) points.push(await base.backup(content));
    // Small index objects are merged in the same sweep.
    for (let at = 0; at < 18; at += 1) points.push(await base.backup(Buffer.concat([shared, noise(9000, 50 + at)])));
    // One generation is due, and another sweep finds new packs to condemn and to rewrite.
    await base.repository.removePoint(points[2] ?? '');
    await base.repository.sweep();
    base.now += GRACE;
    await base.repository.removePoint(points[0] ?? '');
    const done = await base.copy();
    await finish(done);
    leastBytes = done.packBytes();
  });

  async function check(world: GcWorld, label: string): Promise<void> {
    const report = await world.repository.verify();
    assert.equal(report.ok, true, `${label}: ${JSON.stringify(report)}`);
    assert.equal(report.points, points.length - 2, label);
    assert.ok((await world.restored(points[1] ?? '')).equals(contents[1] ?? Buffer.alloc(0)), label);
  }

  const faults: StepFault[] = ['crash before', 'crash after', 'fails', 'full'];
  for (const fault of faults) {
    it(`loses nothing and comes back: ${fault}`, async () => {
      let failures = 0;
      /** Changing calls of the last sweep, which nothing went wrong with: the fault would have come after its end. */
      let steps = 0;
      for (let at = 1; ; at += 1) {
        const world = await base.copy();
        const storage = new StepStorage(world.objects, at, fault);
        const repository = await world.reopen(storage);
        const failure: unknown = await repository.sweep().then(
          () => undefined,
          (error: unknown) => error,
        );
        const label = `${fault} at step ${at}`;
        const reached = storage.steps >= at;
        if (failure !== undefined) failures += 1;
        // The same process goes on where it can; a crash is followed by a new one.
        if (fault.startsWith('crash')) await world.reopen();
        await check(world, label);
        if (!reached) {
          steps = storage.steps;
          break;
        }
        const again = await world.backup(contents[0] ?? Buffer.alloc(0));
        await world.repository.removePoint(again);
        world.now += GRACE;
        await finish(world);
        await world.reopen();
        await check(world, `${label}, after another sweep`);
        assert.ok(world.packBytes() <= leastBytes + 8192, `${label}: ${world.packBytes()} instead of ${leastBytes}`);
        assert.deepEqual(world.keys('gc/'), ['gc/reserve'], label);
      }
      // No step's failure is hidden. A full disk is no reason to fail as long as there is something to delete.
      assert.ok(steps > 0);
      if (fault !== 'full') assert.ok(failures >= steps, `${failures} failures in ${steps} steps`);
    });
  }
});
