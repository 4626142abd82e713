import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { AppError } from '../../../domain/errors';
import { writePrivateFile } from '../files';

const clientSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(16) });

/** Who may sign in at an engine that serves with TLS. */
export type Client = z.infer<typeof clientSchema>;

/**
 * Reads the client id and secret from a file that nobody else may read; makes it, with a random secret, if there is none.
 * @throws AppError `LocalClientFileOpen` when others may read it, `LocalClientFileInvalid` when it has another form
 */
export async function clientOf(path: string): Promise<Client> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    const client = { clientId: randomUUID(), clientSecret: randomBytes(32).toString('base64url') };
    await writePrivateFile(path, `${JSON.stringify(client, undefined, 2)}\n`);
    return client;
  }
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AppError('LocalClientFileOpen', `Others may read ${path}, which holds a secret.`, {
      details: { target: path, recommendation: `Allow only yourself: chmod 600 ${path}` },
    });
  }
  const parsed = clientSchema.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new AppError('LocalClientFileInvalid', `${path} does not hold a client id and a client secret.`, {
    details: {
      target: path,
      recommendation:
        'It must be JSON with the members "clientId" and "clientSecret" (at least 16 characters). Or remove it; it is made anew.',
    },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as a file of another form
  }
}
