import * as z from 'zod';
import { isAppError } from '../../domain/errors';
import type { RepositoryContext } from './context';
import { damaged } from './errors';
import { NOTE_PREFIX, SESSION_BYTES } from './format';
import { type JsonValue, jsonValue } from './json';
import { checkGroup } from './manifest';
import { openObject, sealObject } from './sealedObject';

const noteSchema = z.object({ format: z.literal(1), time: z.number(), subject: jsonValue });

/** Something that became true of all points of a group after they were written; manifests are never rewritten. */
export interface StoredNote {
  readonly key: string;
  readonly group: string;
  /** ms UTC. */
  readonly time: number;
  readonly subject: JsonValue;
}

/** A note to keep. `id` (hex) makes it one and the same when it is written again. */
export interface NoteRequest {
  readonly group: string;
  readonly time: number;
  readonly id: string;
  readonly subject: JsonValue;
}

/** Keeps a note, durably; one that is there already under its id stays as it is. */
export async function writeNote(context: RepositoryContext, note: NoteRequest): Promise<void> {
  checkGroup(note.group);
  const { storage, manifestObjectKey, environment } = context;
  const key = `${NOTE_PREFIX}${note.group}/${timeName(note.time)}-${note.id}`;
  const plain = Buffer.from(JSON.stringify(noteSchema.parse({ format: 1, ...note })));
  try {
    const session = environment.randomBytes(SESSION_BYTES);
    await storage.createIfAbsent(key, sealObject(manifestObjectKey, key, plain, session));
  } catch (error) {
    if (!isAppError(error, 'StoreObjectExists')) throw error;
  }
}

/** Every note that can be read, or those of one group, oldest first within a group; and what could not be read. */
export async function listNotes(
  { storage, manifestObjectKey }: RepositoryContext,
  group?: string,
): Promise<{ readonly notes: readonly StoredNote[]; readonly damaged: readonly string[] }> {
  if (group !== undefined) checkGroup(group);
  const notes: StoredNote[] = [];
  const unread: string[] = [];
  for (const { key } of await storage.list(group === undefined ? NOTE_PREFIX : `${NOTE_PREFIX}${group}/`)) {
    try {
      const plain = openObject(manifestObjectKey, key, await storage.read(key));
      notes.push({ key, group: key.split('/')[1] ?? '', ...readNote(key, plain) });
    } catch {
      unread.push(key); // named to the caller; one that cannot be read does not hide the others
    }
  }
  return { notes, damaged: unread };
}

function readNote(key: string, plain: Buffer): Pick<StoredNote, 'time' | 'subject'> {
  try {
    const { time, subject } = noteSchema.parse(JSON.parse(plain.toString('utf8')));
    return { time, subject };
  } catch (error) {
    throw damaged(`${key} is no note`, error);
  }
}

function timeName(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, '').toLowerCase();
}
