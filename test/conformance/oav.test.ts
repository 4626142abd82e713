import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LiveValidator } from 'oav/dist/lib/liveValidation/liveValidator';
import { readRecordings } from './replay/corpus';
import { byGroup, readExamples } from './replay/examples';
import { replay } from './replay/replay';
import type { Answer, Call } from './replay/replayEngine';
import { replayExamples } from './replay/replayExample';
import { type Operation, readOperations } from './replay/swagger';

const SHARED = resolve(process.cwd(), '..', 'shared');
const SPEC = resolve(SHARED, 'spec/swagger/specification');
const VERSION = '2024-04-01';
const STABLE = `resource-manager/Microsoft.RecoveryServices/stable/${VERSION}`;
const FOLDERS = [`recoveryservicesbackup/${STABLE}`, `recoveryservices/${STABLE}`];

/** Members that the service answers with and its description lacks, as its own recorded traffic shows. */
const ALLOWED =
  /(^|[./])(sourceSideScanning|softDeleteRetentionPeriod|objectType|createdWithPolicyType|threatStatus|taskType)$/;
const LEAST_OPERATIONS = 40;
/** Answers to earlier api-versions have the shapes of those, as recorded; from this one on they have the description's. */
const OLDEST = VERSION;

interface Pair {
  readonly operation: Operation;
  readonly call: Call;
  readonly answer: Answer;
}

/** Traffic of the described operations, one pair for each operation, status and set of members. */
class Traffic {
  readonly pairs = new Map<string, Pair>();
  readonly #patterns: readonly (readonly [pattern: RegExp, operation: Operation])[];

  constructor(operations: readonly Operation[]) {
    this.#patterns = operations.map((operation) => [
      new RegExp(`^${operation.path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`, 'i'),
      operation,
    ]);
  }

  readonly watch = (call: Call, answer: Answer): void => {
    const [, operation] =
      this.#patterns.find(([pattern, { method }]) => method === call.method && pattern.test(call.path)) ?? [];
    if (operation === undefined || answer.status >= 400 || (call.query['api-version'] ?? '') < OLDEST) return;
    this.pairs.set(`${operation.operationId} ${answer.status} ${shapeOf(answer.body)}`, { operation, call, answer });
  };
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

describe('traffic of the conformance run, by oav', () => {
  if (!existsSync(SPEC)) {
    it(`is not validated: there is no folder ${SPEC}`, () => assert.equal(existsSync(SPEC), false));
    return;
  }

  it(`has no error in at least ${LEAST_OPERATIONS} operations, but the six members that the service adds itself`, async function () {
    this.timeout(240_000);
    const operations = readOperations(SPEC).filter(({ description }) => description.includes(VERSION));
    const traffic = new Traffic(operations);
    for (const recording of readRecordings(resolve(SHARED, 'corpus')).filter(({ name }) => name.endsWith('.202412')))
      await replay(recording, traffic.watch);
    const examples = readExamples(resolve(SHARED, 'corpus/examples')).filter(({ group }) => group.endsWith(VERSION));
    for (const [group, shown] of byGroup(examples)) await replayExamples(group, shown, operations, traffic.watch);

    const validators = await Promise.all(FOLDERS.map(async (folder) => validatorOf(resolve(SPEC, folder))));
    const covered = new Set<string>();
    const errors = new Set<string>();
    for (const { operation, call, answer } of traffic.pairs.values()) {
      const [backup, vaults] = validators;
      const validator = operation.description.includes('backup') ? backup : vaults;
      assert.ok(validator);
      const { responseValidationResult: result } = await validator.validateLiveRequestResponse(pairOf(call, answer));
      assert.equal(result.runtimeException, undefined, call.path);
      covered.add(operation.operationId);
      for (const { code, pathsInPayload, message } of result.errors) {
        const allowed = code === 'OBJECT_ADDITIONAL_PROPERTIES' && pathsInPayload.every((path) => ALLOWED.test(path));
        if (!allowed)
          errors.add(`${operation.operationId} ${answer.status}: ${code} ${pathsInPayload.join()} ${message}`);
      }
    }
    assert.deepEqual([...errors], []);
    assert.ok(covered.size >= LEAST_OPERATIONS, `${covered.size} operations: ${[...covered].toSorted().join()}`);
  });
});

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
