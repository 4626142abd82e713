import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describePlan } from '../../../../src/engine/store/gc/plan';
import { MIB, noise, temporaryFolder } from '../storeSupport';
import { GcWorld, GRACE, HOUR } from './gcSupport';

const flip = (bytes: Buffer | undefined, at: number): void => {
  if (bytes) bytes[at] = (bytes[at] ?? 0) ^ 1;
};

describe('giving back the space of removed points', () => {
  const folder = temporaryFolder();
  const shared = noise(MIB, 1);
  const first = Buffer.concat([shared, noise(3 * MIB, 2)]);
  const second = Buffer.concat([shared, noise(MIB, 3)]);
  let world: GcWorld;
  let kept: string;
  let removed: string;

  beforeEach(async () => {
    world = await GcWorld.create(folder);
    removed = await world.backup(first);
    kept = await world.backup(second);
  });

  const sizeOf = (key: string): number => world.objects.objects.get(key)?.length ?? 0;

  const whole = async (): Promise<void> => {
    await world.reopen();
    assert.ok((await world.restored(kept)).equals(second));
    const report = await world.repository.verify();
    assert.equal(report.ok, true, JSON.stringify(report));
  };

  it('condemns first and deletes after the grace time, and keeps what other points share', async () => {
    const before = world.packBytes();
    assert.equal(await world.repository.removePoint(removed), true);
    const started = await world.repository.sweep();
    assert.ok(started.condemnedPacks > 0 && started.deleted.packs === 0);
    assert.ok(started.compactedPacks > 0, 'the pack with the shared part is rewritten');
    assert.ok(world.packBytes() >= before);
    await whole();

    world.now += GRACE - 1;
    assert.equal((await world.repository.sweep()).deleted.packs, 0);
    world.now += 1;
    const done = await world.repository.sweep();
    assert.equal(done.deleted.packs, started.condemnedPacks);
    assert.ok(world.packBytes() < 2.2 * MIB, `${world.packBytes()} bytes are left of ${before}`);
    assert.deepEqual(world.keys('gc/'), ['gc/reserve']);
    await whole();
    assert.equal((await world.repository.sweep()).condemnedPacks, 0);
  });

  it('calls nothing damaged that was deleted and that no point needs, though an index object still names it', async () => {
    await world.repository.removePoint(removed);
    await world.repository.sweep();
    const needed = new Set(world.keys('packs/'));
    const done = await world.copy();
    done.now += GRACE;
    await done.repository.sweep();
    for (const key of done.keys('packs/')) needed.delete(key);
    // As a copy has it that was made while the first site's sweep was cut off: who was condemned is not copied.
    for (const key of world.keys('gc/')) world.objects.objects.delete(key);
    for (const key of needed) world.objects.objects.delete(key);
    await whole();
    assert.deepEqual((await world.repository.verify()).damagedLeftovers.toSorted(), [...needed].toSorted());
    await world.repository.sweep();
    await whole();
    assert.deepEqual((await world.repository.verify()).damagedLeftovers, []);
    // What a point needs is damage, however it went.
    for (const key of world.keys('packs/')) world.objects.objects.delete(key);
    await world.reopen();
    const report = await world.repository.verify();
    assert.deepEqual([report.ok, report.damagedLeftovers], [false, []]);
  });

  it('gives back everything once nothing is left', async () => {
    for (const key of [removed, kept]) await world.repository.removePoint(key);
    await world.repository.sweep();
    world.now += GRACE;
    await world.repository.sweep();
    assert.deepEqual(world.keys('packs/'), []);
    assert.deepEqual(world.keys('index/'), []);
    assert.equal(await world.repository.removePoint(kept), false);
  });

  it('says in words what it would do, and does nothing then', async () => {
    await world.repository.removePoint(removed);
    const objects = world.keys('');
    const plan = await world.repository.planSweep();
    assert.deepEqual([plan.points, plan.remove.length, plan.compact.length], [1, 0, 1]);
    assert.equal(plan.condemn.length, 1, 'the map pages');
    const words = describePlan(plan);
    assert.match(words.join('\n'), /^1 recovery point and [45](\.\d)? MB in the vault were looked at\.\n/);
    assert.match(words.join('\n'), /that no recovery point needs would be condemned, and deleted 3 d later\./);
    assert.match(words.join('\n'), /1 pack of .* would be rewritten to the .* (KB|MB) that are needed/);
    assert.deepEqual(world.keys(''), objects);

    await world.repository.sweep();
    world.now += HOUR;
    const later = await world.repository.planSweep();
    assert.deepEqual([later.condemn.length, later.waiting.length], [0, 2]);
    assert.equal(later.nextRemoval, world.now - HOUR + GRACE);
    assert.match(describePlan(later).join('\n'), /2 condemned packs would wait, the next until 2026-06-0/);
  });

  it('keeps a condemned pack that a point needs after all', async () => {
    const manifest = world.objects.objects.get(removed);
    await world.repository.removePoint(removed);
    await world.repository.sweep({ deadShare: 1 });
    assert.ok(manifest);
    // As a replica would bring it back.
    world.objects.objects.set(removed, manifest);
    world.now += GRACE;
    const plan = await world.repository.planSweep();
    assert.ok(plan.pardon.length > 0 && plan.remove.length === 0);
    const report = await world.repository.sweep();
    assert.deepEqual([report.deleted.packs, report.deleted.pardonedPacks], [0, plan.pardon.length]);
    await whole();
    assert.ok((await world.restored(removed)).equals(first));
  });

  it('never builds on a condemned pack: a backup stores its chunks anew', async () => {
    await world.repository.removePoint(removed);
    await world.repository.sweep({ deadShare: 1 });
    for (const process of ['the same', 'another']) {
      if (process === 'another') await world.reopen();
      const again = await world.backup(first);
      world.now += GRACE;
      const { deleted } = await world.repository.sweep();
      assert.equal(deleted.pardonedPacks, 0, `${process} process`);
      assert.ok((await world.restored(again)).equals(first));
    }
    await whole();
  });

  it('notices before the commit that another program condemned what the backup builds on', async () => {
    const other = await world.copy();
    await other.repository.removePoint(removed);
    await other.repository.sweep({ deadShare: 1 });
    for (const key of other.keys('gc/')) world.objects.objects.set(key, other.objects.objects.get(key)!);
    await assert.rejects(world.backup(first), { code: 'LocalChunkDamaged' });
    const point = await world.backup(first);
    assert.ok((await world.restored(point)).equals(first));
  });

  it('collects what a failed backup left', async () => {
    const objects = world.keys('packs/').length;
    const failing = noise(2 * MIB, 9);
    world.objects.follow({ on: 'create', at: 4, fault: 'ENOSPC' });
    await assert.rejects(world.backup(failing), { code: 'LocalStoreNoSpace' });
    assert.ok(world.keys('packs/').length > objects);
    world.objects.follow(undefined);
    await world.reopen();
    assert.ok((await world.repository.sweep()).condemnedPacks > 0);
    world.now += GRACE;
    await world.repository.sweep();
    assert.equal(world.keys('packs/').length, objects);
    await whole();
  });

  it('waits for whoever still reads, however long that takes', async () => {
    const held = new AbortController();
    const list = world.objects.list.bind(world.objects);
    let waiting = true;
    world.objects.list = async (prefix) => {
      if (waiting && prefix === 'snaps/') {
        waiting = false;
        await once(held.signal, 'abort');
      }
      return list(prefix);
    };
    const reading = world.repository.points();
    await world.repository.removePoint(removed);
    await world.repository.sweep();
    world.now += 10 * GRACE;
    assert.equal((await world.repository.sweep()).deleted.packs, 0);
    held.abort();
    await reading;
    assert.ok((await world.repository.sweep()).deleted.packs > 0);
    await whole();
  });

  it('waits when the clock was set back', async () => {
    await world.repository.removePoint(removed);
    await world.repository.sweep();
    world.now -= 2 * GRACE;
    assert.equal((await world.repository.sweep()).deleted.packs, 0);
  });

  it('refuses while anything that is needed is missing or cannot be read, and names it', async () => {
    await world.repository.removePoint(removed);
    const objects = new Map(world.objects.objects);
    const damage: [string, RegExp, () => void][] = [
      ['manifest', new RegExp(kept), () => flip(world.objects.objects.get(kept), 60)],
      [
        'pack',
        /of disk disk0 of the recovery point snaps|map of disk disk0/,
        () => {
          for (const key of world.keys('packs/')) world.objects.objects.delete(key);
        },
      ],
    ];
    for (const [name, message, hurt] of damage) {
      world.objects.objects.clear();
      for (const [key, bytes] of objects) world.objects.objects.set(key, Buffer.from(bytes));
      hurt();
      await world.reopen();
      const before = world.keys('');
      for (const call of [world.repository.planSweep(), world.repository.sweep()]) {
        await assert.rejects(call, (error: Error & { code?: string }) => {
          assert.equal(error.code, 'LocalCleanupRefused', name);
          assert.match(error.message, message);
          return true;
        });
      }
      assert.deepEqual(world.keys(''), before);
    }
  });

  it('never rewrites a pack with a damaged chunk: whoever heals it finds it where it was', async () => {
    await world.repository.removePoint(removed);
    const largest = world.keys('packs/').toSorted((a, b) => sizeOf(b) - sizeOf(a))[0] ?? '';
    // The first chunk of the disk is the first blob of its pack, and the kept point shares it.
    flip(world.objects.objects.get(largest), 100);
    for (const process of ['the same', 'another']) {
      if (process === 'another') await world.reopen();
      assert.equal((await world.repository.sweep()).copiedBytes, 0, `${process} process`);
      assert.ok(world.keys('packs/').includes(largest));
    }
    const { affected } = await world.repository.verify();
    assert.deepEqual(
      affected.map(({ key, ranges }) => [key, ranges[0]?.offset]),
      [[kept, 0]],
    );
    flip(world.objects.objects.get(largest), 100);
    assert.ok((await world.repository.verify()).ok);
    assert.ok((await world.repository.sweep()).copiedBytes > 0);
    await whole();
  });

  it('keeps the index in few objects, which open to the same repository', async () => {
    const points = new Map<string, Buffer>();
    for (let at = 0; at < 20; at += 1) {
      const content = noise(40_000, 100 + at);
      points.set(await world.backup(content), content);
    }
    assert.ok(world.keys('index/').length > 20);
    const { indexObjects } = await world.repository.sweep();
    assert.equal(world.keys('index/').length, indexObjects);
    assert.ok(indexObjects <= 2, `${indexObjects} index objects`);
    await whole();
    for (const [key, content] of points) assert.ok((await world.restored(key)).equals(content));
  });

  it('says how much is free when that is too little for a backup or for rewriting packs', async () => {
    const free = world.objects.freeBytes.bind(world.objects);
    world.objects.freeBytes = async () => 9 * MIB;
    const message = /it needs at least 16 MB, and 9 MB are free\./;
    await assert.rejects(world.backup(first), { code: 'LocalStoreNoSpace', message });
    await world.repository.removePoint(removed);
    const { postponed, condemnedPacks } = await world.repository.sweep();
    assert.match(
      postponed.join(),
      /^Rewriting sparse packs waits for another time: it needs .* MB, and 9 MB are free\.$/,
    );
    assert.ok(condemnedPacks > 0);
    assert.ok(!world.keys('gc/').includes('gc/reserve'), 'the reserve is not made of the last space');
    world.objects.freeBytes = free;
    await whole();
  });

  it('stops when it is asked to, and goes on the next time', async () => {
    await world.repository.removePoint(removed);
    for (const phase of ['delete', 'compact'] as const) {
      const stop = new AbortController();
      const sweeping = world.repository.sweep({
        signal: stop.signal,
        onProgress: (progress) => {
          if (progress.phase === phase) stop.abort();
        },
      });
      if (phase === 'delete') await assert.rejects(sweeping, { code: 'LocalOperationCancelled' });
      else await sweeping.catch((error: { code?: string }) => assert.equal(error.code, 'LocalOperationCancelled'));
      await whole();
    }
    await world.repository.sweep();
    world.now += GRACE;
    assert.ok((await world.repository.sweep()).deleted.packs > 0);
    await whole();
  });

  it('never removes a point on legal hold, even if the hold cannot be read', async () => {
    await world.repository.holdPoint(removed, 'Case 12 of the court.');
    await world.repository.holdPoint(removed, 'A second reason.');
    const refusal = { code: 'LocalPointHeld', message: /Case 12 of the court\./ };
    await assert.rejects(world.repository.removePoint(removed), refusal);
    const [hold] = await world.repository.holds();
    assert.deepEqual(hold, { point: removed, reason: 'Case 12 of the court.', time: world.now });
    flip(world.objects.objects.get(world.keys('holds/')[0] ?? ''), 50);
    await assert.rejects(world.repository.removePoint(removed), { code: 'LocalPointHeld' });
    await world.repository.releasePoint(removed);
    assert.equal(await world.repository.removePoint(removed), true);
    await assert.rejects(world.repository.holdPoint(removed, 'Late.'), { code: 'LocalPointNotFound' });
    for (const key of ['config', 'keys/recovery', '../snaps/a/b']) {
      await assert.rejects(world.repository.removePoint(key), { code: 'LocalRequestInvalid' });
    }
  });
});
