import type { Recording, Step } from './corpus';
import { membersOf, textOf } from './json';
import { outOfScope } from './scope';

/** Something to send, and what the recording has seen coming back. */
export interface Action {
  /** Frames of one wait, the last one being what it waited for; a single one for a plain request. */
  readonly frames: Step[];
  /** Further pages of the same list. */
  readonly pages: Step[];
}

/** What is counted: a request, or a long-running operation with everything that was asked about it. */
export interface Unit {
  readonly actions: Action[];
  readonly why: string | undefined;
}

/** A recording in units, and its actions in the order in which they were recorded. */
export interface Plan {
  readonly units: Unit[];
  readonly sequence: readonly { readonly unit: Unit; readonly action: Action }[];
}

/** Answers that say nothing about the service's rules: a client repeats the request. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

export function planOf(recording: Recording): Plan {
  const units: Unit[] = [];
  const sequence: { unit: Unit; action: Action }[] = [];
  const operations = new Map<string, Unit>();
  let last: { unit: Unit; action: Action } | undefined;
  const add = (unit: Unit, step: Step) => {
    const action: Action = { frames: [step], pages: [] };
    unit.actions.push(action);
    last = { unit, action };
    sequence.push(last);
  };
  for (const step of recording.steps) {
    if (isTransient(step.response.status)) continue;
    const previous = last?.action.frames.at(-1);
    if (last && previous && isFurtherPage(step, last.action)) {
      last.action.pages.push(step);
      continue;
    }
    if (last && previous && isRepeated(previous, step)) {
      last.action.frames.push(step);
      continue;
    }
    const operation = step.request.method === 'GET' ? operations.get(lastSegment(step.request.path)) : undefined;
    const unit = (!isJob(step) && operation) || { actions: [], why: outOfScope(step) };
    if (!units.includes(unit)) units.push(unit);
    add(unit, step);
    for (const link of [step.response.headers['azure-asyncoperation'], step.response.headers.location]) {
      if (link !== undefined) operations.set(lastSegment(new URL(link, 'https://management.azure.com').pathname), unit);
    }
  }
  return { units, sequence };
}

/** Whether an answer says that the work goes on. */
export function isRunning({ status, body }: { readonly status: number; readonly body?: unknown }): boolean {
  if (status === 202) return true;
  const state = textOf(body, 'status') || textOf(membersOf(body).properties, 'status');
  return status === 200 && /^(InProgress|Cancelling|Running|Updating)$/.test(state);
}

/** Asked again, because the answer before was not the end. */
function isRepeated(previous: Step, step: Step): boolean {
  return (
    ['GET', 'POST'].includes(step.request.method) &&
    (step.request.method === 'GET' || /crrjob$/i.test(step.request.path)) &&
    samePath(previous, step) &&
    JSON.stringify([previous.request.query.$filter, previous.request.body]) ===
      JSON.stringify([step.request.query.$filter, step.request.body]) &&
    isRunning(previous.response)
  );
}

function isFurtherPage(step: Step, action: Action): boolean {
  const first = action.frames[0];
  const token = Object.keys(step.request.query).find((key) => key.toLowerCase() === '$skiptoken');
  return first !== undefined && token !== undefined && samePath(first, step);
}

function samePath(a: Step, b: Step): boolean {
  return a.request.method === b.request.method && a.request.path.toLowerCase() === b.request.path.toLowerCase();
}

function isJob({ request }: Step): boolean {
  return /\/backupjobs\/[^/]+$/i.test(request.path);
}

function lastSegment(path: string): string {
  return decodeURIComponent(path.split('/').at(-1) ?? '').toLowerCase();
}
