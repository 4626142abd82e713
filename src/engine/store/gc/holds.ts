import * as z from 'zod';
import { appError } from '../../../domain/errorCatalogue';
import { AppError, isAppError } from '../../../domain/errors';
import type { RepositoryContext } from '../context';
import { HOLD_PREFIX, SESSION_BYTES, SNAPSHOT_PREFIX } from '../format';
import { openObject, sealObject } from '../sealedObject';

const MANIFEST_KEY = /^snaps\/[a-z0-9][a-z0-9-]*\/[a-z0-9-]+$/;
const UNREADABLE = 'The reason cannot be read.';

const holdSchema = z.object({ format: z.literal(1), reason: z.string(), time: z.number() });

/** A legal hold: its recovery point is never removed while it lasts. */
export interface Hold {
  /** Key of the recovery point. */
  readonly point: string;
  /** A whole sentence for people. */
  readonly reason: string;
  /** Since when, ms UTC; nothing if the hold's object is damaged, which does not end the hold. */
  readonly time: number | undefined;
}

/**
 * Puts a recovery point on hold; durable when it returns. A point that is on hold keeps its first reason. Throws
 * `LocalPointNotFound`, and what the storage throws.
 */
export async function holdPoint(context: RepositoryContext, point: string, reason: string): Promise<void> {
  const { storage, environment, holdObjectKey } = context;
  if (!(await isThere(context, point))) {
    throw new AppError('LocalPointNotFound', 'The recovery point does not exist any more.');
  }
  const key = holdKey(point);
  const plain = Buffer.from(JSON.stringify({ format: 1, reason, time: environment.now() }));
  try {
    await storage.createIfAbsent(key, sealObject(holdObjectKey, key, plain, environment.randomBytes(SESSION_BYTES)));
  } catch (error) {
    if (!isAppError(error, 'StoreObjectExists')) throw error;
  }
}

/** Ends a hold; ending one that is not there is no error. */
export async function releasePoint(context: RepositoryContext, point: string): Promise<void> {
  await context.storage.delete(holdKey(point));
}

/** All holds, and the keys of those whose object is damaged; they hold all the same. */
export async function listHolds(context: RepositoryContext): Promise<{ holds: Hold[]; damagedKeys: string[] }> {
  const holds: Hold[] = [];
  const damagedKeys: string[] = [];
  for (const { key } of await context.storage.list(HOLD_PREFIX)) {
    const hold = await readHold(context, key);
    if (hold !== undefined) holds.push(hold);
    if (hold !== undefined && hold.time === undefined) damagedKeys.push(key);
  }
  return { holds, damagedKeys };
}

/**
 * Removes a recovery point, also one whose manifest is damaged; durable when it returns. Its space is freed by the
 * sweeps that follow. Returns false if it was not there any more. Throws `LocalPointHeld` if it is on hold.
 */
export async function removePoint(context: RepositoryContext, point: string): Promise<boolean> {
  const there = await isThere(context, point);
  const hold = await readHold(context, holdKey(point));
  if (there && hold !== undefined) throw appError('LocalPointHeld', { reason: hold.reason }, { target: point });
  // Also if it is gone: whoever removed it may have died before that was for good.
  await context.storage.delete(point);
  return there;
}

function holdKey(point: string): string {
  if (!MANIFEST_KEY.test(point)) {
    throw new AppError('LocalRequestInvalid', `"${point}" is no key of a recovery point.`, {
      details: { target: 'key' },
    });
  }
  return HOLD_PREFIX + point.slice(SNAPSHOT_PREFIX.length);
}

async function isThere(context: RepositoryContext, point: string): Promise<boolean> {
  holdKey(point);
  const group = point.slice(0, point.lastIndexOf('/') + 1);
  return (await context.storage.list(group)).some(({ key }) => key === point);
}

async function readHold(context: RepositoryContext, key: string): Promise<Hold | undefined> {
  const point = SNAPSHOT_PREFIX + key.slice(HOLD_PREFIX.length);
  try {
    const plain = openObject(context.holdObjectKey, key, await context.storage.read(key));
    const { reason, time } = holdSchema.parse(JSON.parse(plain.toString('utf8')));
    return { point, reason, time };
  } catch (error) {
    if (isAppError(error, 'StoreObjectMissing')) return undefined;
    if (isAppError(error) && error.code !== 'LocalChunkDamaged') throw error;
    return { point, reason: UNREADABLE, time: undefined };
  }
}
