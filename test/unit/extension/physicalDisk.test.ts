import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { physicalDisks, shareDisk } from '../../../src/extension/wizards/physicalDisk';

describe('physical disks', () => {
  let folder: string;
  let sys: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'disk-'));
    sys = join(folder, 'sys');
    mkdirSync(join(sys, 'dev/block'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A block device of the kernel's tree below `sys`, which holds the temporary folder if it is told to. */
  const device = (path: string, options: { partition?: boolean; of?: string[]; holds?: boolean } = {}): string => {
    const node = join(sys, 'devices', path);
    mkdirSync(join(node, 'slaves'), { recursive: true });
    if (options.partition) writeFileSync(join(node, 'partition'), '1\n');
    for (const slave of options.of ?? []) symlinkSync(slave, join(node, 'slaves', slave.split('/').at(-1) ?? ''));
    const { dev } = statSync(folder);
    const name = `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`;
    if (options.holds) symlinkSync(node, join(sys, 'dev/block', name));
    return node;
  };

  it('are those of the nearest folder that is there', async () => {
    const there = await physicalDisks(folder);
    assert.ok(there.length > 0);
    assert.deepEqual(await physicalDisks(join(folder, 'not/yet/made')), there);
    assert.ok(shareDisk(there, await physicalDisks(folder)));
  });

  it('are told apart from those of another file system', async () => {
    assert.ok(!shareDisk(await physicalDisks(folder), await physicalDisks('/proc')));
  });

  it('are the whole disk for a partition', async () => {
    const disk = device('sda');
    device('sda/sda1', { partition: true, holds: true });
    assert.deepEqual(await physicalDisks(folder, sys), [disk]);
  });

  it('are all that a mapped volume lies on', async () => {
    const [first, second] = [device('sda'), device('sdb')];
    const part = device('sdb/sdb2', { partition: true });
    device('dm-0', { of: [first, part], holds: true });
    assert.deepEqual((await physicalDisks(folder, sys)).toSorted(), [first, second]);
    assert.ok(shareDisk(await physicalDisks(folder, sys), [second]));
  });

  it('are the file system where no block device is behind it', async () => {
    assert.deepEqual(await physicalDisks(folder, sys), [`file system ${statSync(folder).dev}`]);
  });
});
