import { hash } from 'node:crypto';
import * as z from 'zod';
import { AppError, isAppError } from '../../../domain/errors';
import { LOCK_PREFIX } from '../format';
import { Mutex } from '../mutex';
import type { ObjectStorage } from '../storage';

/** An engine as other engines know it. */
export interface Owner {
  /** Stays the same for a data folder, so that an engine that starts again is known as the one it was. */
  readonly id: string;
  /** For people: the computer's name. */
  readonly name: string;
}

/** Whoever may write to a repository now. */
export interface LeaseHolder extends Owner {
  /** When the lease ends unless it is renewed, ms UTC by the storage's clock. */
  readonly until: number;
}

/** A lease lives so long after it was last renewed, in ms. */
export const LEASE_MS = 15 * 60_000;

const NAME = /^locks\/owner-(\d{12})$/;

const fields = { id: z.string(), name: z.string(), state: z.enum(['held', 'released']) };

/** Version 1 had no checksum. */
const bodySchema = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal(1), ...fields }),
  z.strictObject({ version: z.literal(2), ...fields, sum: z.string() }).refine((body) => body.sum === sumOf(body)),
]);

type LeaseBody = Owner & { readonly state: 'held' | 'released' };

interface Found {
  readonly number: number;
  readonly body: LeaseBody;
  readonly modified: number;
}

/**
 * The right to write to a repository: one engine has it at a time. Objects are never overwritten, so each renewal is
 * the next number, created only if absent: whoever creates it holds the lease, and whoever held the one before finds
 * out at its own next renewal. Age is judged by the storage's clock alone.
 */
export class Lease {
  private readonly turn = new Mutex();
  private lost: LeaseHolder | undefined;

  private constructor(
    private readonly storage: ObjectStorage,
    private readonly owner: Owner,
    private number: number,
  ) {}

  /**
   * Takes the lease if nobody holds it, if it was ours, or if `takeOver` says so; else tells who holds it.
   * Throws what the storage throws.
   */
  static async acquire(
    storage: ObjectStorage,
    owner: Owner,
    options: { takeOver: boolean },
  ): Promise<Lease | LeaseHolder> {
    for (;;) {
      const found = await newest(storage);
      const holder = found === undefined ? undefined : await livingHolder(storage, found);
      if (holder !== undefined && holder.id !== owner.id && !options.takeOver) return holder;
      const number = (found?.number ?? 0) + 1;
      // Somebody else may be faster: look again who it is.
      if (await write(storage, number, owner, 'held')) return new Lease(storage, owner, number);
    }
  }

  /** Renews the lease. Throws `LocalVaultOwnedElsewhere` once another engine has taken it: nothing may be written then. */
  async renew(): Promise<void> {
    // Two at once would take each other for another engine.
    await this.turn.run(async () => this.renewNow());
  }

  /** Gives the lease back, so that nobody has to wait for its end. One that was taken from us is left alone. */
  async release(): Promise<void> {
    await this.turn.run(async () => {
      if (this.lost !== undefined) return;
      const found = await newest(this.storage);
      if (found?.number === this.number) await write(this.storage, this.number + 1, this.owner, 'released');
    });
  }

  private async renewNow(): Promise<void> {
    if (this.lost !== undefined) throw ownedElsewhere(this.lost);
    const found = await newest(this.storage);
    // A renewal whose answer was lost is ours too.
    const ours = found !== undefined && (found.number === this.number || found.body.id === this.owner.id);
    if (ours && (await write(this.storage, found.number + 1, this.owner, 'held'))) {
      this.number = found.number + 1;
      return;
    }
    const now = await newest(this.storage);
    this.lost = { id: now?.body.id ?? '', name: now?.body.name ?? 'another engine', until: 0 };
    throw ownedElsewhere(this.lost);
  }
}

/**
 * Marks a copy as ours, before anything is copied into it: whoever took the copy over to back up into it made it a vault
 * of its own, which must not be overwritten with ours, however long ago that was. The copies of `formerOwner`, from whom
 * the vault itself was taken, are ours. Throws `LocalVaultOwnedElsewhere`.
 */
export async function holdCopy(copy: ObjectStorage, owner: Owner, formerOwner?: string): Promise<void> {
  const found = await newest(copy);
  const ours = [owner.id, formerOwner];
  if (found !== undefined && !ours.includes(found.body.id)) throw ownedElsewhere(found.body);
  if (!(await write(copy, (found?.number ?? 0) + 1, owner, 'held')))
    throw ownedElsewhere((await newest(copy))?.body ?? owner);
}

/** The engine that last wrote to a copy, or took it over; nobody for a folder without one. */
export async function copyHolder(copy: ObjectStorage): Promise<Owner | undefined> {
  return (await newest(copy))?.body;
}

/** The error of a write to a repository that another engine owns. */
export function ownedElsewhere({ name }: Owner): AppError {
  return new AppError(
    'LocalVaultOwnedElsewhere',
    `The vault belongs to the engine of ${name} now, so it can only be read.`,
    {
      details: {
        target: name,
        recommendation: `Go on working there, or take the vault over once you are sure that ${name} does not use it any more.`,
      },
    },
  );
}

/** Keys of the leases that are not as they were written. */
export async function findDamagedLeases(storage: ObjectStorage): Promise<string[]> {
  const damagedKeys: string[] = [];
  for (const { key } of await storage.list(LOCK_PREFIX)) {
    if (!NAME.test(key)) continue;
    try {
      readBody(await storage.read(key));
    } catch (error) {
      // It was replaced by the next one meanwhile.
      if (isAppError(error, 'StoreObjectMissing')) continue;
      if (isAppError(error) && !isAppError(error, 'LocalChunkDamaged')) throw error;
      damagedKeys.push(key);
    }
  }
  return damagedKeys;
}

function sumOf({ id, name, state }: LeaseBody): string {
  return hash('sha256', JSON.stringify([id, name, state]), 'hex');
}

function readBody(stored: Buffer): LeaseBody {
  return bodySchema.parse(JSON.parse(stored.toString('utf8')));
}

async function newest(storage: ObjectStorage): Promise<Found | undefined> {
  const locks = (await storage.list(LOCK_PREFIX)).filter(({ key }) => NAME.test(key));
  const last = locks.at(-1);
  if (last === undefined) return undefined;
  const number = Number(NAME.exec(last.key)?.[1]);
  try {
    const body = readBody(await storage.read(last.key));
    return { number, body, modified: last.modified };
  } catch (error) {
    if (isAppError(error, 'StoreObjectMissing')) return newest(storage);
    if (isAppError(error) && !isAppError(error, 'LocalChunkDamaged')) throw error;
    // Damaged: somebody held it, whoever that was, and it ends as any other.
    return {
      number,
      body: { id: '', name: 'an unknown computer', state: 'held' },
      modified: last.modified,
    };
  }
}

async function livingHolder(storage: ObjectStorage, { body, modified }: Found): Promise<LeaseHolder | undefined> {
  const until = modified + LEASE_MS;
  if (body.state === 'released' || (await storage.time()) >= until) return undefined;
  return { id: body.id, name: body.name, until };
}

/** Writes the next number and removes those before it. @returns false if somebody else has written it */
async function write(
  storage: ObjectStorage,
  number: number,
  owner: Owner,
  state: 'held' | 'released',
): Promise<boolean> {
  const key = `${LOCK_PREFIX}owner-${String(number).padStart(12, '0')}`;
  const { id, name } = owner;
  const body = { version: 2, id, name, state, sum: sumOf({ id, name, state }) };
  try {
    await storage.createIfAbsent(key, Buffer.from(`${JSON.stringify(body)}\n`));
  } catch (error) {
    if (isAppError(error, 'StoreObjectExists')) return false;
    throw error;
  }
  // The highest number alone counts, so one that stays does no harm.
  const older = (await storage.list(LOCK_PREFIX)).filter((lock) => NAME.test(lock.key) && lock.key < key);
  for (const lock of older) await storage.delete(lock.key).catch(() => undefined);
  return true;
}
