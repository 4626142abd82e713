import * as z from 'zod';
import { damaged } from './errors';
import { type ObjectKey, openObject, sealObject } from './sealedObject';

/** A small file that a disk of a point cannot be used without, for example the key of its encrypted content. */
export interface PointSecret {
  /** Name of the disk. */
  readonly disk: string;
  /** Which of the disk's secrets this is, for example `bek`. */
  readonly role: string;
  readonly content: Uint8Array;
}

const secretsSchema = z.array(z.object({ disk: z.string(), role: z.string(), content: z.base64() }));

/**
 * The `secrets` of a manifest (STORE §2): sealed once more by themselves, so that whoever handles the manifest's
 * description, its log lines included, never has them in the clear. Bound to their point.
 * @param point id of the manifest
 * @param session 16 fresh random bytes
 */
export function sealSecrets(
  objectKey: ObjectKey,
  point: string,
  { secrets, session }: { secrets: readonly PointSecret[]; session: Uint8Array },
): string {
  const plain = secrets.map(({ disk, role, content }) => ({
    disk,
    role,
    content: Buffer.from(content).toString('base64'),
  }));
  return sealObject(objectKey, nameOf(point), Buffer.from(JSON.stringify(plain)), session).toString('base64');
}

/** The secrets of the point whose manifest has this id, in the clear. Throws `LocalChunkDamaged`. */
export function openSecrets(objectKey: ObjectKey, point: string, sealed: string): PointSecret[] {
  const plain = openObject(objectKey, nameOf(point), Buffer.from(sealed, 'base64'));
  const parsed = secretsSchema.safeParse(JSON.parse(plain.toString('utf8')));
  if (!parsed.success) throw damaged(`the point ${point} has secrets of an unknown form`);
  return parsed.data.map(({ disk, role, content }) => ({ disk, role, content: Buffer.from(content, 'base64') }));
}

function nameOf(point: string): string {
  return `secrets/${point}`;
}
