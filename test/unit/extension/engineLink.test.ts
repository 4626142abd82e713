import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { EngineLink } from '../../../src/extension/model/engineLink';
import { failureOf, failureText, isCancelled } from '../../../src/extension/model/failure';
import { RecordingLog } from '../../support/extensionWorld';
import { FakeConnection } from '../../support/fakeConnection';
import { settle } from '../../support/manualClock';

function link() {
  const connection = new FakeConnection();
  return { connection, engine: new EngineLink(connection.open, new RecordingLog()) };
}

const opens = (connection: FakeConnection) => connection.calls.filter((call) => call === 'open').length;

describe('EngineLink', () => {
  it('opens nothing until the first use, and once for uses at the same time', async () => {
    const { connection, engine } = link();
    assert.deepEqual([engine.state.kind, opens(connection)], ['idle', 0]);
    await Promise.all([engine.run((c) => c.vaults()), engine.run((c) => c.machines())]);
    assert.deepEqual([engine.state.kind, opens(connection)], ['ready', 1]);
    assert.equal(engine.key, 'local:test');
  });

  it('connects afresh after the engine was lost', async () => {
    const { connection, engine } = link();
    connection.failing.set('vaults', new AppError('EngineUnreachable', 'The engine does not answer.'));
    await assert.rejects(engine.run((c) => c.vaults()));
    assert.equal(engine.state.kind, 'failed');
    connection.failing.clear();
    await engine.run((c) => c.vaults());
    assert.deepEqual([engine.state.kind, opens(connection)], ['ready', 2]);
    assert.equal(connection.disposed, true);
  });

  it('keeps the connection when only a call failed', async () => {
    const { connection, engine } = link();
    connection.failing.set('vaults', new AppError('NotFound', 'No.'));
    await assert.rejects(engine.run((c) => c.vaults()));
    assert.equal(engine.state.kind, 'ready');
  });

  it('stops starting after three failures until a person asks', async () => {
    const { connection, engine } = link();
    connection.failing.set('open', new AppError('EngineStartFailed', 'It ended at once.'));
    for (let n = 0; n < 5; n++)
      await assert.rejects(
        engine.run((c) => c.vaults()),
        { code: 'EngineStartFailed' },
      );
    assert.equal(opens(connection), 3);
    engine.reset();
    connection.failing.clear();
    await engine.run((c) => c.vaults());
    await settle();
    assert.equal(engine.state.kind, 'ready');
  });
});

describe('failures', () => {
  const table: [string, RegExp][] = [
    ['EngineUnfit', /Node\.js 22\.15 or newer/],
    ['EngineFolderNotWritable', /vmbackup\.local\.dataPath/],
    ['EngineStartFailed', /Open the log/],
    ['EngineUnreachable', /Restart Engine/],
  ];
  for (const [code, advice] of table) {
    it(`${code} says what to do next`, () => {
      assert.match(failureText(failureOf(new AppError(code, 'It went wrong'))), advice);
    });
  }

  it('knows an AppError of another bundle by its shape', () => {
    const foreign = Object.assign(new Error('The vault is locked'), { name: 'AppError', code: 'Locked', details: {} });
    assert.deepEqual(failureOf(foreign), { code: 'Locked', message: 'The vault is locked.' });
  });

  it('flattens details, each said once', () => {
    const details = {
      details: [
        { code: 'A', message: 'Broken.' },
        { code: 'B', message: 'Too long' },
      ],
    };
    assert.equal(failureOf(new AppError('X', 'Broken.', { details })).message, 'Broken. Too long.');
  });

  it('takes an aborted call for cancelled', () => {
    assert.equal(isCancelled(new DOMException('x', 'AbortError')), true);
    assert.equal(isCancelled(new Error('AbortError')), false);
  });
});
