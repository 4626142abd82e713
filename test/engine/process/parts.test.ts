import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNewer } from '../../../src/client/local/versionOrder';
import { Lifetime } from '../../../src/engine/process/lifetime';
import { takeLock } from '../../../src/engine/process/lock';
import { createLog } from '../../../src/engine/process/log';
import { type RuntimeFacts, unfitReason } from '../../../src/engine/process/runtimeProbe';
import { socketPath } from '../../../src/engine/process/socketPath';

function makeLifetime() {
  const state = { now: 0, mustStay: false };
  const lifetime = new Lifetime({ idleMs: 600, now: () => state.now, mustStay: () => state.mustStay });
  return { state, lifetime };
}

describe('parts of the engine process', () => {
  describe('lifetime', () => {
    it('is over when no client came for the idle time, from the start on', () => {
      const { state, lifetime } = makeLifetime();
      state.now = 599;
      assert.equal(lifetime.isOver(), false);
      state.now = 600;
      assert.equal(lifetime.isOver(), true);
    });

    it('counts from the end of the last request, and not while one is under way', () => {
      const { state, lifetime } = makeLifetime();
      lifetime.requestStarted();
      state.now = 10_000;
      assert.equal(lifetime.isOver(), false);
      lifetime.requestEnded();
      state.now = 10_599;
      assert.equal(lifetime.isOver(), false);
      state.now = 10_600;
      assert.equal(lifetime.isOver(), true);
    });

    it('goes on while there is work', () => {
      const { state, lifetime } = makeLifetime();
      state.mustStay = true;
      state.now = 1e9;
      assert.equal(lifetime.isOver(), false);
      state.mustStay = false;
      assert.equal(lifetime.isOver(), true);
    });
  });

  describe('runtime probe', () => {
    const fit: RuntimeFacts = {
      nodeVersion: '22.15.0',
      loadSqlite: async () => ({}),
      loadZlib: async () => ({ zstdCompress: () => undefined }),
    };
    const cases: [string, Partial<RuntimeFacts>, RegExp | undefined][] = [
      ['the oldest that is fit', {}, undefined],
      ['a newer one', { nodeVersion: '24.0.0' }, undefined],
      ['an old minor', { nodeVersion: '22.14.9' }, /22\.14\.9 is too old; 22\.15/],
      ['an old major', { nodeVersion: '20.19.0' }, /too old/],
      ['one without SQLite', { loadSqlite: () => Promise.reject(new Error('no')) }, /SQLite/],
      ['one without Zstandard', { loadZlib: async () => ({}) }, /Zstandard/],
    ];
    for (const [what, facts, expected] of cases) {
      it(`judges ${what}`, async () => {
        const reason = await unfitReason({ ...fit, ...facts });
        if (expected) assert.match(reason ?? '', expected);
        else assert.equal(reason, undefined);
      });
    }

    it('finds this runtime fit', async () => assert.equal(await unfitReason(), undefined));
  });

  describe('socket path', () => {
    const here = { platform: 'linux', env: { XDG_RUNTIME_DIR: '/run/user/7' }, temporary: '/tmp', uid: 7 } as const;
    const long = `/home/${'x'.repeat(90)}`;

    it('is in the data folder up to 100 bytes', () => {
      const folder = `/${'d'.repeat(87)}`; // and /engine.sock makes 100
      assert.equal(socketPath(folder, here), `${folder}/engine.sock`);
      assert.ok(!socketPath(`${folder}d`, here).startsWith(folder));
      assert.ok(!socketPath(`/${'é'.repeat(60)}`, here).includes('é'), 'bytes, not characters');
    });

    it('is in the runtime folder, else in the temporary folder', () => {
      assert.match(socketPath(long, here), /^\/run\/user\/7\/vm-backup-7\/[0-9a-f]{16}\.sock$/);
      assert.match(socketPath(long, { ...here, env: {} }), /^\/tmp\/vm-backup-7\/[0-9a-f]{16}\.sock$/);
      assert.match(socketPath(long, { ...here, env: { XDG_RUNTIME_DIR: long } }), /^\/tmp\//);
    });

    it('is a pipe of its own on Windows', () => {
      const pipe = socketPath('C:\\data', { ...here, platform: 'win32' });
      assert.match(pipe, /^\\\\\.\\pipe\\vm-backup-[0-9a-f]{16}$/);
      assert.notEqual(socketPath('C:\\other', { ...here, platform: 'win32' }), pipe);
    });
  });

  describe('lock', () => {
    it('is for one holder at a time', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lock-'));
      const file = join(folder, 'engine.lock');
      const first = await takeLock(file);
      assert.ok(first);
      assert.equal(await takeLock(file), undefined);
      first.release();
      const second = await takeLock(file);
      assert.ok(second);
      second.release();
      rmSync(folder, { recursive: true });
    });
  });

  describe('log', () => {
    it('has time and level, leaves out what is below its level, and never tells a secret', () => {
      const lines: string[] = [];
      const log = createLog({ write: (line) => lines.push(line), now: () => 0 });
      log.redact('s3cret');
      log.debug('not told');
      log.info('token s3cret, again s3cret');
      log.error('failed', new Error('with s3cret', { cause: 'because of s3cret' }));
      assert.equal(lines[0], '1970-01-01T00:00:00.000Z info token ***, again ***');
      assert.match(lines[1] ?? '', /error failed: Error: with \*\*\*[^]*caused by because of \*\*\*/);
      assert.equal(lines.length, 2);
    });
  });

  describe('version order', () => {
    for (const [a, b, newer] of [
      ['1.10.0', '1.9.0', true],
      ['1.9.0', '1.10.0', false],
      ['2.0.0', '1.99.99', true],
      ['1.0.0', '1.0.0', false],
      ['1.0.1-beta', '1.0.0', true],
      ['0.1.0', '0.0.0-dev', true],
    ] as const) {
      it(`${a} is ${newer ? '' : 'not '}newer than ${b}`, () => assert.equal(isNewer(a, b), newer));
    }
  });
});
