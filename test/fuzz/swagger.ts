import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Choices } from './choices';

/** An operation to ask for. */
export interface Target {
  readonly method: string;
  /** A path whose parameters are in braces. */
  readonly path: string;
  /** A body that the operation could be sent, if it takes one. */
  readonly body?: (choices: Choices) => unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly discriminator?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-ms-discriminator-value'?: string;
}

interface Swagger {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { parameters?: readonly Parameter[] }>>>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly in?: string;
  readonly schema?: Schema;
}

/** How deep a body goes; models that hold themselves end here. */
const DEPTH = 7;

/** The operations that the API's description files below a folder name; none if it is not there. */
export function swaggerTargets(folder: string): Target[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && file.includes('stable'))
    .toSorted()
    .flatMap((file) => targetsIn(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Swagger));
}

function targetsIn({ paths = {}, definitions = {} }: Swagger): Target[] {
  const bodies = new Bodies(definitions);
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [] }]) => {
      const schema = parameters.find((parameter) => parameter.in === 'body')?.schema;
      return {
        method: method.toUpperCase(),
        path,
        ...(schema && { body: (choices: Choices) => bodies.make(schema, choices) }),
      };
    }),
  );
}

/** Makes bodies that a description allows. References into other files are left as empty objects. */
class Bodies {
  readonly #definitions: Readonly<Record<string, Schema>>;
  /** Names of the models that can stand for one. */
  readonly #kinds = new Map<string, string[]>();

  constructor(definitions: Readonly<Record<string, Schema>>) {
    this.#definitions = definitions;
    for (const [name, { allOf = [] }] of Object.entries(definitions)) {
      for (const { $ref } of allOf) {
        const parent = nameIn($ref);
        if (parent !== undefined) this.#kinds.set(parent, [...(this.#kinds.get(parent) ?? []), name]);
      }
    }
  }

  make(schema: Schema, choices: Choices, depth = 0): unknown {
    if (depth > DEPTH) return {};
    const name = nameIn(schema.$ref);
    if (schema.$ref !== undefined) return name === undefined ? {} : this.#model(name, choices, depth);
    if (schema.enum) return schema.enum[choices.below(schema.enum.length)];
    if (schema.type === 'array') {
      return Array.from({ length: choices.below(3) }, () => this.make(schema.items ?? {}, choices, depth + 1));
    }
    if (schema.type === 'boolean') return choices.chance(0.5);
    if (schema.type === 'integer' || schema.type === 'number') return choices.of([0, 1, 7, 30, 180, 9999]);
    if (schema.type === 'string') {
      return schema.format === 'date-time'
        ? choices.of(['2024-05-13T10:00:00Z', '2026-01-01T22:30:00.000Z', '2090-01-01T00:00:00Z'])
        : choices.of(['local', 'VM', 'UTC', 'web', '1', 'AzureIaasVM']);
    }
    return this.#members(schema, choices, depth);
  }

  #model(name: string, choices: Choices, depth: number): unknown {
    const kinds = this.#kinds.get(name) ?? [];
    const kind = kinds[choices.below(kinds.length + 1)];
    if (kind !== undefined) return this.#model(kind, choices, depth);
    const schema = this.#definitions[name] ?? {};
    if (schema.enum || (schema.type !== undefined && schema.type !== 'object'))
      return this.make(schema, choices, depth);
    return this.#members(schema, choices, depth, schema['x-ms-discriminator-value'] ?? name);
  }

  #members(schema: Schema, choices: Choices, depth: number, kind?: string): Record<string, unknown> {
    const inherited = (schema.allOf ?? []).map((base) => {
      const name = nameIn(base.$ref);
      return name === undefined ? {} : this.#members(this.#definitions[name] ?? {}, choices, depth, kind);
    });
    const own = Object.entries(schema.properties ?? {})
      .filter(() => choices.chance(0.7))
      .map(([name, member]) => [name, this.make(member, choices, depth + 1)]);
    return Object.assign(
      {},
      ...inherited,
      Object.fromEntries(own),
      schema.discriminator && { [schema.discriminator]: kind },
    );
  }
}

function nameIn(ref: string | undefined): string | undefined {
  return /^#\/definitions\/(.+)$/.exec(ref ?? '')?.[1];
}
