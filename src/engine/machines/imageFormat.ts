import { open } from 'node:fs/promises';
import { appError } from '../../domain/errorCatalogue';

const FOOTER_BYTES = 512;

/** Formats of disk images that begin, or end, with a mark of their own. */
const MARKS: readonly { readonly name: string; readonly mark: Buffer; readonly at: 'start' | 'footer' }[] = [
  { name: 'qcow2', mark: Buffer.from([0x51, 0x46, 0x49, 0xfb]), at: 'start' },
  { name: 'VHDX', mark: Buffer.from('vhdxfile'), at: 'start' },
  { name: 'VMDK', mark: Buffer.from('KDMV'), at: 'start' },
  { name: 'VMDK', mark: Buffer.from('# Disk DescriptorFile'), at: 'start' },
  { name: 'VHD', mark: Buffer.from('conectix'), at: 'footer' },
];

/**
 * Refuses an image of a known format other than raw: read as raw, its restored disk would not be what a machine sees.
 * @throws AppError `LocalDiskFormatUnknown`
 */
export async function requireRawImage(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(FOOTER_BYTES);
    const footer = Buffer.alloc(FOOTER_BYTES);
    await file.read(start, 0, FOOTER_BYTES, 0);
    await file.read(footer, 0, FOOTER_BYTES, Math.max(0, sizeBytes - FOOTER_BYTES));
    const found = MARKS.find(({ mark, at }) => (at === 'start' ? start : footer).subarray(0, mark.length).equals(mark));
    if (!found) return;
    throw appError('LocalDiskFormatUnknown', {
      path,
      reason: `it is a ${found.name} image.`,
      supported: 'raw (for example with "qemu-img convert -O raw")',
    });
  } finally {
    await file.close();
  }
}
