import { compareBodies, type Difference } from './compare';
import type { Step } from './corpus';
import { DateShift } from './dates';
import { ExampleState } from './exampleState';
import { type Example, operationOf } from './examples';
import { Identities } from './identities';
import { listOf, type Members, membersOf, textOf, textsIn } from './json';
import type { FoundDifference, ScenarioResult, Watch } from './replay';
import { type Answer, ReplayEngine } from './replayEngine';
import { outOfScope } from './scope';
import { Seeder } from './seed';
import type { Operation } from './swagger';

/** Sends the examples of one service and api-version, each to a fresh engine of its own. */
export async function replayExamples(
  group: string,
  examples: readonly Example[],
  operations: readonly Operation[],
  watch?: Watch,
): Promise<ScenarioResult> {
  const differences: FoundDifference[] = [];
  let replayed = 0;
  let different = 0;
  for (const [index, example] of examples.entries()) {
    const operation = operationOf(example, operations);
    const request = operation && requestOf(example, operation, example.parameters);
    if (request && outOfScope({ request }) !== undefined) continue;
    replayed++;
    const found = operation
      ? await replayExample(example, operation, watch)
      : [{ path: 'operation', what: 'no operation takes these parameters' }];
    if (found.length > 0) different++;
    const sent = operation ? `${operation.method} ${operation.operationId}` : 'unknown';
    differences.push(...found.map((one) => ({ step: index, request: `${example.name}: ${sent}`, ...one })));
  }
  return {
    name: `examples/${group}`,
    replayed,
    identical: replayed - different,
    different,
    outOfScope: examples.length - replayed,
    differences,
  };
}

async function replayExample(example: Example, operation: Operation, watch?: Watch): Promise<Difference[]> {
  const engine = await ReplayEngine.start();
  try {
    const recorded = stepOf(example, operation);
    const identities = new Identities(subscriptionsIn(recorded), engine.subscriptionId);
    const seeder = new Seeder(engine, identities);
    await seeder.prepare([recorded]);
    const parameters = membersOf(
      identities.translateAll({ ...example.parameters, subscriptionId: engine.subscriptionId }),
    );
    const translated = { ...parameters, operationId: example.parameters.operationId };
    const shown = resourcesIn(recorded.response.body).map((one) => membersOf(identities.translateAll(one)));
    const inPath = /^.*\/vaults\/[^/]+/i.exec(requestOf(example, operation, parameters).path)?.[0];
    const vault = inPath ?? shown.map((one) => textOf(one, 'vaultId')).find(Boolean) ?? '';
    const state = new ExampleState(engine, seeder, vault, { operation, parameters: translated, shown });
    const chosen = await state.make();
    const point = textOf(chosen, 'recoveryPointId');
    if (point !== '') identities.match(textOf(example.parameters, 'recoveryPointId'), point); // bodies name it too
    const request = requestOf(example, operation, {
      ...membersOf(identities.translateAll(parameters)),
      ...pick(chosen, 'operationId', 'recoveryPointId', 'jobName'),
    });
    engine.onAnswer = watch;
    return differencesOf(example, request, await engine.send(request), identities);
  } finally {
    await engine.close();
  }
}

/**
 * The status is one of the example's; the links that it shows for that status are there; so is every member that its
 * body shows, in the same type and format. Names, numbers and choices are the state's: examples mix several states.
 */
function differencesOf(
  example: Example,
  { path, query }: Step['request'],
  answer: Answer,
  identities: Identities,
): Difference[] {
  const expected = example.responses[String(answer.status)];
  if (expected === undefined) {
    const statuses = Object.keys(example.responses).join(' or ');
    return [
      {
        path: 'status',
        what: `expected ${statuses}, got ${answer.status} ${JSON.stringify(answer.body ?? '').slice(0, 240)}`,
      },
    ];
  }
  const missing = Object.keys(expected.headers)
    .filter(
      (name) => /^(location|azure-asyncoperation)$/i.test(name) && answer.headers[name.toLowerCase()] === undefined,
    )
    .map((name) => ({ path: name.toLowerCase(), what: 'missing' }));
  if (expected.body === undefined || expected.body === null) return missing;
  const subject = path.split('/').at(-1) ?? '';
  const apiVersion = query['api-version'] ?? '';
  return [
    ...missing,
    ...compareBodies(expected.body, answer.body, { identities, apiVersion, subject, others: 'shape', partial: true }),
  ];
}

function requestOf(example: Example, operation: Operation, values: Members): Step['request'] {
  const path = operation.path.replaceAll(/\{([^}]*)\}/g, (_all, name: string) => escaped(textOf(values, name) || name));
  const dates = new DateShift();
  for (const { body } of Object.values(example.responses)) dates.see(body);
  const query = Object.fromEntries(
    operation.parameters.flatMap(({ name, in: place }) =>
      place === 'query' && values[name] !== undefined
        ? [[name, name === '$filter' ? dates.moveFilter(textOf(values, name), Date.now()) : textOf(values, name)]]
        : [],
    ),
  );
  const body = operation.parameters.find((parameter) => parameter.in === 'body');
  const version = textOf(example.parameters, 'api-version');
  return {
    method: operation.method,
    path,
    query: { ...query, 'api-version': version },
    body: body && values[body.name],
  };
}

function escaped(value: string): string {
  return encodeURIComponent(value).replaceAll('%3B', ';');
}

/** The example as if it were recorded, with the first of its answers that has a body. */
function stepOf(example: Example, operation: Operation): Step {
  const [status = '200', { body } = { body: undefined }] =
    Object.entries(example.responses).toSorted(
      ([, a], [, b]) => Number(Boolean(b.body)) - Number(Boolean(a.body)),
    )[0] ?? [];
  const request = requestOf(example, operation, example.parameters);
  return { i: 0, command: '', request, response: { status: Number(status), headers: {}, body } };
}

function resourcesIn(body: unknown): Members[] {
  return 'value' in membersOf(body) ? listOf(body) : [membersOf(body)];
}

function subscriptionsIn({ request, response }: Step): Set<string> {
  const texts = [request.path, ...textsIn(request.body), ...textsIn(response.body)];
  return new Set(texts.flatMap((text) => /^\/subscriptions\/([^/]+)/i.exec(text)?.[1] ?? []));
}

function pick(from: Members, ...names: readonly string[]): Members {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
