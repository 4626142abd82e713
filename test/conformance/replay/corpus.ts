import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';

/** One request and the answer that Azure gave to it. */
const step = z.object({
  i: z.number(),
  command: z.string().default(''),
  request: z.object({
    method: z.string(),
    path: z.string(),
    query: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
  }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
    /** How long a list was whose elements are partly left out. */
    trimmedFrom: z.number().optional(),
  }),
});
export type Step = z.infer<typeof step>;

const recording = z.object({ scenario: z.string(), steps: z.array(step) });

export interface Recording {
  /** The file's name without ending: the same scenario is recorded at several times. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** @throws ZodError for a file that is no recording */
export function readRecordings(corpus: string): Recording[] {
  return jsonFiles(join(corpus, 'recordings')).map((file) => {
    const { steps } = recording.parse(readJson(file));
    return { name: basename(file, '.json'), steps: steps.map(withParsedBody) };
  });
}

/** All below a folder, in order; none where it is not there. */
export function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => join(folder, file));
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Old recordings hold a request's JSON as the text of Python bytes, quoted once or more: `b'b\'{…}\''`. */
function withParsedBody(given: Step): Step {
  const { body } = given.request;
  if (typeof body !== 'string') return given;
  const json = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
  try {
    return { ...given, request: { ...given.request, body: JSON.parse(json) } };
  } catch {
    return given; // a body that really is a text
  }
}
