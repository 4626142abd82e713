import { type Context, compareBodies, type Difference } from './compare';
import type { Recording, Step } from './corpus';
import { DateShift } from './dates';
import { HandedOn } from './handedOn';
import { Identities } from './identities';
import { JobFrames } from './jobFrames';
import { membersOf, textOf } from './json';
import { Ownership } from './ownership';
import { type Action, isRunning, planOf, type Unit } from './plan';
import { RecordedMachines } from './recordedMachines';
import { type Answer, type Call, ReplayEngine } from './replayEngine';
import { Seeder } from './seed';
import { World } from './world';

/** How long a wait may take (ms) before it counts as one that never ends. */
const PATIENCE = 60_000;
/** How long (ms) an operation may wait for a job that is held at work, before the job goes on. */
const HELD = 2_500;

export interface FoundDifference extends Difference {
  /** The recording's number of the step. */
  readonly step: number;
  readonly request: string;
}

export interface ScenarioResult {
  readonly name: string;
  /** Units that were sent. */
  readonly replayed: number;
  readonly identical: number;
  readonly different: number;
  readonly outOfScope: number;
  readonly differences: readonly FoundDifference[];
}

export type Watch = (call: Call, answer: Answer) => void;

/** Replays a recording against a fresh engine of its own. */
export async function replay(recording: Recording, watch?: Watch): Promise<ScenarioResult> {
  const machines = new RecordedMachines(recording.steps);
  const engine = await ReplayEngine.start(machines);
  try {
    return await new Replay(recording, engine, machines).run(watch);
  } finally {
    await engine.close();
  }
}

class Replay {
  readonly #identities: Identities;
  readonly #dates = new DateShift();
  readonly #handedOn = new HandedOn();
  readonly #seeder: Seeder;
  readonly #jobs: JobFrames;
  readonly #ownership: Ownership;
  readonly #world: World;

  constructor(
    private readonly recording: Recording,
    private readonly engine: ReplayEngine,
    machines: RecordedMachines,
  ) {
    this.#identities = new Identities(subscriptionsIn(recording.steps), engine.subscriptionId);
    this.#seeder = new Seeder(engine, this.#identities);
    this.#jobs = new JobFrames(recording.steps);
    this.#ownership = new Ownership(recording.steps);
    this.#world = new World(recording.steps, {
      engine,
      machines,
      identities: this.#identities,
      seeder: this.#seeder,
      ownership: this.#ownership,
    });
  }

  async run(watch?: Watch): Promise<ScenarioResult> {
    const { units, sequence } = planOf(this.recording);
    const inScope = units.filter((unit) => unit.why === undefined);
    await this.#seeder.prepare(
      inScope.flatMap(({ actions }) => actions.flatMap(({ frames, pages }) => [...frames, ...pages])),
    );
    this.engine.onAnswer = watch;
    const differences: FoundDifference[] = [];
    const different = new Set<Unit>();
    for (const { unit, action } of sequence) {
      if (unit.why !== undefined) continue;
      for (const difference of await this.#act(action)) {
        differences.push(difference);
        different.add(unit);
      }
    }
    return {
      name: this.recording.name,
      replayed: inScope.length,
      identical: inScope.length - different.size,
      different: different.size,
      outOfScope: units.length - inScope.length,
      differences,
    };
  }

  async #act(action: Action): Promise<FoundDifference[]> {
    const { frames } = action;
    const last = frames.at(-1);
    const [first] = frames;
    if (!first || !last) return [];
    for (const frame of frames) this.#dates.see(frame.response.body);
    if (this.#jobs.shouldHold(first.i)) this.engine.pool.hold();
    else this.engine.pool.release();
    await this.#world.before(first);
    const ended = !isRunning(last.response);
    if (frames.length === 1 && first.request.method !== 'GET')
      return this.#compare(last, await this.#send(last), action);
    return ended ? this.#waitAndCompare(action, last) : this.#compareAny(frames, await this.#send(last), action);
  }

  /** Asks until the engine has finished, as the recording's client did; each state on the way must be a recorded one. */
  async #waitAndCompare(action: Action, last: Step): Promise<FoundDifference[]> {
    const started = Date.now();
    const running = action.frames.slice(0, -1).flatMap((frame) => [frame, withTasksOf(last, frame)]);
    let answer = await this.#send(last);
    let checked: FoundDifference[] = [];
    let seen = '';
    while (isRunning(answer)) {
      const state = JSON.stringify(answer.body);
      if (running.length > 0 && checked.length === 0 && state !== seen)
        checked = this.#compareAny(running, answer, action);
      seen = state;
      if (isJob([last]) || Date.now() - started > HELD) this.engine.pool.release(); // this wait is for the job's end
      if (Date.now() - started > PATIENCE) {
        return [
          {
            step: last.i,
            request: describe(last),
            path: 'status',
            what: `still at work: ${JSON.stringify(answer.body)}`,
          },
        ];
      }
      answer = await this.#send(last);
    }
    return [...checked, ...this.#compare(last, answer, action)];
  }

  /** Compares with the recorded state that is closest to the engine's. An engine that is done already is ahead, not wrong. */
  #compareAny(frames: readonly Step[], answer: Answer, action: Action): FoundDifference[] {
    if (answer.status < 300 && !isRunning(answer) && !isJob(frames)) return [];
    const all = frames.map((frame) => this.#compare(frame, answer, action));
    return all.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }

  #compare(step: Step, answer: Answer, action: Action): FoundDifference[] {
    const { request, response } = step;
    const found = (difference: Difference): FoundDifference => ({
      step: step.i,
      request: describe(step),
      ...difference,
    });
    if (response.status !== answer.status) {
      if (saysGone(step) && membersOf(answer.body).status === 'Succeeded') return [];
      const { error } = membersOf(answer.body);
      const text = error ? ` ${textOf(error, 'code')}: ${textOf(error, 'message').slice(0, 200)}` : '';
      return [found({ path: 'status', what: `expected ${response.status}, got ${answer.status}${text}` })];
    }
    const context: Context = {
      identities: this.#identities,
      apiVersion: request.query['api-version'] ?? '',
      subject: subjectOf(request.path),
      isForeign: (element) => this.#ownership.isForeign(element),
      trimmed: [step, ...action.pages].some((page) => page.response.trimmedFrom !== undefined),
    };
    const recorded = action.pages.length === 0 ? response.body : joined([step, ...action.pages]);
    return [
      ...this.#compareHeaders(step, answer),
      ...compareBodies(withoutNextLink(recorded), withoutNextLink(answer.body), context),
    ].map(found);
  }

  /** Links of long operations: there or not, and where they lead to. */
  #compareHeaders({ response, request }: Step, answer: Answer): Difference[] {
    return ['azure-asyncoperation', 'location'].flatMap((name) => {
      const [recorded, actual] = [response.headers[name], answer.headers[name]];
      if (recorded === undefined && actual === undefined) return [];
      if (recorded === undefined) {
        // The first api-versions knew one of the two links.
        if ((request.query['api-version'] ?? '') <= '2017-07-01') return [];
        return [{ path: name, what: `not in the recording: got ${actual}` }];
      }
      if (actual === undefined) return [{ path: name, what: `missing: expected ${recorded}` }];
      const [from, to] = [recorded, actual].map((link) => new URL(link, 'https://management.azure.com').pathname);
      return this.#identities.match(from ?? '', to ?? '') ? [] : [{ path: name, what: `expected ${from}, got ${to}` }];
    });
  }

  async #send({ request, response }: Step): Promise<Answer> {
    const now = Date.now();
    const query = Object.fromEntries(
      Object.entries(request.query).map(([key, value]) => [
        key,
        key.toLowerCase() === '$filter' ? this.#dates.moveFilter(value, now) : value,
      ]),
    );
    const answer = await this.engine.send({
      method: request.method,
      path: this.#identities.translate(request.path),
      query,
      body: this.#identities.translateAll(this.#dates.moveBody(this.#handedOn.exchange(request.body), now)),
    });
    this.#handedOn.learn(response.body, answer.body);
    return answer;
  }
}

/** After its vault is gone Azure says either that the deletion succeeded or that there is nothing (SPEC §1.2). */
function saysGone({ request, response }: Step): boolean {
  return response.status === 404 && /\/operationstatus\/[^/]+$/i.test(request.path);
}

function isJob(frames: readonly Step[]): boolean {
  return frames.some(({ request }) => /\/backupjobs(\/[^/]+)?$|crrjob$/i.test(request.path));
}

/** A job whose tasks have ended, but not the job itself: between two answers, so that not every recording has it. */
function withTasksOf({ response: { body: ended } }: Step, frame: Step): Step {
  const { properties } = membersOf(frame.response.body);
  const { tasksList } = membersOf(membersOf(membersOf(ended).properties).extendedInfo);
  if (tasksList === undefined) return frame;
  const extendedInfo = { ...membersOf(membersOf(properties).extendedInfo), tasksList };
  const body = { ...membersOf(frame.response.body), properties: { ...membersOf(properties), extendedInfo } };
  return { ...frame, response: { ...frame.response, body } };
}

function joined(pages: readonly Step[]): unknown {
  return { value: pages.flatMap(({ response }) => membersOf(response.body).value) };
}

/** Pages are followed to the end; where one ends is the service's choice. */
function withoutNextLink(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('nextLink' in body)) return body;
  const { nextLink: _nextLink, ...rest } = membersOf(body);
  return rest;
}

function subjectOf(path: string): string {
  const words = path.split('/').filter((word) => word !== '');
  return (
    (/^(operationstatus|operationsstatus|backupoperations)$/i.test(words.at(-2) ?? '') ? 'operation' : words.at(-1)) ??
    ''
  );
}

function describe({ request }: Step): string {
  const path = request.path.replace(/^\/subscriptions\/[^/]+/i, '').replace(/\/providers\/microsoft\./i, '/');
  return `${request.method} ${decodeURIComponent(path)}`;
}

function subscriptionsIn(steps: readonly Step[]): Set<string> {
  const found = new Set<string>();
  for (const { request } of steps) {
    const [, id] = /^\/subscriptions\/([^/]+)/i.exec(request.path) ?? [];
    if (id !== undefined) found.add(id);
  }
  return found;
}
