import assert from 'node:assert/strict';
import type { Recording, Step } from './replay/corpus';
import { factsOf } from './replay/facts';
import { HandedOn } from './replay/handedOn';
import { isRunning } from './replay/plan';
import { replay, type ScenarioResult } from './replay/replay';
import { type Answer, ReplayEngine } from './replay/replayEngine';

const RG = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/recorded';
const VAULT = `${RG}/providers/Microsoft.RecoveryServices/vaults/recorded-vault`;
const POLICY = `${VAULT}/backupPolicies/DefaultPolicy`;
const VERSION = '2024-04-01';

/** Records a story told to a fresh engine, as an Azure client would have recorded it, under a subscription of its own. */
async function record(): Promise<Recording> {
  const engine = await ReplayEngine.start();
  const steps: Step[] = [];
  const own = (value: string) => value.replaceAll(engine.subscriptionId, '11111111-1111-4111-8111-111111111111');
  const theirs = (value: string) => value.replaceAll('11111111-1111-4111-8111-111111111111', engine.subscriptionId);
  const send = async (method: string, path: string, body: unknown = null): Promise<Answer> => {
    const query = { 'api-version': VERSION };
    const answer = await engine.send({ method, path: theirs(path), query, body });
    const { status, headers } = answer;
    const kept = ['azure-asyncoperation', 'location'].flatMap((name) =>
      headers[name] ? [[name, own(headers[name])]] : [],
    );
    steps.push({
      i: steps.length,
      command: '',
      request: { method, path: own(path), query, body },
      response: {
        status,
        headers: Object.fromEntries(kept),
        body: answer.body === undefined ? null : JSON.parse(own(JSON.stringify(answer.body))),
      },
    });
    return answer;
  };
  try {
    await engine.send({
      method: 'PUT',
      path: theirs(RG),
      query: { 'api-version': VERSION },
      body: { location: 'local' },
    });
    await send('GET', VAULT);
    const created = await send('PUT', VAULT, { location: 'local', sku: { name: 'Standard' }, properties: {} });
    const { pathname } = new URL(created.headers['azure-asyncoperation'] ?? '');
    while (isRunning(await send('GET', pathname)));
    await send('GET', VAULT);
    await send('GET', POLICY);
    await send('GET', `${VAULT}/backupPolicies`);
    await send('DELETE', VAULT);
    return { name: 'own story', steps };
  } finally {
    await engine.close();
  }
}

/** The recording with one step changed. */
function changed(
  recording: Recording,
  which: (step: Step) => boolean,
  change: (response: Step['response']) => void,
): Recording {
  const at = recording.steps.findIndex(which);
  assert.notEqual(at, -1);
  const steps = structuredClone(recording.steps.slice());
  const step = steps[at];
  if (step) change(step.response);
  return { name: recording.name, steps };
}

/** The object at a path of member names. */
function within(body: unknown, ...path: string[]): Record<string, unknown> {
  const found = path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), body);
  assert.ok(typeof found === 'object' && found !== null, path.join('.'));
  return found as Record<string, unknown>;
}

const isPolicy = ({ request }: Step) => request.path === POLICY;
const isList = ({ request }: Step) => request.path.endsWith('/backupPolicies');
const isCreation = ({ request }: Step) => request.method === 'PUT';

const pathsOf = ({ differences }: ScenarioResult) => differences.map(({ path }) => path);

describe('the conformance runner', () => {
  let recording: Recording;
  before(async () => {
    recording = await record();
  });

  it('finds nothing in what the engine itself answered', async () => {
    const result = await replay(recording);
    assert.deepEqual(result.differences, []);
    assert.equal(result.identical, result.replayed);
    assert.equal(result.replayed, 6);
    assert.equal(result.outOfScope, 0);
  });

  it('reports a member that the recording does not have', async () => {
    const result = await replay(changed(recording, isPolicy, ({ body }) => delete within(body, 'properties').timeZone));
    assert.deepEqual(pathsOf(result), ['properties.timeZone']);
    assert.equal(result.different, 1);
  });

  it('reports a member that only the recording has', async () => {
    const result = await replay(changed(recording, isPolicy, ({ body }) => (within(body, 'properties').extra = 'x')));
    assert.deepEqual(pathsOf(result), ['properties.extra']);
  });

  for (const [name, value] of [
    ['text', '2'],
    ['nothing', null],
    ['a list', [2]],
  ] as const) {
    it(`reports a number that was ${name}`, async () => {
      const result = await replay(
        changed(recording, isPolicy, ({ body }) => (within(body, 'properties').instantRpRetentionRangeInDays = value)),
      );
      assert.deepEqual(pathsOf(result), ['properties.instantRpRetentionRangeInDays']);
    });
  }

  it('reports another value of an enumeration', async () => {
    const result = await replay(
      changed(
        recording,
        isPolicy,
        ({ body }) => (within(body, 'properties', 'schedulePolicy').scheduleRunFrequency = 'Weekly'),
      ),
    );
    assert.deepEqual(pathsOf(result), ['properties.schedulePolicy.scheduleRunFrequency']);
  });

  it('reports another format', async () => {
    const result = await replay(
      changed(recording, isPolicy, ({ body }) => {
        within(body, 'properties', 'schedulePolicy').scheduleRunTimes = ['20:00'];
      }),
    );
    assert.deepEqual(pathsOf(result), ['properties.schedulePolicy.scheduleRunTimes[0]']);
  });

  it('reports another status', async () => {
    const result = await replay(changed(recording, isPolicy, (response) => (response.status = 201)));
    assert.deepEqual(result.differences[0]?.what, 'expected 201, got 200');
  });

  it('reports a link that is missing, unasked for or of another form', async () => {
    const without = changed(recording, isCreation, ({ headers }) => delete headers['azure-asyncoperation']);
    assert.ok(pathsOf(await replay(without)).includes('azure-asyncoperation'));
    const more = changed(
      recording,
      isCreation,
      ({ headers }) => (headers.location = headers['azure-asyncoperation'] ?? ''),
    );
    assert.ok(pathsOf(await replay(more)).includes('location'));
    const elsewhere = changed(recording, isCreation, ({ headers }) => {
      headers['azure-asyncoperation'] = (headers['azure-asyncoperation'] ?? '').replace(
        '/operationStatus/',
        '/operations/',
      );
    });
    assert.ok(pathsOf(await replay(elsewhere)).includes('azure-asyncoperation'));
  });

  it('reports an element of a list that is missing or too many', async () => {
    const fewer = await replay(changed(recording, isList, ({ body }) => (within(body).value = [])));
    assert.match(fewer.differences[0]?.what ?? '', /not in the recording/);
    const more = changed(recording, isList, ({ body }) => {
      const policies = within(body).value;
      assert.ok(Array.isArray(policies));
      policies.push({ ...policies[0], id: `${VAULT}/backupPolicies/another`, name: 'another' });
    });
    assert.match((await replay(more)).differences[0]?.what ?? '', /missing element/);
  });

  it('leaves out answers that only say to try again', async () => {
    const result = await replay(changed(recording, isList, (response) => (response.status = 429)));
    assert.equal(result.replayed, 5);
    assert.deepEqual(result.differences, []);
  });
});

const step = (method: string, path: string, body: unknown, answer: unknown): Step => ({
  i: 0,
  command: '',
  request: { method, path, query: { 'api-version': VERSION }, body },
  response: { status: 200, headers: {}, body: answer },
});

describe('a recording of a second region', () => {
  const enabled = { properties: { redundancySettings: { crossRegionRestore: 'Enabled' } } };

  it('pairs the location of its vault with the one that restores', () => {
    const there = `${RG.split('/resourceGroups')[0]}/providers/Microsoft.RecoveryServices/locations/There/backupCrrJob`;
    const steps = [step('GET', VAULT, null, { location: 'Here', ...enabled }), step('POST', there, {}, {})];
    assert.deepEqual([...factsOf(steps).pairs], [['Here', 'There']]);
    assert.deepEqual([...factsOf(steps.slice(0, 1)).pairs], [['Here', 'Herepair']]);
    assert.deepEqual([...factsOf([step('GET', VAULT, null, { location: 'Here' })]).pairs], []);
  });

  it('hands on what the engine said where the client handed on what the service said', () => {
    const handedOn = new HandedOn();
    handedOn.learn({ properties: { token: 'theirs' } }, { properties: { token: 'ours' } });
    assert.deepEqual(handedOn.exchange({ details: { token: 'theirs' }, other: [{ token: 'else' }] }), {
      details: { token: 'ours' },
      other: [{ token: 'else' }],
    });
  });
});
