import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { commandWorld } from '../../support/commandWorld';

const asksSetting = { asks: 'Choose what to change' } as const;
const leave = { ...asksSetting, back: true } as const;

describe('vault settings', () => {
  it('show how the vault stands, and what cannot be changed says why', async () => {
    const { connection, ui, run } = commandWorld(leave);
    const vault = connection.addVault('home-vault');
    connection.storage = { replication: 'LocallyRedundant', locked: false };
    await run(COMMANDS.vaultSettings, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.deepEqual(
      ui.shown.map(({ label, description, disabled = false }) => [label, description, disabled]),
      [
        ['$(trash) Soft delete', 'on, 14 days', false],
        ['$(lock) Immutability', 'off', false],
        ['$(globe) Cross-region restore', 'off', true],
        ['$(organization) Multi-user authorization', 'off', true],
      ],
    );
    assert.match(ui.shown[2]?.detail ?? '', /geo-redundant/);
  });

  it('change soft delete for some days, always for good only when that is confirmed', async () => {
    const { connection, ui, run } = commandWorld(
      { ...asksSetting, choose: 'Soft delete' },
      { asks: 'What happens to backup data', choose: 'Kept for some days' },
      { asks: 'For how many days', type: '7', problem: 'Enter a whole number from 14 to 180.' },
      { asks: 'For how many days', type: '30' },
      { ...asksSetting, choose: 'Soft delete' },
      { asks: 'What happens to backup data', choose: 'Kept for some days, always' },
      { asks: 'modal', press: undefined },
      leave,
    );
    const vault = connection.addVault('home-vault');
    await run(COMMANDS.vaultSettings);
    ui.done();
    assert.deepEqual((await connection.advanced.vaultSettings(vault.id)).softDelete, { state: 'Enabled', days: 30 });
    assert.equal(ui.modals[0]?.text, 'Keep soft delete of home-vault always on?');
  });

  it('lock immutability only once it was on, and after a question', async () => {
    const { connection, ui, run } = commandWorld(
      { ...asksSetting, choose: 'Immutability' },
      { asks: 'May recovery points', choose: 'On' },
      { ...asksSetting, choose: 'Immutability' },
      { asks: 'May recovery points', choose: 'On, locked' },
      { asks: 'modal', press: 'For good' },
      leave,
    );
    const vault = connection.addVault('home-vault');
    await run(COMMANDS.vaultSettings, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal((await connection.advanced.vaultSettings(vault.id)).immutability, 'Locked');
    assert.equal(ui.shown[1]?.disabled, true);
  });

  for (const replication of ['GeoRedundant', 'ReadAccessGeoZoneRedundant'] as const) {
    it(`switch cross-region restore of a ${replication} vault on after saying that it stays on`, async () => {
      const { connection, ui, run } = commandWorld(
        { ...asksSetting, choose: 'Cross-region restore' },
        { asks: 'modal', press: 'Switch on' },
        leave,
      );
      const vault = connection.addVault('home-vault');
      connection.storage = { replication, locked: false };
      await run(COMMANDS.vaultSettings, { kind: 'vault', vaultId: vault.id });
      ui.done();
      assert.equal((await connection.advanced.vaultSettings(vault.id)).crossRegionRestore, true);
      assert.match(ui.modals[0]?.detail ?? '', /cannot be switched off/);
    });
  }

  it('of Azure have its alerts, and tell who must approve critical operations', async () => {
    const { azure, stores, ui, run } = commandWorld({ ...asksSetting, choose: 'Alerts about failed jobs' }, leave);
    const cloud = azure.production;
    const vault = cloud.addVault('cloud-vault');
    const guardId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/resourceGuards/keeper';
    cloud.advanced.resourceGuard = async () => ({ guardId, guarded: [] });
    await stores.azure.signIn();
    await run(COMMANDS.vaultSettings, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal((await cloud.advanced.vaultSettings(vault.id)).jobFailureAlerts, true);
    assert.match(ui.shown.at(-1)?.detail ?? '', /approval of who owns the resource guard keeper/);
  });

  it('are shown also to who may not see the guard', async () => {
    const { azure, stores, ui, run } = commandWorld(leave);
    const cloud = azure.production;
    const vault = cloud.addVault('cloud-vault');
    await cloud.advanced.setVaultSettings(vault.id, { multiUserAuthorization: true } as object);
    cloud.advanced.resourceGuard = async () => {
      throw new AppError('AuthorizationFailed', 'No.');
    };
    await stores.azure.signIn();
    await run(COMMANDS.vaultSettings, { kind: 'vault', vaultId: vault.id });
    assert.equal(ui.shown.at(-1)?.detail, 'Critical operations need an approval. You may not see by whom.');
  });
});

describe('undeleting a vault', () => {
  it('finds what is kept in a location, says until when, and brings it back', async () => {
    const { connection, clock, ui, run } = commandWorld(
      { asks: 'Where was the vault', choose: 'This computer' },
      { asks: 'Which vault do you want back', choose: 'old-vault' },
    );
    const { id: vaultId } = connection.addVault('old-vault');
    const back: string[] = [];
    const deleted = { id: '/deleted/1', vaultId, location: 'local', deletedAt: clock.now(), purgeAt: clock.now() };
    connection.advanced.deletedVaults = async (location) => (location === 'local' ? [deleted] : []);
    connection.advanced.undeleteVault = async ({ id }) => void back.push(id);
    await run(COMMANDS.vaultUndelete);
    ui.done();
    assert.deepEqual(back, ['/deleted/1']);
    assert.equal(ui.shown[0]?.detail, 'deleted Today · gone for good on Today');
    assert.equal(ui.toasts[0]?.text, 'The vault old-vault is back, with what it held.');
  });

  it('says where else to look when nothing is kept', async () => {
    const { run } = commandWorld({ asks: 'Where was the vault', choose: 'This computer' });
    await assert.rejects(run(COMMANDS.vaultUndelete), (error: AppError) => {
      assert.match(`${error.message} ${error.details.recommendation}`, /No deleted vault.*another location/);
      return true;
    });
  });
});
