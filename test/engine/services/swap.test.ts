import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { swapFiles, takeBack } from '../../../src/engine/services/restore/swap';

describe('§1.10 replacing the files of disks', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swap-'));
    for (const name of ['a', 'b']) {
      writeFileSync(join(folder, `${name}.raw`), `old ${name}`);
      writeFileSync(join(folder, `${name}.fresh`), `new ${name}`);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (name: string) => join(folder, name);
  const swapOf = (name: string, path = at(`${name}.raw`)) => ({
    diskId: name,
    path,
    fresh: at(`${name}.fresh`),
    kept: `${path}.kept`,
  });
  const files = () => readdirSync(folder).toSorted();
  const text = (name: string) => readFileSync(at(name), 'utf8');

  it('keeps the old ones beside them, and does nothing more when it is done again', async () => {
    for (let round = 0; round < 2; round++) {
      await swapFiles([swapOf('a'), swapOf('b')]);
      assert.deepEqual(files(), ['a.raw', 'a.raw.kept', 'b.raw', 'b.raw.kept']);
      assert.deepEqual([text('a.raw'), text('a.raw.kept')], ['new a', 'old a']);
    }
  });

  it('that fails at the second disk is taken back: the first one has its old file again, and no restored file stays', async () => {
    const swaps = [swapOf('a'), swapOf('b', at('gone/b.raw'))];
    await assert.rejects(swapFiles(swaps), { code: 'ENOENT' });
    assert.equal(text('a.raw'), 'new a', 'the first one was replaced before');
    await takeBack(swaps);
    assert.deepEqual(files(), ['a.raw', 'b.raw']);
    assert.deepEqual([text('a.raw'), text('b.raw')], ['old a', 'old b']);
  });

  it('that was cut off between the two names of a disk is taken back too', async () => {
    const [a, b] = [swapOf('a'), swapOf('b')];
    await swapFiles([a]);
    rmSync(a.path); // as if the restored file had not come to its place
    await takeBack([a, b]);
    assert.deepEqual(files(), ['a.raw', 'b.raw']);
    assert.equal(text('a.raw'), 'old a');
  });
});
