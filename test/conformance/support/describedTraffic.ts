import { resolve } from 'node:path';
import { LiveValidator } from 'oav/dist/lib/liveValidation/liveValidator';
import type { Answer, Call } from '../replay/replayEngine';
import type { Operation } from '../replay/swagger';

const VERSION = '2024-04-01';
const STABLE = `resource-manager/Microsoft.RecoveryServices/stable/${VERSION}`;
const FOLDERS = [`recoveryservicesbackup/${STABLE}`, `recoveryservices/${STABLE}`];

/** Members that the service answers with and its description lacks, as its own recorded traffic shows. */
const ALLOWED =
  /(^|[./])(sourceSideScanning|softDeleteRetentionPeriod|objectType|createdWithPolicyType|threatStatus|taskType)$/;
/** Answers to earlier api-versions have the shapes of those, as recorded; from this one on they have the description's. */
const OLDEST = VERSION;

interface Pair {
  readonly operation: Operation;
  readonly call: Call;
  readonly answer: Answer;
}

/** What a validation found. */
export interface Validated {
  readonly operations: ReadonlySet<string>;
  readonly errors: ReadonlySet<string>;
}

/** Traffic of the described operations, one pair for each operation, status and set of members. */
export class DescribedTraffic {
  readonly #pairs = new Map<string, Pair>();
  readonly #patterns: readonly (readonly [pattern: RegExp, operation: Operation])[];

  /** @param all of every api-version; only those of one are looked at */
  constructor(all: readonly Operation[]) {
    const operations = all.filter(({ description }) => description.includes(VERSION));
    this.#patterns = operations.map((operation) => [
      new RegExp(`^${operation.path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`, 'i'),
      operation,
    ]);
  }

  readonly watch = (call: Call, answer: Answer): void => {
    const [, operation] =
      this.#patterns.find(([pattern, { method }]) => method === call.method && pattern.test(call.path)) ?? [];
    if (operation === undefined || answer.status >= 400 || (call.query['api-version'] ?? '') < OLDEST) return;
    this.#pairs.set(`${operation.operationId} ${answer.status} ${shapeOf(answer.body)}`, { operation, call, answer });
  };

  /** Validates every pair by oav. @param descriptions folder of the service's descriptions */
  async validate(descriptions: string): Promise<Validated> {
    const validators = await Promise.all(FOLDERS.map(async (folder) => validatorOf(resolve(descriptions, folder))));
    const found = { operations: new Set<string>(), errors: new Set<string>() };
    for (const { operation, call, answer } of this.#pairs.values()) {
      const [backup, vaults] = validators;
      const validator = operation.description.includes('backup') ? backup : vaults;
      if (!validator) throw new Error(`There is no description of ${operation.operationId}.`);
      const { responseValidationResult: result } = await validator.validateLiveRequestResponse(pairOf(call, answer));
      if (result.runtimeException) throw new Error(`${call.path}: ${result.runtimeException.message}`);
      found.operations.add(operation.operationId);
      for (const { code, pathsInPayload, message } of result.errors) {
        const allowed = code === 'OBJECT_ADDITIONAL_PROPERTIES' && pathsInPayload.every((path) => ALLOWED.test(path));
        if (!allowed)
          found.errors.add(`${operation.operationId} ${answer.status}: ${code} ${pathsInPayload.join()} ${message}`);
      }
    }
    return found;
  }
}

/** Which members a body has, whatever they say. */
function shapeOf(body: unknown): string {
  const found = new Set<string>();
  const see = (value: unknown, path: string): void => {
    found.add(`${path}:${value === null ? 'null' : typeof value}`);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) see(member, `${path}.${Array.isArray(value) ? '' : name}`);
  };
  see(body, '');
  return [...found].toSorted().join();
}

async function validatorOf(directory: string): Promise<LiveValidator> {
  const validator = new LiveValidator({
    directory,
    swaggerPathsPattern: ['**/*.json'],
    checkUnderFileRoot: false,
    excludedSwaggerPathsPattern: ['**/common-types/**'],
    git: { shouldClone: false },
    loadValidatorInBackground: false,
  });
  await validator.initialize();
  return validator;
}

function pairOf(call: Call, answer: Answer) {
  const query = Object.entries({ ...call.query, 'api-version': VERSION }).map(
    ([key, value]) => `${key}=${encodeURIComponent(value)}`,
  );
  const headers = { 'content-type': 'application/json' };
  return {
    liveRequest: {
      headers,
      method: call.method,
      url: `https://management.azure.com${call.path}?${query.join('&')}`,
      body: isObject(call.body) ? call.body : undefined,
    },
    liveResponse: {
      statusCode: String(answer.status),
      headers: { ...answer.headers },
      body: isObject(answer.body) ? answer.body : undefined,
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
