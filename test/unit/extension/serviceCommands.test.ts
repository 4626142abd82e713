import { strict as assert } from 'node:assert';
import { appError } from '../../../src/domain/errorCatalogue';
import { serviceCommands } from '../../../src/extension/commands/serviceCommands';
import { LastPlaces } from '../../../src/extension/model/lastPlaces';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { serviceSentences } from '../../../src/extension/model/serviceView';
import { keeperWords } from '../../../src/extension/model/statusView';
import { viewChoices } from '../../../src/extension/model/viewChoices';
import { extensionWorld } from '../../support/extensionWorld';
import { FakeService } from '../../support/fakeService';
import { NOON } from '../../support/manualClock';
import { quietShell } from '../../support/quietShell';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

const INSTALL = 'vmbackup.service.install';
const REMOVE = 'vmbackup.service.remove';
const STATE = 'vmbackup.service.state';

function world(...script: Line[]) {
  const { stores, clock, connection } = extensionWorld();
  const ui = new ScriptedUi(...script);
  const service = new FakeService();
  const commands = serviceCommands({
    stores,
    ui,
    shell: quietShell(),
    mutes: new Mutes(new ShortMemory(), clock),
    choices: viewChoices(new ShortMemory()),
    places: new LastPlaces(new ShortMemory()),
    service: service.open,
  });
  return { ui, service, commands, stores, connection };
}

const NO_BUS = appError('ServiceManagerUnavailable', {
  command: 'systemctl --user',
  reason: 'Failed to connect to bus: No medium found',
});

describe('the user service', () => {
  it('is installed once somebody has read what that does, and says so', async () => {
    const { ui, service, commands } = world({ asks: 'modal', press: 'Install' });
    await commands[INSTALL].run();
    ui.done();
    assert.match(ui.modals[0]?.detail ?? '', /schedules run with VS Code closed.* \/data; .*vm-backup\.service/);
    assert.deepEqual(service.calls, ['install']);
    assert.match(ui.toasts[0]?.text ?? '', /^The user service runs, so schedules run with VS Code closed\./);
  });

  it('is left as it is when the question is closed', async () => {
    const { service, commands } = world({ asks: 'modal', press: undefined });
    await commands[INSTALL].run();
    assert.deepEqual(service.calls, []);
  });

  it('is not asked about where it cannot be had: the reason and the next step are told', async () => {
    const { service, ui, commands } = world();
    service.current = { ...service.current, installed: undefined, problem: NO_BUS };
    await assert.rejects(commands[INSTALL].run(), {
      code: 'ServiceManagerUnavailable',
      message: 'systemctl --user is not available here: Failed to connect to bus: No medium found.',
    });
    assert.deepEqual(ui.modals, []);
  });

  it('is removed, which leaves the vaults, and the connection is made anew', async () => {
    const { ui, service, commands, stores, connection } = world({ asks: 'modal', press: 'Remove' });
    await stores.engine.readHealth();
    await service.install();
    await commands[REMOVE].run();
    assert.match(ui.modals[0]?.detail ?? '', /^Vaults, recovery points, machines and policies stay\./);
    assert.deepEqual([service.calls.at(-1), connection.disposed, stores.engine.state.kind], ['remove', true, 'idle']);
    assert.match(ui.toasts[0]?.text ?? '', /^The user service is not installed/);
  });

  it('is not asked about when there is none to remove', async () => {
    const { ui, service, commands } = world();
    await commands[REMOVE].run();
    assert.deepEqual([ui.modals.length, service.calls.length], [0, 0]);
    assert.match(ui.toasts[0]?.text ?? '', /^The user service is not installed/);
  });

  it('tells its state, and offers what can be done about it', async () => {
    const { ui, service, commands } = world({ asks: 'modal', press: 'Copy path of the service' });
    await commands[STATE].run();
    const [modal] = ui.modals;
    assert.deepEqual(modal?.actions, ['Install User Service…', 'Copy path of the service']);
    assert.match(modal?.detail ?? '', /Data folder: \/data$/);
    assert.deepEqual(ui.copied, [service.current.definition]);
  });

  it('leads from its state to its removal', async () => {
    const { service, commands } = world(
      { asks: 'modal', press: 'Remove User Service…' },
      { asks: 'modal', press: 'Remove' },
    );
    await service.install();
    await commands[STATE].run();
    assert.deepEqual(service.calls, ['install', 'remove']);
  });
});

describe('the words for the user service', () => {
  const place = { dataFolder: '/data', definition: '/unit' };
  const engine = { pid: 7, version: '0.1.0', service: false, runningJobs: 0, protectedItems: 1 };
  const table: [string, Parameters<typeof serviceSentences>[0], RegExp][] = [
    ['without one', { ...place, installed: false }, /^The user service is not installed/],
    ['running', { ...place, installed: true, running: true, engine: { ...engine, service: true } }, /service runs/],
    [
      'waiting',
      { ...place, installed: true, running: true, engine },
      /waits for the engine that runs now \(process 7\)/,
    ],
    [
      'ended',
      { ...place, installed: true, running: false, state: 'failed (exit-code)' },
      /does not run: failed \(exit-code\)\./,
    ],
    ['silent', { ...place, installed: true }, /its engine does not answer/],
    ['unknown', { ...place, problem: NO_BUS }, /No medium found\. Log in to a session of your own/],
  ];
  for (const [name, state, words] of table) {
    it(name, () => assert.match(serviceSentences(state)[0] ?? '', words));
  }

  it('name the next backup, and what has the service go on after log-out', () => {
    const lingerBy = 'loginctl enable-linger';
    const state = { ...place, installed: true, running: true, lingerBy, engine: { ...engine, nextRun: NOON } };
    const sentences = serviceSentences(state);
    assert.match(sentences[1] ?? '', /"loginctl enable-linger" has it go on\.$/);
    assert.match(sentences[2] ?? '', /^Next scheduled backup: .*2026/);
  });

  it('say in the status what schedules depend on, where there are any', () => {
    const health = { version: '0.1.0', pid: 7, dataFolder: '/data', node: '24', startedAt: 0, runningJobs: 0 };
    const words = (protectedItems: number, service?: boolean) =>
      keeperWords({ kind: 'ready', health: { ...health, protectedItems, service } });
    assert.equal(words(0), undefined);
    assert.match(words(2) ?? '', /until you log out/);
    assert.match(words(0, true) ?? '', /^The user service runs/);
  });
});
