import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import catalogue from '../../../src/engine/machines/lab/assets/lab.json';
import { LOG_LINE_BYTES, TABLE_PAGE_BYTES } from '../../../src/engine/machines/lab/content';
import { changeFiles, createLab, removeLab } from '../../../src/engine/machines/lab/lab';

const now = Date.UTC(2026, 10, 22, 12);
const disks = catalogue.machines.flatMap(({ name, disks: own }) => own.map((disk) => ({ machine: name, ...disk })));

describe('the sample lab', () => {
  let folder: string;
  const pathOf = (disk: { machine: string; file: string }) => join(folder, disk.machine, disk.file);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('describes its machines', async () => {
    assert.deepEqual(await createLab(folder), [
      { name: 'sample-web', osType: 'Linux', diskPaths: [join(folder, 'sample-web/disk.img')] },
      {
        name: 'sample-db',
        osType: 'Linux',
        diskPaths: [join(folder, 'sample-db/os.img'), join(folder, 'sample-db/data.img')],
      },
    ]);
  });

  it('unpacks the recorded bytes into sparse files with a partition table', async () => {
    await createLab(folder);
    for (const disk of disks) {
      const bytes = await readFile(pathOf(disk));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), disk.sha256);
      assert.equal(bytes.toString('latin1', 512, 520), 'EFI PART');
      assert.equal(bytes.toString('latin1', disk.size - 512, disk.size - 504), 'EFI PART', 'the backup at the end');
      if (process.platform !== 'win32') {
        assert.ok((await stat(pathOf(disk))).blocks * 512 < disk.size / 2, 'zeros take no space');
      }
    }
  });

  it('keeps a disk that was changed', async () => {
    await createLab(folder);
    await changeFiles(folder, { now, random: () => 0.5 });
    const before = await contents();
    await createLab(folder);
    assert.ok((await contents()).every((bytes, index) => bytes.equals(before[index]!)));
  });

  it('replaces a disk that has another size', async () => {
    const [disk] = disks;
    await createLab(folder);
    await writeFile(pathOf(disk!), 'cut off');
    await createLab(folder);
    assert.equal((await stat(pathOf(disk!))).size, disk!.size);
  });

  it('holds clean file systems, also after changes', async () => {
    await createLab(folder);
    await assertClean();
    for (const value of [0, 0.37, 0.999_999]) await changeFiles(folder, { now, random: () => value });
    await assertClean();
  });

  it('changes the files that it names, and little else', async () => {
    await createLab(folder);
    const before = await contents();
    const changes = await changeFiles(folder, { now, random: () => 0.5 });
    const after = await contents();

    assert.deepEqual(
      changes.map(({ machine, path }) => `${machine}${path}`),
      ['sample-web/srv/www/index.html', 'sample-web/srv/www/access.log', 'sample-db/orders.tbl'],
    );
    for (const [index, disk] of disks.entries()) {
      const ranges = disk.changeable.flatMap(({ extents }) => extents as { offset: number; length: number }[]);
      const changed = changedOffsets(before[index]!, after[index]!);
      assert.ok(changed.every((at) => ranges.some(({ offset, length }) => at >= offset && at < offset + length)));
      assert.equal(changed.length > 0, ranges.length > 0);
    }
    assert.ok(changes.reduce((sum, { bytes }) => sum + bytes, 0) <= 64 * 1024);
  });

  it('leaves readable text where the files are', async () => {
    await createLab(folder);
    await changeFiles(folder, { now, random: () => 0.5 });
    assert.match(
      await fileText('/srv/www/index.html'),
      /Updated 2026-11-22T12:00:00.000Z<\/p>\n.*Visitor number 00041853/,
    );
    const log = await fileText('/srv/www/access.log');
    assert.match(log, /^203\.0\.113\.\d+ \[2026-01-05T/, 'the old lines are still above');
    assert.match(log.slice(-LOG_LINE_BYTES), /\[2026-11-22T12:00:00.000Z\] "GET \S+ HTTP\/1.1" 200 +\n$/);
    const page = (await fileText('/orders.tbl')).slice(128 * TABLE_PAGE_BYTES, 129 * TABLE_PAGE_BYTES);
    assert.match(page, new RegExp(`^PAGE 000128 VERSION 0*${now} +\n0000012801\\|`));
  });

  it('writes something else each time', async () => {
    await createLab(folder);
    await changeFiles(folder, { now, random: () => 0.5 });
    const first = await Promise.all(['/srv/www/index.html', '/srv/www/access.log', '/orders.tbl'].map(fileText));
    await changeFiles(folder, { now: now + 1000, random: () => 0.25 });
    const second = await Promise.all(['/srv/www/index.html', '/srv/www/access.log', '/orders.tbl'].map(fileText));
    for (const [index, text] of second.entries()) assert.notEqual(text, first[index]);
  });

  it('removes what it made and nothing else', async () => {
    await createLab(folder);
    await writeFile(join(folder, 'mine.txt'), 'mine');
    await removeLab(folder);
    assert.equal(existsSync(join(folder, 'sample-web')), false);
    assert.equal(await readFile(join(folder, 'mine.txt'), 'utf8'), 'mine');
    await rm(join(folder, 'mine.txt'));
    await removeLab(folder);
    assert.equal(existsSync(folder), false);
  });

  const contents = () => Promise.all(disks.map((disk) => readFile(pathOf(disk))));

  async function fileText(path: string): Promise<string> {
    const disk = disks.find(({ changeable }) => changeable.some((file) => file.path === path))!;
    const { size, extents } = disk.changeable.find((file) => file.path === path)!;
    const image = await readFile(pathOf(disk));
    return Buffer.concat(extents.map(({ offset, length }) => image.subarray(offset, offset + length)))
      .subarray(0, size)
      .toString();
  }

  /** By e2fsck where it is installed; by the superblock's own account everywhere. */
  async function assertClean(): Promise<void> {
    for (const disk of disks) {
      const image = await readFile(pathOf(disk));
      for (const { offset, length } of disk.partitions.filter(({ fileSystem }) => fileSystem === 'ext4')) {
        const partition = image.subarray(offset, offset + length);
        assert.equal(partition.readUInt16LE(1024 + 0x38), 0xef53, 'ext4');
        assert.equal(partition.readUInt16LE(1024 + 0x3a), 1, 'unmounted cleanly, no errors');
        const extracted = join(folder, 'partition');
        await writeFile(extracted, partition);
        const { error, status, stdout } = spawnSync('e2fsck', ['-fn', extracted], {
          encoding: 'utf8',
          env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
        });
        if (!error) assert.equal(status, 0, stdout);
      }
    }
  }
});

/** Positions of the bytes that differ, found by comparing blocks first. */
function changedOffsets(before: Buffer, after: Buffer): number[] {
  const found: number[] = [];
  for (let start = 0; start < before.length; start += 4096) {
    const [a, b] = [before.subarray(start, start + 4096), after.subarray(start, start + 4096)];
    if (!a.equals(b)) found.push(...[...a.keys()].filter((at) => a[at] !== b[at]).map((at) => start + at));
  }
  return found;
}
