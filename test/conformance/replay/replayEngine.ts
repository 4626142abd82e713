import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../src/engine/clock';
import { buildEngine } from '../../../src/engine/engine';
import type { Engine } from '../../../src/engine/engineContext';
import { createHttpApp } from '../../../src/engine/http/app';
import { type Listening, listen } from '../../../src/engine/http/listen';
import { randomIds } from '../../../src/engine/ids';
import type { MachineProvider } from '../../../src/engine/machines/provider';
import { createLog } from '../../../src/engine/process/log';
import { HeldPool } from '../../support/engineWorld';

export interface Call {
  readonly method: string;
  /** Path as it is sent, escaped. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * A fresh engine with its real clock, catalog, store and listener, in this process, reached through its socket. Only when
 * its backups and restores go on is the caller's to say, as a recording shows jobs at work.
 */
export class ReplayEngine {
  /** Sees every request and its answer. */
  onAnswer: ((call: Call, answer: Answer) => void) | undefined;
  readonly #token = randomUUID();
  readonly #agent = new Agent({ keepAlive: true });

  #listening: Listening | undefined;

  private constructor(
    /** Holds everything of this engine. */
    readonly folder: string,
    readonly pool: HeldPool,
    private readonly engine: Engine,
    private readonly socket: string,
  ) {}

  /** @param provider tells how machines are; without one they are known by their images alone */
  static async start(provider?: MachineProvider): Promise<ReplayEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    const dataFolder = join(folder, 'data');
    mkdirSync(dataFolder);
    const log = createLog({ write: () => undefined });
    const context = { dataFolder, key: randomBytes(32), version: '0.0.0', log };
    const pool = new HeldPool();
    const engine = await buildEngine(context, { clock: systemClock, ids: randomIds, pool, provider });
    const replay = new ReplayEngine(folder, pool, engine, join(folder, 's'));
    const app = createHttpApp({
      token: replay.#token,
      operations: engine.operations,
      ids: { requestId: randomUUID },
      log,
    });
    replay.#listening = await listen(app, { socket: replay.socket });
    return replay;
  }

  get subscriptionId(): string {
    return this.engine.subscriptionId;
  }

  async send(call: Call): Promise<Answer> {
    const query = Object.entries(call.query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const payload = call.body === undefined || call.body === null ? undefined : JSON.stringify(call.body);
    const sent = request({
      socketPath: this.socket,
      agent: this.#agent,
      method: call.method,
      path: `${call.path}?${query.join('&')}`,
      headers: {
        host: 'management.azure.com',
        'x-forwarded-proto': 'https',
        authorization: `Bearer ${this.#token}`,
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
      },
    });
    sent.end(payload);
    const [response] = await once(sent, 'response');
    const content = await text(response);
    const answer: Answer = {
      status: response.statusCode,
      headers: response.headers,
      body: content === '' ? undefined : JSON.parse(content),
    };
    this.onAnswer?.(call, answer);
    return answer;
  }

  /** Stops and leaves nothing. */
  async close(): Promise<void> {
    this.pool.release();
    const closed = this.engine.close();
    this.pool.release();
    await closed;
    this.#agent.destroy();
    await this.#listening?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
