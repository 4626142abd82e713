import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition } from '../../../../src/client/service/definition';
import { Launchd } from '../../../../src/client/service/launchd';
import type { ServiceManager } from '../../../../src/client/service/manager';
import { serviceProgram } from '../../../../src/client/service/program';
import type { Run, RunResult } from '../../../../src/client/service/run';
import { Systemd } from '../../../../src/client/service/systemd';
import { TaskScheduler } from '../../../../src/client/service/taskScheduler';

const NAME = 'vm-backup-0123456789ab';
const UNIT = `${NAME}.service`;
const SERVICE = serviceDefinition({ dataFolder: '/data', program: '/usr/bin/node', platform: 'linux' });

/** Programs that answer as they were told, success without words by default, and that note what they were run with. */
class FakePrograms {
  readonly calls: string[] = [];
  readonly #answers: [string, Partial<RunResult>][] = [];

  /** The next commands that begin like this answer so. */
  answer(beginning: string, result: Partial<RunResult>): void {
    this.#answers.unshift([beginning, result]);
  }

  readonly run: Run = async (program, args) => {
    const call = [program, ...args].join(' ');
    this.calls.push(call);
    const told = this.#answers.find(([beginning]) => call.startsWith(beginning))?.[1];
    return { code: 0, stdout: '', stderr: '', ...told };
  };
}

describe('service managers', () => {
  let folder: string;
  let programs: FakePrograms;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmb-'));
    programs = new FakePrograms();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const systemd = () => new Systemd({ name: NAME, configFolder: folder, userName: 'ann', run: programs.run });
  const launchd = () => new Launchd({ name: NAME, home: folder, uid: 501, run: programs.run });
  const tasks = () => new TaskScheduler({ name: NAME, folder, user: String.raw`HOME\ann`, run: programs.run });

  describe('systemd', () => {
    it('writes the unit, then enables and starts it', async () => {
      const manager = systemd();
      await manager.install(SERVICE);
      assert.equal(manager.definition, join(folder, 'systemd', 'user', UNIT));
      assert.match(readFileSync(manager.definition, 'utf8'), /^ExecStart=:"\/usr\/bin\/node"/m);
      assert.deepEqual(programs.calls, [
        'systemctl --user daemon-reload',
        `systemctl --user enable ${UNIT}`,
        `systemctl --user reset-failed ${UNIT}`,
        `systemctl --user restart ${UNIT}`,
      ]);
    });

    it('stops and forgets the unit, and has nothing to do without one', async () => {
      const manager = systemd();
      await manager.remove();
      assert.equal(programs.calls.length, 0);
      await manager.install(SERVICE);
      await manager.remove();
      assert.equal(existsSync(manager.definition), false);
      assert.ok(programs.calls.includes(`systemctl --user disable --now ${UNIT}`));
      assert.equal(programs.calls.at(-2), 'systemctl --user daemon-reload');
    });

    it('tells how the unit is, and whether it outlives the session', async () => {
      const manager = systemd();
      assert.deepEqual(await manager.status(), { installed: false });
      await manager.install(SERVICE);
      programs.answer('systemctl --user show ', { stdout: 'ActiveState=active\nSubState=running\n' });
      programs.answer('loginctl', { stdout: 'Linger=yes\n' });
      const active = { installed: true, state: 'active (running)', running: true, afterLogout: true };
      assert.deepEqual(await manager.status(), active);
      programs.answer('systemctl --user show ', { stdout: 'ActiveState=activating\nSubState=auto-restart\n' });
      programs.answer('loginctl', { code: 1, stderr: 'no such user' });
      assert.deepEqual(await manager.status(), {
        installed: true,
        state: 'activating (auto-restart)',
        running: false,
      });
    });

    it('says that there is no user manager, why, and what to do', async () => {
      const manager = systemd();
      programs.answer('systemctl --user show-environment', {
        code: 1,
        stderr: 'Failed to connect to bus: No medium found\n',
      });
      await assert.rejects(manager.check(), (error: Error & { details: { recommendation: string } }) => {
        assert.equal(
          error.message,
          'systemctl --user is not available here: Failed to connect to bus: No medium found',
        );
        assert.match(error.details.recommendation, /session of your own/);
        return true;
      });
    });

    it('says so as well where there is no systemctl at all', async () => {
      programs.answer('systemctl', { code: undefined, stderr: 'spawn systemctl ENOENT' });
      await assert.rejects(systemd().check(), { code: 'ServiceManagerUnavailable', message: /ENOENT/ });
    });

    it('keeps the unit of a service that it cannot stop', async () => {
      const manager = systemd();
      await manager.install(SERVICE);
      programs.answer('systemctl --user disable', { code: 1, stderr: 'Access denied' });
      await assert.rejects(manager.remove(), {
        code: 'ServiceCommandFailed',
        message: `systemctl --user disable --now ${UNIT} failed: Access denied`,
      });
      assert.equal(existsSync(manager.definition), true);
    });
  });

  describe('launchd', () => {
    it('loads the agent into the session of the user, in place of an earlier one', async () => {
      const manager = launchd();
      programs.answer('launchctl bootout', { code: 3, stderr: 'Boot-out failed: 3: No such process' });
      await manager.install(SERVICE);
      const file = join(folder, 'Library', 'LaunchAgents', `${NAME}.plist`);
      assert.equal(manager.definition, file);
      assert.match(readFileSync(file, 'utf8'), /<string>\/usr\/bin\/node<\/string>/);
      assert.deepEqual(programs.calls, [`launchctl bootout gui/501/${NAME}`, `launchctl bootstrap gui/501 ${file}`]);
    });

    it('tells what launchd says, and keeps an agent that it cannot unload', async () => {
      const manager = launchd();
      await manager.install(SERVICE);
      programs.answer(`launchctl print gui/501/${NAME}`, { stdout: `${NAME} = {\n\tstate = running\n\tpid = 7\n}` });
      assert.deepEqual(await manager.status(), {
        installed: true,
        state: 'running',
        running: true,
        afterLogout: false,
      });
      programs.answer('launchctl bootout', { code: 1, stderr: 'Operation not permitted' });
      await assert.rejects(manager.remove(), { code: 'ServiceCommandFailed', message: /Operation not permitted/ });
      assert.equal((await manager.status()).installed, true);
    });

    it('forgets the agent', async () => {
      const manager = launchd();
      await manager.install(SERVICE);
      await manager.remove();
      assert.deepEqual(await manager.status(), { installed: false });
    });
  });

  describe('the Task Scheduler', () => {
    it('makes the task from a file in the encoding that schtasks takes', async () => {
      const manager = tasks();
      await manager.install(SERVICE);
      const xml = readFileSync(join(folder, 'task.xml'));
      assert.deepEqual([...xml.subarray(0, 2)], [0xff, 0xfe]);
      assert.match(xml.toString('utf16le'), /<LogonTrigger>/);
      assert.match(readFileSync(join(folder, 'start.cmd'), 'utf8'), /"\/usr\/bin\/node"/);
      assert.deepEqual(programs.calls, [
        `schtasks /End /TN ${NAME}`,
        `schtasks /Create /TN ${NAME} /XML ${join(folder, 'task.xml')} /F`,
        `schtasks /Run /TN ${NAME}`,
      ]);
    });

    it('ends and deletes a task that is there, and nothing else', async () => {
      const manager = tasks();
      await manager.remove();
      assert.deepEqual(programs.calls.slice(-2), [`schtasks /End /TN ${NAME}`, `schtasks /Delete /TN ${NAME} /F`]);
      programs.answer('schtasks /Query /TN', { code: 1, stderr: 'ERROR: The system cannot find the file specified.' });
      const before = programs.calls.length;
      await manager.remove();
      assert.ok(programs.calls.slice(before).every((call) => call.startsWith('schtasks /Query')));
      assert.deepEqual(await manager.status(), { installed: false, afterLogout: false });
    });

    it('does not take a scheduler that does not answer for one without the task', async () => {
      programs.answer('schtasks', { code: undefined, stderr: 'spawn schtasks ENOENT' });
      await assert.rejects(tasks().status(), { code: 'ServiceManagerUnavailable' });
    });
  });

  it('each removes what it does not have without a word', async () => {
    programs.answer('schtasks /Query /TN', { code: 1 });
    const managers: ServiceManager[] = [systemd(), launchd(), tasks()];
    for (const manager of managers) await manager.remove();
  });
});

/** A computer with a Node.js of a version on the PATH, a good one elsewhere, and one that is not there. */
function answering(version: string): Run {
  const programs = new FakePrograms();
  programs.answer('/broken', { code: undefined, stderr: 'spawn /broken ENOENT' });
  programs.answer('node ', { stdout: `${version} /usr/bin/node\n` });
  programs.answer('/chosen', { stdout: '24.1.0 /chosen/real/node\n' });
  return programs.run;
}

describe('what runs the engine of a service', () => {
  const node = { execPath: '/server/1234/node', electron: false };
  it('is the program that was chosen', async () => {
    assert.equal(await serviceProgram(answering('24.0.0'), node, '/chosen'), '/chosen/real/node');
    await assert.rejects(serviceProgram(answering('24.0.0'), node, '/broken'), { code: 'EngineUnfit' });
  });

  it('is VS Code on the desktop', async () => {
    const desktop = { execPath: '/usr/share/code/code', electron: true };
    assert.equal(await serviceProgram(answering('24.0.0'), desktop, undefined), '/usr/share/code/code');
  });

  it('is the Node.js on the PATH elsewhere, if it is new enough', async () => {
    assert.equal(await serviceProgram(answering('22.15.0'), node, undefined), '/usr/bin/node');
    for (const old of ['22.14.9', '20.20.2', 'nonsense']) {
      assert.equal(await serviceProgram(answering(old), node, undefined), '/server/1234/node');
    }
  });
});
