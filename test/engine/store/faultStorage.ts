import fs from 'node:fs/promises';
import type { FileCalls, WritableFile } from '../../../src/engine/store/folderStorage';

/** How the n-th call goes wrong. After `crash`, nothing works any more, as if the process had been killed. */
export type Fault = 'ENOSPC' | 'EIO' | 'short writes' | 'crash';

/** Real files whose n-th changing call fails (1 is the first), or whose writes all take half of what they are given. */
export class FaultyFiles implements FileCalls {
  calls = 0;
  private dead = false;

  constructor(
    private readonly failAt: number,
    private readonly fault: Fault,
  ) {}

  async open(file: string, flags: 'wx' | 'r', mode: number): Promise<WritableFile> {
    await this.step();
    const handle = await fs.open(file, flags, mode);
    return {
      write: async (bytes, offset, length, position) => {
        await this.step();
        return handle.write(bytes, offset, this.fault === 'short writes' ? Math.ceil(length / 2) : length, position);
      },
      stat: async () => handle.stat(),
      datasync: async () => this.step().then(async () => handle.datasync()),
      sync: async () => this.step().then(async () => handle.sync()),
      close: async () => handle.close(),
    };
  }

  async link(existing: string, created: string): Promise<void> {
    await this.step();
    await fs.link(existing, created);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.step();
    await fs.rename(from, to);
  }

  async unlink(file: string): Promise<void> {
    await this.step();
    await fs.unlink(file);
  }

  async mkdir(folder: string, options: { recursive: true; mode: number }): Promise<string | undefined> {
    await this.step();
    return fs.mkdir(folder, options);
  }

  private async step(): Promise<void> {
    this.calls += 1;
    if (this.dead) throw new Error('The process is gone.');
    if (this.calls !== this.failAt) return;
    this.dead = this.fault === 'crash';
    const code = this.fault === 'ENOSPC' ? 'ENOSPC' : 'EIO';
    throw Object.assign(new Error(`injected ${code}`), { code });
  }
}
