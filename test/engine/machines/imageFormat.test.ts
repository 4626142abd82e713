import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireRawImage } from '../../../src/engine/machines/imageFormat';

describe('image formats', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'format-'))));
  after(() => rmSync(folder, { recursive: true }));

  const check = async (content: Buffer) => {
    const path = join(folder, 'disk.img');
    writeFileSync(path, content);
    await requireRawImage(path, content.length);
  };
  for (const [name, content] of [
    ['qcow2', marked(Buffer.from([0x51, 0x46, 0x49, 0xfb]), 0)],
    ['VHDX', marked(Buffer.from('vhdxfile'), 0)],
    ['VMDK', marked(Buffer.from('KDMV'), 0)],
    ['VHD', marked(Buffer.from('conectix'), 4096 - 512)],
  ] as const) {
    it(`refuses a ${name} image by its mark and says how to convert it`, async () => {
      await assert.rejects(
        check(content),
        (error: Error & { code?: string; details?: { recommendation?: string } }) => {
          assert.equal(error.code, 'LocalDiskFormatUnknown');
          assert.match(error.message, new RegExp(`it is a ${name} image`));
          assert.match(error.details?.recommendation ?? '', /qemu-img convert/);
          return true;
        },
      );
    });
  }

  it('takes anything else as raw, also a file of one byte', async () => {
    await check(Buffer.alloc(1));
    await check(Buffer.alloc(100_000, 1));
  });
});

/** An image of sevens with a mark somewhere in it. */
function marked(mark: Buffer, at: number): Buffer {
  const content = Buffer.alloc(4096, 7);
  mark.copy(content, at);
  return content;
}
