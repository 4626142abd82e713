import { strict as assert } from 'node:assert';
import type { AttachInput } from '../../../src/client/connection';
import { AppError } from '../../../src/domain/errors';
import { attachedWords, attachVault } from '../../../src/extension/wizards/attachVault';
import type { AttachReply } from '../../../src/protocol/local';
import { extensionWorld } from '../../support/extensionWorld';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

const REPLY: AttachReply = {
  id: '/vaults/home-vault',
  name: 'home-vault',
  resourceGroup: 'vm-backup',
  folder: '/mnt/nas',
  readOnly: false,
  machines: [{ name: 'web-01', itemId: '/items/web-01', recoveryPoints: 2 }],
  policies: ['DefaultPolicy'],
  recoveryPoints: 2,
  problems: [],
};

/** A person at an engine that gives these answers, one after the other. */
function world(answers: readonly (AttachReply | AppError)[], ...script: Line[]) {
  const all = extensionWorld();
  const ui = new ScriptedUi(...script);
  const asked: AttachInput[] = [];
  Object.assign(all.connection.local, {
    attachVault: async (input: AttachInput) => {
      const answer = answers[asked.push(input) - 1];
      if (answer instanceof AppError) throw answer;
      return answer;
    },
  });
  return { ...all, ui, asked, attach: () => attachVault(all.stores, ui) };
}

const folder = { asks: 'Folder of the vault', type: '/mnt/nas' };
const key = { asks: 'Recovery key of the vault', type: ' VMB1-SECRET ' };

describe('Open existing vault', () => {
  it('asks for folder, key and owner, and shows what came back', async () => {
    const { connection, stores, ui, asked, log, attach } = world(
      [REPLY],
      { asks: 'Folder of the vault', type: 'nas', problem: 'whole path' },
      folder,
      { asks: 'Recovery key of the vault', type: ' ', problem: 'Type or paste' },
      key,
      { asks: 'still use the vault', accept: true },
    );
    connection.addVault('home-vault');
    assert.deepEqual(await attach(), REPLY);
    ui.done();
    assert.deepEqual(asked, [{ target: '/mnt/nas', recoveryKey: 'VMB1-SECRET', takeOver: false }]);
    assert.equal(stores.vaults.branches[0]?.vault.name, 'home-vault');
    assert.ok(!log.lines.some((line) => line.includes('SECRET')));
  });

  it('takes the vault over only when that is chosen', async () => {
    const { asked, attach } = world([REPLY], folder, key, { asks: 'still use the vault', choose: 'take it over' });
    await attach();
    assert.equal(asked[0]?.takeOver, true);
  });

  it('asks again only for what was wrong, and says why: the key, the folder, the group', async () => {
    const wrongKey = new AppError('LocalVaultUnreadable', 'A digit is missing.', {
      details: { target: 'recoveryKey' },
    });
    const nothing = new AppError('LocalAttachNothingFound', 'There is no vault in /mnt/nas.');
    const taken = new AppError('LocalAttachNameTaken', 'The vault home-vault in vm-backup exists already.');
    const { ui, asked, attach } = world(
      [wrongKey, nothing, taken, REPLY],
      folder,
      key,
      { asks: 'still use the vault', choose: 'take it over' },
      { asks: 'A digit is missing.', type: 'VMB1-RIGHT' },
      { asks: 'There is no vault in /mnt/nas.', type: '/mnt/other' },
      { asks: 'exists already', type: 'no/slashes', problem: 'resource group' },
      { asks: 'exists already', type: 'rescued' },
    );
    await attach();
    ui.done();
    assert.deepEqual(asked.at(-1), {
      target: '/mnt/other',
      recoveryKey: 'VMB1-RIGHT',
      takeOver: true,
      resourceGroup: 'rescued',
    });
  });

  it('leaves a failure that no other answer mends to the command', async () => {
    const locked = new AppError('LocalVaultTooNew', 'The vault needs a newer version.');
    const damaged = new AppError('LocalVaultUnreadable', 'Its config is damaged.', { details: { target: 'config' } });
    for (const failure of [locked, damaged]) {
      const { attach } = world([failure], folder, key, { asks: 'still use the vault', accept: true });
      await assert.rejects(attach(), failure);
    }
  });

  it('tells how many machines and points are back, who owns the vault, and what cannot be read', () => {
    assert.match(attachedWords(REPLY), /^The vault home-vault is open: 1 machine · 2 points\. Restore works at once\./);
    const read = attachedWords({ ...REPLY, readOnly: true, holder: 'old-laptop', recoveryPoints: 0, machines: [] });
    assert.match(read, /0 machines · 0 points\. It belongs to old-laptop, so it is only read here\. .*take it over/);
    const one = attachedWords({ ...REPLY, problems: ['The point p1 is damaged.'] });
    assert.match(one, /1 recovery point cannot be read: The point p1 is damaged\.$/);
    assert.match(attachedWords({ ...REPLY, problems: ['A.', 'B.'] }), /2 recovery points cannot be read: A\. B\.$/);
  });
});
