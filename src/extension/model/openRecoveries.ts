import * as z from 'zod';
import { idKey } from '../../protocol/ids';
import type { Memory } from './memory';

const KEY = 'azure.fileRecoveries';
/** Azure disconnects the disks of a recovery point by itself after so many hours (documentation of file recovery). */
export const CONNECTED_HOURS = 12;

const remembered = z.array(z.object({ point: z.string(), opened: z.number() }));

/** The recovery points whose disks are connected to be mounted, kept over the reload of a window. No password is kept. */
export class OpenRecoveries {
  /** @param now ms UTC */
  constructor(
    private readonly memory: Memory,
    private readonly now: () => number,
  ) {}

  isOpen(pointId: string): boolean {
    return this.all.some(({ point }) => point === idKey(pointId));
  }

  opened(pointId: string): void {
    this.set([...this.others(pointId), { point: idKey(pointId), opened: this.now() }]);
  }

  closed(pointId: string): void {
    this.set(this.others(pointId));
  }

  /** Forgets all of them. */
  clear(): void {
    this.memory.set(KEY, undefined);
  }

  private others(pointId: string) {
    return this.all.filter(({ point }) => point !== idKey(pointId));
  }

  private get all(): z.infer<typeof remembered> {
    const { data = [] } = remembered.safeParse(this.memory.get(KEY));
    return data.filter(({ opened }) => this.now() - opened < CONNECTED_HOURS * 3600_000);
  }

  private set(open: z.infer<typeof remembered>): void {
    this.memory.set(KEY, open.length === 0 ? undefined : open);
  }
}
