import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FastifyInstance } from 'fastify';
import { Catalog } from '../../src/engine/catalog/catalog';
import type { Clock } from '../../src/engine/clock';
import { buildEngine } from '../../src/engine/engine';
import type { Engine } from '../../src/engine/engineContext';
import { createHttpApp } from '../../src/engine/http/app';
import type { Method } from '../../src/engine/http/operation';
import type { Ids } from '../../src/engine/ids';
import { openDisk } from '../../src/engine/machines/openDisk';
import { imageProvider, type MachineProvider } from '../../src/engine/machines/provider';
import { createLog } from '../../src/engine/process/log';
import type { DiskSource, OpenDisk } from '../../src/engine/store/diskSource';
import { InlinePool } from '../../src/engine/store/inlinePool';
import { openStorage } from '../../src/engine/store/openStorage';
import type { Lane, LaneHost, LaneSetup, Pool } from '../../src/engine/store/workerProtocol';

/** Monday, 12 October 2026, noon UTC. */
export const START = Date.UTC(2026, 9, 12, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const TOKEN = 'the-token-of-this-world';
const VERSION = 'api-version=2024-04-01';

/** Time that only moves when a test moves it. */
export class FakeClock implements Clock {
  /** Called at every look at the clock: the moments at which a test can see what is on disk. */
  onLook: (() => void) | undefined;
  #time: number;
  readonly #planned = new Set<{ at: number; run: () => void }>();

  /** @param start ms UTC */
  constructor(start = START) {
    this.#time = start;
  }

  now(): number {
    this.onLook?.();
    return this.#time;
  }

  /** The moment, without a look that counts. */
  get time(): number {
    return this.#time;
  }

  after(ms: number, run: () => void): { cancel(): void } {
    const plan = { at: this.#time + ms, run };
    this.#planned.add(plan);
    return { cancel: () => void this.#planned.delete(plan) };
  }

  /** Goes to a moment (ms UTC) and does what is due on the way, in order. */
  moveTo(moment: number): void {
    for (;;) {
      const [next] = Array.from(this.#planned)
        .filter(({ at }) => at <= moment)
        .toSorted((a, b) => a.at - b.at);
      if (!next) break;
      this.#planned.delete(next);
      this.#time = next.at;
      next.run();
    }
    this.#time = moment;
  }

  advance(ms: number): void {
    this.moveTo(this.#time + ms);
  }

  /** Jumps as a computer that slept: what was planned is done late, once. */
  sleepUntil(moment: number): void {
    this.#time = moment;
    for (const plan of Array.from(this.#planned).filter(({ at }) => at <= moment)) {
      this.#planned.delete(plan);
      plan.run();
    }
  }
}

/** Ids that count up, so that a run of a test always has the same ones. */
class CountingIds implements Ids {
  #count: number;

  constructor(first: number) {
    this.#count = first;
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#count).padStart(12, '0')}`;
  }

  decimal(): string {
    return String(100_000_000_000_000 + ++this.#count);
  }
}

/** The workers' code on this thread, where a test can hold it and look over its shoulder. */
export class HeldPool implements Pool {
  readonly size = 2;
  /** Called before each read of a disk. */
  onRead: ((source: DiskSource, offset: number) => void) | undefined;
  readonly #inner: InlinePool;
  #held: { readonly over: Promise<unknown>; readonly end: () => void } | undefined;
  #waiting = 0;

  constructor() {
    const watched: OpenDisk = (source) => {
      const reader = openDisk(source);
      return {
        read: (buffer, offset) => {
          this.onRead?.(source, offset);
          return reader.read(buffer, offset);
        },
        close: () => reader.close(),
      };
    };
    this.#inner = new InlinePool({ openDisk: watched, openStorage }, { size: this.size });
  }

  /** From now on every part of a backup or restore waits. */
  hold(): void {
    if (this.#held) return;
    const held = new EventEmitter();
    this.#held = { over: once(held, 'end'), end: () => held.emit('end') };
  }

  release(): void {
    this.#held?.end();
    this.#held = undefined;
  }

  /** Parts that wait to be released. */
  get waiting(): number {
    return this.#waiting;
  }

  async open(setups: readonly LaneSetup[], host: LaneHost): Promise<Lane[]> {
    const lanes = await this.#inner.open(setups, host);
    return lanes.map((lane) => ({
      segment: async (task) => this.#pass().then(async () => lane.segment(task)),
      restore: async (task) => this.#pass().then(async () => lane.restore(task)),
      flush: async () => lane.flush(),
      verify: async (task) => lane.verify(task),
      close: async () => lane.close(),
    }));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  async #pass(): Promise<void> {
    if (!this.#held) return;
    this.#waiting++;
    await this.#held.over;
    this.#waiting--;
  }
}

interface Running {
  readonly engine: Engine;
  readonly app: FastifyInstance;
}

/**
 * A real engine in this process: real catalog, store and disk images in a folder of its own; time, ids and the moment at
 * which work goes on are the test's. `close()` leaves nothing.
 */
export class EngineWorld {
  readonly pool = new HeldPool();
  /** What the engine's log got. */
  readonly lines: string[] = [];
  /** What machines say of themselves, and how they are held still. */
  provider: MachineProvider = imageProvider;
  readonly #ids: Ids;
  readonly #rejections: unknown[] = [];
  readonly #noteRejection = (reason: unknown) => void this.#rejections.push(reason);
  #running: Running | undefined;

  private constructor(
    /** Holds everything of this world. */
    readonly folder: string,
    firstId: number,
    private readonly key = Buffer.alloc(32, 7),
    readonly clock = new FakeClock(),
  ) {
    this.#ids = new CountingIds(firstId);
  }

  /**
   * @param options.other another computer, with a key and ids of its own: `true`, or a number for each of several
   * @param options.clock a clock that several worlds share
   */
  static async create(options: { other?: boolean | number; clock?: FakeClock } = {}): Promise<EngineWorld> {
    const other = Number(options.other ?? 0);
    const firstId = other === 0 ? 0 : 4_000_000 + other * 1_000_000;
    const key = other === 0 ? undefined : Buffer.alloc(32, 8 + other);
    const world = new EngineWorld(mkdtempSync(join(tmpdir(), 'world-')), firstId, key, options.clock);
    process.on('unhandledRejection', world.#noteRejection);
    await world.start();
    return world;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  get engine(): Engine {
    return this.#current.engine;
  }

  /** `/subscriptions/{id}`. */
  get subscription(): string {
    return `/subscriptions/${this.engine.subscriptionId}`;
  }

  /** The resource group that everything lies in unless a test says otherwise. */
  get group(): string {
    return `${this.subscription}/resourceGroups/lab`;
  }

  async start(): Promise<void> {
    mkdirSync(this.dataFolder, { recursive: true });
    const log = createLog({ write: (line) => this.lines.push(line) });
    const context = { dataFolder: this.dataFolder, key: this.key, version: '1.2.3', log };
    const engine = await buildEngine(context, {
      clock: this.clock,
      ids: this.#ids,
      pool: this.pool,
      provider: {
        report: (m) => this.provider.report(m),
        check: (m) => this.provider.check(m),
        begin: (m) => this.provider.begin(m),
      },
    });
    const { operations } = engine;
    this.#running = { engine, app: createHttpApp({ token: TOKEN, operations, ids: { requestId: randomUUID }, log }) };
  }

  /** Stops the engine as its process does; what is held goes on, so that it can see the end. */
  async stop(): Promise<void> {
    const { app, engine } = this.#current;
    this.#running = undefined;
    const closed = engine.close();
    this.pool.release();
    await closed;
    await app.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Another world whose data folder is what this one's looks like right now, as after a kill at this moment. */
  crashCopy(): EngineWorld {
    const copy = new EngineWorld(mkdtempSync(join(tmpdir(), 'world-')), 1_000_000);
    cpSync(this.dataFolder, copy.dataFolder, { recursive: true });
    copy.clock.moveTo(this.clock.time + 1000);
    return copy;
  }

  /** Changes the catalog of a stopped engine. */
  edit(change: (catalog: Catalog) => void): void {
    const catalog = new Catalog(new DatabaseSync(join(this.dataFolder, 'catalog.db')));
    try {
      change(catalog);
    } finally {
      catalog.close();
    }
  }

  /** @throws AggregateError of failures that nobody had caught: they would have ended the engine's process */
  async close(): Promise<void> {
    if (this.#running) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
    process.off('unhandledRejection', this.#noteRejection);
    if (this.#rejections.length > 0) throw new AggregateError(this.#rejections, this.#rejections.join('; '));
  }

  /** One ARM call, as any client sends it. */
  async arm(
    method: Method,
    path: string,
    body?: unknown,
    { headers, raw }: { headers?: Readonly<Record<string, string>>; raw?: string } = {},
  ) {
    const url = path.includes('api-version=') ? path : `${path}${path.includes('?') ? '&' : '?'}${VERSION}`;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await this.#current.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      payload,
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body === '' ? undefined : response.json(),
    };
  }

  /** Follows a link of an answer. */
  async follow(link: unknown) {
    const { pathname, search } = new URL(String(link));
    return this.arm('GET', `${pathname}${search}`);
  }

  get #current(): Running {
    if (!this.#running) throw new Error('The engine is stopped.');
    return this.#running;
  }
}
