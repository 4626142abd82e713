import assert from 'node:assert/strict';
import { type ServiceDefinition, serviceDefinition, serviceName } from '../../../../src/client/service/definition';
import { launchAgent } from '../../../../src/client/service/launchAgent';
import { scheduledTask, taskScript } from '../../../../src/client/service/scheduledTask';
import { systemdUnit } from '../../../../src/client/service/systemdUnit';

/** A service whose paths hold whatever a format takes for its own. */
const ODD: ServiceDefinition = {
  name: 'vm-backup-0123456789ab',
  description: 'VM Backup engine of /home/a b/100%',
  program: `/opt/n "o" d'e/node`,
  args: ['/home/a b/100%/$x & <y>/start.js', '--data', String.raw`/home/back\slash/é`],
  environment: { ELECTRON_RUN_AS_NODE: '1', ODD: 'a "b" %c' },
  logFile: '/home/a b/100%/engine.log',
};

const WINDOWS: ServiceDefinition = {
  ...ODD,
  program: String.raw`C:\Program Files\nodejs\node.exe`,
  args: [String.raw`C:\Users\A & B\100%\start.js`, '--data', String.raw`C:\Users\A & B\100%`],
  environment: { ELECTRON_RUN_AS_NODE: '1' },
  logFile: String.raw`C:\Users\A & B\100%\engine.log`,
};

const lines = (text: string) => text.split(/\r?\n/);

describe('the definition of a service', () => {
  it('starts the script of its data folder, and has a name of its own', () => {
    const service = serviceDefinition({ dataFolder: '/data', program: '/usr/bin/node', platform: 'linux' });
    assert.deepEqual(service.args.slice(-4), ['/data/service/start.js', '--data', '/data', '--service']);
    assert.equal(service.logFile, '/data/engine.log');
    assert.match(service.name, /^vm-backup-[0-9a-f]{12}$/);
    assert.notEqual(serviceName('/data'), serviceName('/data2'));
  });

  it('has the paths of Windows on Windows', () => {
    const dataFolder = String.raw`C:\data`;
    const service = serviceDefinition({ dataFolder, program: 'node', platform: 'win32' });
    assert.equal(service.args.at(-4), String.raw`C:\data\service\start.js`);
  });

  it('refuses paths that no definition can name', () => {
    for (const dataFolder of ['/data\nExecStart=/bin/evil', '/data\u0000', '/data\u001B']) {
      assert.throws(() => serviceDefinition({ dataFolder, program: '/node', platform: 'linux' }), {
        code: 'ServicePathUnusable',
      });
    }
  });
});

describe('a unit of systemd', () => {
  it('quotes what it would take for its own', () => {
    const unit = lines(systemdUnit(ODD));
    const command = String.raw`ExecStart=:"/opt/n \"o\" d'e/node" "/home/a b/100%%/$x & <y>/start.js" "--data" "/home/back\\slash/é"`;
    assert.ok(unit.includes(command), unit.join('\n'));
    assert.ok(unit.includes('Description=VM Backup engine of /home/a b/100%%'));
    assert.ok(unit.includes(String.raw`Environment="ELECTRON_RUN_AS_NODE=1" "ODD=a \"b\" %%c"`));
    assert.ok(unit.includes('StandardError=append:/home/a b/100%%/engine.log'));
  });

  it('keeps the token out of the journal, comes back by itself and starts at log-in', () => {
    const unit = lines(systemdUnit(ODD));
    for (const line of ['StandardOutput=null', 'Restart=always', 'WantedBy=default.target']) {
      assert.ok(unit.includes(line), line);
    }
  });
});

describe('an agent of launchd', () => {
  it('holds every word as text of XML', () => {
    const plist = launchAgent(ODD);
    const words = Array.from(plist.matchAll(/<string>([^<]*)<\/string>/g), (match) => match[1]);
    assert.deepEqual(words, [
      'vm-backup-0123456789ab',
      `/opt/n &quot;o&quot; d'e/node`,
      '/home/a b/100%/$x &amp; &lt;y&gt;/start.js',
      '--data',
      String.raw`/home/back\slash/é`,
      '1',
      'a &quot;b&quot; %c',
      '/dev/null',
      '/home/a b/100%/engine.log',
    ]);
    assert.match(plist, /<key>KeepAlive<\/key>\n {2}<true\/>/);
    assert.match(plist, /<key>RunAtLoad<\/key>\n {2}<true\/>/);
  });
});

describe('a task of Windows', () => {
  it('runs its script for the one user from log-in on, as long as it takes', () => {
    const task = scheduledTask(WINDOWS, {
      user: String.raw`HOME\A & B`,
      folder: String.raw`C:\Users\A & B\100%\service`,
    });
    assert.equal(task.split(String.raw`<UserId>HOME\A &amp; B</UserId>`).length, 3);
    assert.ok(task.includes(String.raw`<WorkingDirectory>C:\Users\A &amp; B\100%\service</WorkingDirectory>`));
    assert.ok(task.includes('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>'));
    assert.ok(task.includes('<Arguments>--headless cmd.exe /d /c start.cmd</Arguments>'));
  });

  it('has a script whose paths name no variables, and whose output goes nowhere', () => {
    assert.deepEqual(lines(taskScript(WINDOWS)), [
      '@echo off',
      'chcp 65001 >nul',
      'set "ELECTRON_RUN_AS_NODE=1"',
      String.raw`"C:\Program Files\nodejs\node.exe" "C:\Users\A & B\100%%\start.js" "--data" "C:\Users\A & B\100%%" >nul 2>>"C:\Users\A & B\100%%\engine.log"`,
      'exit /b %errorlevel%',
      '',
    ]);
  });
});
