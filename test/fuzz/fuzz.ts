import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Choices } from './choices';
import { isListed, listedRefusals } from './refusals';
import { requestFor } from './requests';
import type { RestingMemory } from './restingMemory';
import type { Target } from './swagger';
import type { FuzzCall, FuzzWorld } from './world';

/** How often what was there at first is made again: fuzzed requests delete it. */
const SETUP_EVERY = 400;
/** Requests under way at once. */
const PARALLEL = 4;
const MIB = 1024 * 1024;

export interface FuzzOptions {
  readonly world: FuzzWorld;
  readonly targets: readonly Target[];
  readonly requests: number;
  readonly seed: number;
  /** How the engine is reached. */
  readonly socket: string;
  readonly token: string;
  readonly pid: number;
  /** Measures the engine after a tenth of the requests and after all; absent when that is not asked for. */
  readonly measure?: () => Promise<RestingMemory>;
  /** Called now and then with how far it is. */
  readonly report?: (line: string) => void;
}

export interface FuzzResult {
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that were answered as no request may be, with their answers. */
  readonly failures: readonly string[];
  /** What the engine held after a tenth of the requests and after all, if it was measured. */
  readonly memory?: { readonly early: RestingMemory; readonly late: RestingMemory };
}

/** Sends seeded requests to a running engine: whatever they say, it answers with what is wrong with them. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { world, targets, requests, seed, pid, measure, report = () => undefined } = options;
  const refusals = listedRefusals();
  const choices = new Choices(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const statuses: Record<string, number> = {};
  const failures: string[] = [];
  let early: RestingMemory | undefined;
  const send = async (call: FuzzCall): Promise<void> => {
    const { status, text, links } = await answerOf(options, agent, call);
    if (status < 300) world.learn(`${links} ${text}`);
    statuses[status] = (statuses[status] ?? 0) + 1;
    const problem = problemIn(status, text, refusals);
    if (problem)
      failures.push(
        `${problem}: ${call.method} ${short(call.url)} ${short(call.body ?? '')} → ${status} ${short(text)}`,
      );
  };
  try {
    for (let sent = 0; sent < requests; sent += PARALLEL) {
      if (sent % SETUP_EVERY === 0) for (const call of world.setup) await send(call);
      const calls = Array.from({ length: Math.min(PARALLEL, requests - sent) }, () => {
        const target = targets[choices.below(targets.length)];
        if (!target) throw new Error('There is nothing to ask for.');
        return requestFor(target, world, choices);
      });
      await Promise.all(calls.map(send));
      if (!early && sent + PARALLEL >= requests / 10) early = await measure?.();
      if (sent % 5000 === 0) report(`${sent} requests, ${Math.round(residentBytes(pid) / MIB)} MiB`);
    }
    const late = await measure?.();
    return { statuses, failures, ...(early && late && { memory: { early, late } }) };
  } finally {
    agent.destroy();
  }
}

/** An error has an envelope with a code and a sentence, whatever was asked; what LIMITATIONS.md lists says so with 501. */
function problemIn(status: number, text: string, refusals: readonly string[]): string | undefined {
  if (status >= 500 && status !== 501) return 'The engine failed';
  if (status < 400 || text === '') return undefined;
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') return 'An error without an envelope';
    if (status !== 501) return undefined;
    if (error.code !== 'NotImplemented') return 'A refusal with another code';
    return isListed(error.message, refusals) ? undefined : 'A refusal that LIMITATIONS.md does not list';
  } catch {
    return 'An error that is no JSON';
  }
}

async function answerOf(
  { socket, token }: FuzzOptions,
  agent: Agent,
  { method, url, body }: FuzzCall,
): Promise<{ status: number; text: string; links: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      host: 'localhost',
      'content-type': 'application/json',
      // Node gives GET, HEAD and DELETE none, and their body would be taken for the next request.
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    };
    const outgoing = request({ socketPath: socket, agent, method, path: url, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        const links = `${answered.location} ${String(answered['azure-asyncoperation'])}`;
        resolve({ status: statusCode, text: Buffer.concat(parts).toString(), links });
      });
    });
    outgoing.on('error', (error) => reject(new Error(`${method} ${short(url)}: ${error.message}`, { cause: error })));
    outgoing.end(body);
  });
}

function residentBytes(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text;
}
