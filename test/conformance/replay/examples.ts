import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { jsonFiles, readJson } from './corpus';
import type { Operation } from './swagger';

/** A call as the service's documentation shows it: parameters of an operation, and what may be answered. */
const example = z.object({
  parameters: z.record(z.string(), z.unknown()),
  responses: z.record(
    z.string(),
    z.object({ headers: z.record(z.string(), z.unknown()).default({}), body: z.unknown().optional() }),
  ),
});

export type Example = z.infer<typeof example> & {
  /** The file's name without ending. */
  readonly name: string;
  /** The folder that it is in: a service and an api-version. */
  readonly group: string;
};

/** @throws ZodError for a file that is no example */
export function readExamples(folder: string): Example[] {
  return jsonFiles(folder).map((file) => ({
    ...example.parse(readJson(file)),
    name: basename(file, '.json'),
    group: basename(dirname(file)),
  }));
}

/** Examples by the folder that they are in. */
export function byGroup(examples: readonly Example[]): Map<string, Example[]> {
  const groups = new Map<string, Example[]>();
  for (const one of examples) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return groups;
}

/** Given with every example or by the client, so that they tell nothing apart. */
const COMMON = new Set(['api-version', 'subscriptionId']);

/**
 * The operation of an example. It is of the service that the folder names, and answers with the example's statuses. It
 * takes exactly the example's parameters or, when none does, needs no others. Of several, it is the one whose id, verb
 * and path share the most words with the example's name. A word counts by how few of the operations have it; half of it
 * counts against an operation when the example's name lacks it.
 */
export function operationOf(shown: Example, all: readonly Operation[]): Operation | undefined {
  const [service = ''] = shown.group.split('-');
  const operations = all.filter(({ description }) => description.includes(service));
  const names = Object.keys(shown.parameters).filter((name) => !COMMON.has(name));
  const possible = operations.filter(
    ({ parameters, statuses }) =>
      parameters.every(({ name, required }) => !required || COMMON.has(name) || names.includes(name)) &&
      Object.keys(shown.responses).some((status) => statuses.includes(status)),
  );
  const exact = possible.filter(({ parameters }) =>
    names.every((name) => parameters.some((parameter) => parameter.name === name)),
  );
  const spoken = operations.map((operation) => wordsOfOperation(operation));
  const weight = (word: string) => Math.log(operations.length / spoken.filter((words) => words.has(word)).length);
  const wanted = wordsOf(shown.name);
  const score = (operation: Operation) => {
    const where = wordsOf(/By\w+$/.exec(operation.operationId)?.[0] ?? ''); // tells the list's place, not its subject
    return [...wordsOfOperation(operation)].reduce((sum, word) => {
      if (wanted.has(word)) return sum + weight(word);
      return where.has(word) ? sum : sum - weight(word) / 2;
    }, 0);
  };
  return (exact.length > 0 ? exact : possible).toSorted((a, b) => score(b) - score(a))[0];
}

function wordsOfOperation({ operationId, method, path }: Operation): Set<string> {
  const place = path.split(/\{(?:vaultName|subscriptionId)\}/).at(-1) ?? '';
  return wordsOf(`${operationId} ${method} ${place.replaceAll(/\{[^}]*\}|\/providers\/[^/]+/g, ' ')}`);
}

/** Lower-cased and in the singular, so that `OperationStatuses` and `operation status` are the same words. */
function wordsOf(text: string): Set<string> {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return new Set(
    words.map((word) =>
      word
        .toLowerCase()
        .replace(/ies$/, 'y')
        .replace(/(?<=s)es$|(?<=[^su])s$/, ''),
    ),
  );
}
