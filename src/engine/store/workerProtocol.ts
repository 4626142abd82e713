import type { BlobKeys } from './blob';
import type { ChunkProfile } from './chunker';
import type { DiskSource } from './diskSource';
import type { ErrorMessage } from './errors';
import type { PackContent } from './packDirectory';
import type { StorageTarget } from './target';

/** What a lane needs to know before its first task. Plain data. */
export interface LaneSetup {
  readonly target: StorageTarget;
  readonly keys: BlobKeys;
  /** 16 random bytes that no other lane has: the session of all blobs it seals. */
  readonly session: Uint8Array;
  readonly boundarySeed: Uint8Array;
  readonly chunks: ChunkProfile;
  /** One shared 32-bit word: not zero = stop. */
  readonly cancel: SharedArrayBuffer;
}

/** Reads, cuts and stores one segment of a disk. */
export interface SegmentTask {
  readonly source: DiskSource;
  readonly segment: number;
}

/** Bytes of a segment by what became of them, and its map page (nothing if it is all zero). */
export interface SegmentResult {
  readonly page: Uint8Array | undefined;
  readonly readBytes: number;
  readonly zeroBytes: number;
  readonly knownBytes: number;
  readonly newBytes: number;
}

/** A stored blob by the name of its pack: what a worker needs to read it. */
export interface BlobPlace {
  readonly id: Uint8Array;
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  readonly raw: number;
  readonly type: number;
}

/** Reads chunks and writes them into an open restore target. */
export interface RestoreTask {
  readonly targetPath: string;
  /** Each with its offset on the disk, in bytes. */
  readonly chunks: readonly { readonly at: number; readonly blob: BlobPlace }[];
}

/** Bytes that were written, and the ids of the blobs that had to come from a copy because the own ones are damaged. */
export interface RestoreResult {
  readonly bytes: number;
  readonly fromCopies: readonly Uint8Array[];
}

/** Reads a pack and checks blobs in it. */
export interface VerifyTask {
  readonly pack: PackContent;
}

/** What is wrong with a pack: its directory, or blobs of it. */
export interface VerifyResult {
  readonly checkedBytes: number;
  readonly blobs: number;
  /** Why the directory at the pack's end cannot be used, if so. The blobs may still be whole. */
  readonly directoryProblem: string | undefined;
  readonly damagedBlobs: readonly { readonly id: Uint8Array; readonly reason: string }[];
  /** Number of damaged blobs that the directory names but that are read from elsewhere. */
  readonly damagedLeftovers: number;
}

/**
 * One worker's part in a run. Tasks of a lane run one after the other. All of them throw `LocalOperationCancelled`
 * soon after the cancel word is set.
 */
export interface Lane {
  segment(task: SegmentTask): Promise<SegmentResult>;
  /** Makes the lane's current pack durable. */
  flush(): Promise<void>;
  restore(task: RestoreTask): Promise<RestoreResult>;
  verify(task: VerifyTask): Promise<VerifyResult>;
  /** Frees buffers and files. What is in an unfinished pack is lost. */
  close(): Promise<void>;
}

/** What lanes ask of the main thread, and tell it. */
export interface LaneHost {
  /** Which of these ids (32 bytes each) the lane must store: one byte each, 1 = new. */
  claim(ids: Uint8Array): Promise<Uint8Array>;
  /** A pack of the lane is durable. Always told before the task that wrote it ends, even if the task fails. */
  packWritten(pack: PackContent): void;
}

/** Where lanes run: worker threads, or the calling thread in tests. */
export interface Pool {
  /** Most lanes that make sense in one run. */
  readonly size: number;
  /** Opens one lane per setup, at most `size`. */
  open(setups: readonly LaneSetup[], host: LaneHost): Promise<Lane[]>;
  /** Ends all workers. Runs still using them fail. */
  close(): Promise<void>;
}

/** A call of a lane's method, as a message. */
export type LaneCall =
  | { readonly method: 'segment'; readonly task: SegmentTask }
  | { readonly method: 'restore'; readonly task: RestoreTask }
  | { readonly method: 'verify'; readonly task: VerifyTask }
  | { readonly method: 'flush' }
  | { readonly method: 'close' };

/** What the call gave, as a message. */
export type LaneAnswer =
  | { readonly method: 'segment'; readonly value: SegmentResult }
  | { readonly method: 'restore'; readonly value: RestoreResult }
  | { readonly method: 'verify'; readonly value: VerifyResult }
  | { readonly method: 'flush' }
  | { readonly method: 'close' };

/** Messages to a worker. */
export type ToWorker =
  | { readonly kind: 'open'; readonly lane: number; readonly setup: LaneSetup }
  | { readonly kind: 'call'; readonly lane: number; readonly call: number; readonly work: LaneCall }
  | { readonly kind: 'claimed'; readonly lane: number; readonly claim: number; readonly flags: Uint8Array };

/** Messages from a worker. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly lane: number; readonly call: number; readonly answer: LaneAnswer }
  | { readonly kind: 'failed'; readonly lane: number; readonly call: number; readonly error: ErrorMessage }
  | { readonly kind: 'claim'; readonly lane: number; readonly claim: number; readonly ids: Uint8Array }
  | { readonly kind: 'pack'; readonly lane: number; readonly pack: PackContent };
