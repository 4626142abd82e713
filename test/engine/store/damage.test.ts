import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isAppError } from '../../../src/domain/errors';
import { Repository } from '../../../src/engine/store/repository';
import type { StorageTarget } from '../../../src/engine/store/target';
import { VerifyHistory } from '../../../src/engine/store/verifyHistory';
import {
  filesBelow,
  inlineEnvironment,
  KEY_FILE,
  MIB,
  noise,
  requestFor,
  restored,
  temporaryFolder,
  writeImage,
} from './storeSupport';

function change(target: StorageTarget, file: string, edit: (bytes: Buffer) => Uint8Array): void {
  const full = path.join(target.path, file);
  fs.writeFileSync(full, edit(fs.readFileSync(full)));
}

const flip = (at: number) => (bytes: Buffer) => {
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  return bytes;
};

const open = async (target: StorageTarget): Promise<Repository> =>
  Repository.open(target, { keyFile: KEY_FILE }, inlineEnvironment());

describe('damage in a repository', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const content = Buffer.concat([noise(MIB, 31), Buffer.alloc(MIB), Buffer.alloc(MIB, 'text '), noise(50_001, 32)]);
  let image: string;
  let base: string;
  let recoveryKey: string;

  before(async () => {
    image = writeImage(folder, content);
    base = path.join(folder, 'base');
    const repository = await Repository.create({ kind: 'folder', path: base }, KEY_FILE, inlineEnvironment());
    recoveryKey = await repository.addRecoveryKey();
    await repository.backup(requestFor([image]));
    await repository.close();
  });

  let copies = 0;
  function copyOfBase(): StorageTarget {
    copies += 1;
    const target = { kind: 'folder' as const, path: path.join(folder, `copy-${copies}`) };
    fs.cpSync(base, target.path, { recursive: true });
    return target;
  }

  /** With this damage, opening fails clearly, or verify finds it; and what is restored is right or refused. */
  async function check(target: StorageTarget, label: string): Promise<void> {
    let repository: Repository;
    try {
      repository = await open(target);
    } catch (error) {
      assert.ok(isAppError(error, 'LocalVaultUnreadable', 'LocalStoreFormatUnknown'), `${label}: ${String(error)}`);
      return;
    }
    for (const point of await repository.points()) {
      const bytes = await restored(repository, point.key, folder).catch((error: unknown) => {
        assert.ok(isAppError(error, 'LocalChunkDamaged'), `${label}: ${String(error)}`);
      });
      if (bytes !== undefined) assert.ok(bytes.equals(content), `${label}: wrong bytes were restored`);
    }
    // A config that is damaged is mended from its copy as soon as the vault is opened, and the other way round.
    const mended = label.includes('config');
    assert.equal((await repository.verify()).ok, mended, `${label} was not found`);
    await repository.close();
    for (const name of ['config', 'config-copy']) {
      const bytes = fs.readFileSync(path.join(target.path, name));
      assert.ok(bytes.equals(fs.readFileSync(path.join(base, name))), label);
    }
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.startsWith('restored')),
      [],
      label,
    );
  }

  it('is found wherever a bit flips, and never gives wrong bytes', async () => {
    for (const file of filesBelow(base)) {
      const size = fs.statSync(path.join(base, file)).size;
      const places = new Set([0, 4, 5, 9, 20, 30, size >> 1, size - 70, size - 9, size - 8, size - 4, size - 3]);
      for (const at of places) {
        const target = copyOfBase();
        change(target, file, flip(at));
        const text = fs.readFileSync(path.join(target.path, file));
        const sameJson = file.startsWith('config') || file.startsWith('keys') ? sameMeaning(file, text) : false;
        // White space at the end of a JSON file means nothing.
        if (!sameJson) await check(target, `bit ${at} of ${file}`);
        fs.rmSync(target.path, { recursive: true });
      }
    }
  });

  function sameMeaning(file: string, text: Buffer): boolean {
    try {
      const before: unknown = JSON.parse(fs.readFileSync(path.join(base, file), 'utf8'));
      return JSON.stringify(JSON.parse(text.toString('utf8'))) === JSON.stringify(before);
    } catch {
      return false;
    }
  }

  it('is found when an object is missing, cut short or empty', async () => {
    for (const file of filesBelow(base)) {
      // A missing manifest is a deleted point and a missing index object is made anew: both are whole repositories.
      const edits: [string, (bytes: Buffer) => Uint8Array][] = [
        ['cut', (bytes) => bytes.subarray(0, -1)],
        ['empty', () => Buffer.alloc(0)],
      ];
      for (const [name, edit] of edits) {
        const target = copyOfBase();
        change(target, file, edit);
        if (name !== 'cut' || !/^(config|keys)/.test(file)) await check(target, `${file} ${name}`);
        fs.rmSync(target.path, { recursive: true });
      }
      if (!file.startsWith('packs')) continue;
      const target = copyOfBase();
      fs.rmSync(path.join(target.path, file));
      await check(target, `${file} missing`);
    }
  });

  it('names the points, disks and ranges that are hit', async () => {
    const target = copyOfBase();
    const data = filesBelow(target.path)
      .filter((file) => file.startsWith('packs'))
      .toSorted((a, b) => fs.statSync(path.join(target.path, b)).size - fs.statSync(path.join(target.path, a)).size);
    change(target, data[0] ?? '', flip(100));
    const repository = await open(target);
    const report = await repository.verify();
    const [point] = await repository.points();
    assert.equal(report.damagedBlobs.length, 1);
    assert.equal(report.damagedPacks.length, 1);
    assert.equal(report.damagedBlobs[0]?.pack, data[0]?.split(path.sep).join('/'));
    assert.equal(report.affected.length, 1);
    const [hit] = report.affected;
    assert.deepEqual([hit?.key, hit?.disk, hit?.ranges[0]?.offset], [point?.key, 'disk0', 0]);

    // The next backup stores what is damaged anew; from then on both points are whole, in a new process too.
    const healed = await repository.backup(requestFor([image]));
    assert.equal(healed.counters.newBytes, hit?.ranges[0]?.length);
    await repository.close();
    const again = await open(target);
    for (const { key } of await again.points()) assert.ok((await restored(again, key, folder)).equals(content));
    assert.deepEqual((await again.verify()).affected, []);
    await again.close();
  });

  it('is repaired as far as it can be', async () => {
    const target = copyOfBase();
    fs.rmSync(path.join(target.path, 'index'), { recursive: true });
    const repository = await open(target);
    const report = await repository.repair();
    const { packs, chunks } = await repository.usage();
    assert.deepEqual([report.packs, report.chunks, report.adoptedPacks.length], [packs, chunks, packs]);
    assert.equal(filesBelow(path.join(target.path, 'index')).length, 1);
    const [point] = await repository.points();
    assert.ok((await restored(repository, point?.key ?? '', folder)).equals(content));
    assert.deepEqual((await repository.repair()).adoptedPacks, []);
    assert.equal(filesBelow(path.join(target.path, 'index')).length, 1);
    await repository.close();

    const pack = filesBelow(target.path).find((file) => file.startsWith('packs')) ?? '';
    fs.rmSync(path.join(target.path, pack));
    const hurt = await open(target);
    assert.deepEqual((await hurt.repair()).droppedPacks, [pack.split(path.sep).join('/')]);
    const after = await hurt.verify();
    assert.equal(after.affected.length, 1);
    const healed = await hurt.backup(requestFor([image]));
    assert.ok((await restored(hurt, healed.key, folder)).equals(content));
    assert.equal((await hurt.verify()).ok, true);
    await hurt.close();
  });

  it('of a config is found while the vault is open, and repaired from the other', async () => {
    for (const file of ['config', 'config-copy']) {
      const target = copyOfBase();
      const repository = await open(target);
      change(target, file, flip(200));
      const report = await repository.verify({ level: 1 });
      assert.deepEqual([report.ok, report.damagedRecords], [false, [file]]);
      assert.deepEqual((await repository.repair()).mendedConfigs, [file]);
      assert.equal((await repository.verify({ level: 1 })).ok, true);
      assert.ok(fs.readFileSync(path.join(target.path, file)).equals(fs.readFileSync(path.join(base, file))));
      await repository.close();
    }
  });

  it('is not named any more once the bytes are right again, in the same process', async () => {
    const target = copyOfBase();
    const repository = await open(target);
    const packs = filesBelow(target.path).filter((file) => file.startsWith('packs'));
    for (const file of packs) {
      const whole = fs.readFileSync(path.join(target.path, file));
      for (const hurt of [() => change(target, file, flip(100)), () => fs.rmSync(path.join(target.path, file))]) {
        hurt();
        const report = await repository.verify();
        assert.equal(report.affected.length, 1, file);
        fs.writeFileSync(path.join(target.path, file), whole);
        const again = await repository.verify();
        assert.equal(again.ok, true, JSON.stringify(again));
        const [point] = await repository.points();
        assert.ok((await restored(repository, point?.key ?? '', folder)).equals(content));
      }
    }
    await repository.close();
  });

  it('is found at each level as far as the level looks', async () => {
    const target = copyOfBase();
    const repository = await open(target);
    const [small, large] = filesBelow(target.path)
      .filter((file) => file.startsWith('packs'))
      .toSorted((a, b) => fs.statSync(path.join(target.path, a)).size - fs.statSync(path.join(target.path, b)).size);
    change(target, large ?? '', flip(100));
    const structure = await repository.verify({ level: 1 });
    assert.deepEqual([structure.ok, structure.packs, structure.remainingPacks], [true, 0, 2]);
    const sample = await repository.verify({ level: 3, budgetMs: 0 });
    assert.deepEqual([sample.ok, sample.packs, sample.sampledSegments], [false, 0, 1]);
    assert.deepEqual(
      sample.affected.map(({ disk, ranges }) => [disk, ranges[0]?.offset]),
      [['disk0', 0]],
    );
    const packs = await repository.verify({ level: 2 });
    assert.deepEqual([packs.ok, packs.packs, packs.remainingPacks], [false, 2, 0]);
    fs.rmSync(path.join(target.path, small ?? ''));
    const missing = await repository.verify({ level: 1 });
    assert.equal(missing.damagedPacks.length, 1);
    assert.deepEqual(missing.affected[0]?.ranges, [{ offset: 0, length: content.length }]);
    await repository.close();
  });

  it('is looked for where nobody looked for the longest time, within the time there is', async () => {
    const target = copyOfBase();
    const repository = await open(target);
    for (let seed = 60; seed < 64; seed += 1)
      await repository.backup(requestFor([writeImage(folder, noise(9000, seed))]));
    const { packs } = await repository.usage();
    let history = VerifyHistory.load('nothing of use');
    const read: number[] = [];
    // The clock of these tests moves a second with each look at it.
    for (let left = packs; left > 0; left -= read.at(-1) ?? packs) {
      const before = new Set(Object.keys(history.save()));
      const report = await repository.verify({ budgetMs: 4000, history });
      assert.equal(report.packs + report.remainingPacks, packs);
      assert.ok(report.ok && report.packs > 0 && report.packs < packs);
      const fresh = Object.keys(history.save()).filter((name) => !before.has(name));
      assert.equal(fresh.length, Math.min(report.packs, left), 'no pack is read twice before all were read once');
      read.push(fresh.length);
      history = VerifyHistory.load(JSON.parse(JSON.stringify(history.save())));
    }
    assert.ok(read.length > 1);
    await repository.close();
  });

  it('of one manifest does not hide the others', async () => {
    const target = copyOfBase();
    const first = await open(target);
    await first.backup(requestFor([image]));
    const manifests = filesBelow(target.path).filter((file) => file.startsWith('snaps'));
    change(target, manifests[0] ?? '', flip(60));
    const list = await first.listPoints();
    assert.equal(list.points.length, 1);
    assert.deepEqual(
      list.damaged.map(({ key }) => key),
      [manifests[0]?.split(path.sep).join('/')],
    );
    await first.close();
  });

  it('by exchanging two manifests is noticed', async () => {
    const target = copyOfBase();
    const repository = await open(target);
    await repository.backup(requestFor([image]));
    const [a, b] = filesBelow(target.path).filter((file) => file.startsWith('snaps'));
    fs.copyFileSync(path.join(target.path, a ?? ''), path.join(target.path, b ?? ''));
    assert.equal((await repository.listPoints()).damaged.length, 1);
    await repository.close();
  });

  it('of the key file leaves the recovery key', async () => {
    const target = copyOfBase();
    for (const file of filesBelow(target.path).filter((name) => /^keys.[0-9a-f]{32}$/.test(name))) {
      fs.rmSync(path.join(target.path, file));
    }
    await assert.rejects(open(target), { code: 'LocalVaultUnreadable' });
    const repository = await Repository.open(target, { recoveryKey }, inlineEnvironment());
    await repository.addKeyFile(KEY_FILE);
    await repository.close();
    await (await open(target)).close();
  });
});
