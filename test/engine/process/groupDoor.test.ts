import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isAppError } from '../../../src/domain/errors';
import { groupDoor } from '../../../src/engine/process/groupDoor';
import type { EngineEndpoint } from '../../../src/protocol/engineEndpoint';

/** A group and a user that no file of a test belongs to by chance. */
const GROUP = 54_321;
const USER = 54_322;
const isRoot = process.getuid?.() === 0;

/** Reads the endpoint and connects to its socket as another user, who has given up everything else; prints what came of it. */
const CLIENT = `
  const [file, groups] = process.argv.slice(1);
  process.setgroups(JSON.parse(groups));
  process.setgid(${USER});
  process.setuid(${USER});
  try {
    const { socket } = JSON.parse(require('node:fs').readFileSync(file, 'utf8'));
    require('node:net').connect(socket).on('data', (text) => console.log(String(text))).on('error', ({ code }) => console.log(code));
  } catch ({ code }) {
    console.log(code);
  }`;

const endpoint = (socket: string): EngineEndpoint => ({
  version: '1.0.0',
  protocol: 1,
  socket,
  token: 'secret',
  pid: process.pid,
  subscriptionId: 'sub',
  startedAt: 0,
});

const facts = (path: string) => {
  const { mode, gid } = statSync(path);
  return [(mode & 0o777).toString(8), String(gid)];
};

describe('The door for a group', () => {
  let folder: string;
  let data: string;
  let servers: Server[];
  /** Root may give files to any group; another user has only the ones that it belongs to. */
  const group = String(isRoot ? GROUP : process.getgid?.());

  beforeEach(() => {
    servers = [];
    folder = mkdtempSync(join(tmpdir(), 'door-'));
    data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
  });
  afterEach(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  const opened = async () => {
    const door = await groupDoor(data, group);
    const server = createServer((connection) => connection.end('welcome'));
    servers.push(server);
    await new Promise<void>((done) => server.listen(door.socket, done));
    await door.open(endpoint(door.socket));
    return door;
  };
  it('is a folder beside the data folder, for the group alone; the data folder stays closed', async () => {
    const { socket } = await opened();
    assert.equal(socket, join(folder, 'data.clients', 'engine.sock'));
    assert.deepEqual(facts(`${data}.clients`), ['750', group]);
    assert.deepEqual(facts(socket), ['660', group]);
    assert.deepEqual(facts(join(`${data}.clients`, 'endpoint.json')), ['640', group]);
    assert.equal(facts(data)[0], '700');
  });

  it('lets nobody in before the engine listens', async () => {
    await groupDoor(data, group);
    assert.equal(facts(`${data}.clients`)[0], '700');
  });

  it('removes what an engine that was killed left there', async () => {
    await opened();
    await groupDoor(data, group);
    assert.equal(existsSync(join(`${data}.clients`, 'endpoint.json')), false);
    assert.equal(facts(`${data}.clients`)[0], '700');
  });

  it('hides the engine when it stops', async () => {
    const door = await opened();
    assert.match(readFileSync(join(`${data}.clients`, 'endpoint.json'), 'utf8'), /"token":"secret"/);
    await door.close();
    assert.equal(existsSync(join(`${data}.clients`, 'endpoint.json')), false);
  });

  it('refuses a group that does not exist, and says so', async () => {
    await assert.rejects(groupDoor(data, 'no-such-group'), (error) => {
      assert.ok(isAppError(error, 'EngineGroupUnusable'));
      for (const words of ['no-such-group', `${data}.clients`, 'invalid group'])
        assert.ok(error.message.includes(words));
      return true;
    });
  });

  it('takes a group that looks like an option for a group', async () => {
    await assert.rejects(groupDoor(data, '--reference=/etc/passwd'), (error) =>
      isAppError(error, 'EngineGroupUnusable'),
    );
  });

  it('refuses a folder that is none, or whose path is too long for a socket', async () => {
    symlinkSync('/etc', `${data}.clients`);
    await assert.rejects(groupDoor(data, group), (error) => isAppError(error, 'EngineGroupUnusable'));
    assert.notEqual(facts('/etc')[0], '700');
    await assert.rejects(groupDoor(join(folder, 'x'.repeat(100)), group), /too long/);
  });

  // Only root can become somebody else.
  if (isRoot) {
    it('is passed by members of the group and by no other user', async () => {
      // The folders above are private to this run.
      for (const above of [folder, dirname(folder)]) chmodSync(above, statSync(above).mode | 0o011);
      await opened();
      const file = join(`${data}.clients`, 'endpoint.json');
      const client = async (groups: number[]) =>
        (await promisify(execFile)(process.execPath, ['-e', CLIENT, file, JSON.stringify(groups)])).stdout.trim();
      assert.equal(await client([]), 'EACCES');
      assert.equal(await client([GROUP]), 'welcome');
    });
  }
});
