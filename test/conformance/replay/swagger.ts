import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Members, membersOf, textOf } from './json';

/** An operation of the published description of the service's API. */
export interface Operation {
  readonly operationId: string;
  /** In capitals, as it is sent. */
  readonly method: string;
  /** With `{names}` of its parameters. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly statuses: readonly string[];
  /** The description's file with its folders, and the other files of its folder: they name the service. */
  readonly description: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head'];

/** Every operation of the descriptions below a folder, none of its versions left out. Empty where there is no such folder. */
export function readOperations(folder: string): Operation[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => operationsIn(folder, file));
}

function operationsIn(folder: string, name: string): Operation[] {
  const file = join(folder, name);
  const description = [name, ...readdirSync(dirname(file))].join(' ').toLowerCase();
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(membersOf(read(file).paths))) {
    for (const method of METHODS) {
      const operation = membersOf(item)[method];
      if (operation === undefined) continue;
      const { parameters, responses } = membersOf(operation);
      found.push({
        operationId: textOf(operation, 'operationId'),
        method: method.toUpperCase(),
        path,
        parameters: (Array.isArray(parameters) ? parameters : []).map((parameter) => parameterOf(file, parameter)),
        statuses: Object.keys(membersOf(responses)),
        description,
      });
    }
  }
  return found;
}

function parameterOf(file: string, given: unknown): Parameter {
  const [target = '', pointer] = textOf(given, '$ref').split('#');
  const found =
    pointer === undefined
      ? given
      : pointer
          .split('/')
          .slice(1)
          .reduce<unknown>((value, key) => membersOf(value)[key], read(target ? resolve(dirname(file), target) : file));
  return { name: textOf(found, 'name'), in: textOf(found, 'in'), required: membersOf(found).required === true };
}

const files = new Map<string, Members>();

function read(file: string): Members {
  const known = files.get(file) ?? membersOf(JSON.parse(readFileSync(file, 'utf8')));
  files.set(file, known);
  return known;
}
