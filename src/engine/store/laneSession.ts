import { BlobOpener } from './blob';
import type { OpenDisk } from './diskSource';
import { cancelled } from './errors';
import { Mutex } from './mutex';
import { verifyPack } from './packVerify';
import { SegmentBackup } from './segmentBackup';
import { SegmentRestore } from './segmentRestore';
import type { ObjectStorage, OpenStorage } from './storage';
import { copiesOf } from './target';
import type {
  Lane,
  LaneHost,
  LaneSetup,
  RestoreResult,
  RestoreTask,
  SegmentResult,
  SegmentTask,
  VerifyResult,
  VerifyTask,
} from './workerProtocol';

/** How a lane reaches disks and objects; given by whoever starts it. */
export interface LaneTools {
  readonly openDisk: OpenDisk;
  readonly openStorage: OpenStorage;
}

/** A lane's work, on the thread it runs on. */
export class LaneSession implements Lane {
  private readonly turn = new Mutex();
  private readonly storage: ObjectStorage;
  private readonly copies: readonly ObjectStorage[];
  private readonly opener: BlobOpener;
  private readonly cancel: Int32Array;
  private backup: SegmentBackup | undefined;
  private restoring: SegmentRestore | undefined;

  constructor(
    private readonly setup: LaneSetup,
    private readonly host: LaneHost,
    private readonly tools: LaneTools,
  ) {
    this.storage = tools.openStorage(setup.target);
    this.copies = copiesOf(setup.target).map(tools.openStorage);
    this.opener = new BlobOpener(setup.keys);
    this.cancel = new Int32Array(setup.cancel);
  }

  async segment(task: SegmentTask): Promise<SegmentResult> {
    return this.turn.run(async () => {
      this.backup ??= new SegmentBackup(
        this.setup,
        this.storage,
        this.host,
        this.tools.openDisk,
        this.throwIfCancelled,
      );
      return this.backup.store(task);
    });
  }

  async flush(): Promise<void> {
    await this.turn.run(async () => this.backup?.flush());
  }

  async restore(task: RestoreTask): Promise<RestoreResult> {
    return this.turn.run(async () => {
      this.restoring ??= new SegmentRestore(this.storage, this.copies, this.opener, this.throwIfCancelled);
      return this.restoring.restore(task);
    });
  }

  async verify(task: VerifyTask): Promise<VerifyResult> {
    return this.turn.run(async () => verifyPack(this.storage, this.opener, task, this.throwIfCancelled));
  }

  async close(): Promise<void> {
    await this.turn.run(async () => {
      this.backup?.close();
      await this.restoring?.close();
      this.backup = undefined;
      this.restoring = undefined;
    });
  }

  private readonly throwIfCancelled = (): void => {
    if (Atomics.load(this.cancel, 0) !== 0) throw cancelled();
  };
}
