import { strict as assert } from 'node:assert';
import type { Job, ProtectedItem } from '../../../src/domain/views';
import {
  commonDate,
  coverageRows,
  HISTORY_DAYS,
  historyDays,
  historyRows,
} from '../../../src/extension/model/dashboardParts';
import { ensureWorld, knownMachines } from '../../../src/extension/model/stores';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const told = ({ oldestRecoveryPoint }: ProtectedItem) => oldestRecoveryPoint;

async function world() {
  const all = extensionWorld();
  const vault = all.connection.addVault('home-vault');
  all.connection.allMachines.push(machine('web-01'), machine('db-01'), machine('lab-01', { resourceGroup: 'rg-lab' }));
  all.connection.addItem('web-01', vault.id, {
    state: 'Protected',
    lastRecoveryPointTime: NOON - 2 * HOUR,
    oldestRecoveryPoint: NOON - 9 * DAY,
  });
  const known = async () => {
    await ensureWorld(all.stores);
    return knownMachines(all.stores);
  };
  return { ...all, vault, known };
}

describe('parts of the dashboard', () => {
  it('coverage counts protected machines by resource group, the least covered first', async () => {
    const { known } = await world();
    assert.deepEqual(
      coverageRows(await known()).map(({ name, isProtected, total }) => `${name} ${isProtected}/${total}`),
      ['rg-lab 0/1', 'vm-backup 1/2'],
    );
  });

  it('the common date is the youngest of the oldest points, and unknown while a machine has none', async () => {
    const { connection, vault, stores, known } = await world();
    assert.equal(commonDate(await known(), told), NOON - 9 * DAY);
    connection.addItem('lab-01', vault.id, { state: 'ProtectionStopped', oldestRecoveryPoint: NOON - DAY });
    await stores.vaults.refreshVault(vault.id);
    assert.equal(commonDate(await known(), told), NOON - 9 * DAY, 'a stopped machine is no measure');
    connection.addItem('db-01', vault.id, { state: 'IRPending' });
    await stores.vaults.refreshVault(vault.id);
    assert.equal(commonDate(await known(), told), undefined);
    assert.equal(commonDate([], told), undefined);
  });

  it('the common date never takes a newer point for the oldest one that is not told', async () => {
    const { connection, vault, stores, known } = await world();
    const item = connection.addItem('db-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
    await stores.vaults.refreshVault(vault.id);
    assert.equal(commonDate(await known(), told), undefined);
    const asked = ({ id, oldestRecoveryPoint }: ProtectedItem) => (id === item.id ? NOON - DAY : oldestRecoveryPoint);
    assert.equal(commonDate(await known(), asked), NOON - DAY);
  });

  it('history marks each day by its last backup, and tells target, age and margin', async () => {
    const { connection, known, vault } = await world();
    const at = (daysAgo: number, status: Job['status'], hours = 0) => {
      const startTime = NOON - daysAgo * DAY + hours * HOUR;
      return connection.addJob('web-01', { status, startTime, endTime: startTime + HOUR, vaultId: vault.id });
    };
    const jobs = [
      at(0, 'Completed'),
      at(1, 'CompletedWithWarnings'),
      at(2, 'Failed', -1),
      at(2, 'Completed'),
      at(3, 'Failed'),
      at(4, 'Cancelled'),
      at(HISTORY_DAYS, 'Completed'),
    ];
    const [row, ...others] = historyRows(await known(), jobs, NOON);
    assert.deepEqual(others, []);
    assert.deepEqual(row?.days.slice(-5), ['none', 'error', 'ok', 'warning', 'ok']);
    assert.deepEqual(new Set(row?.days.slice(0, -5)), new Set(['none']));
    const days = historyDays(NOON);
    assert.equal(days.length, HISTORY_DAYS);
    assert.equal(
      days.at(-1),
      new Date(NOON).toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' }),
    );
    assert.equal(row?.daysText, '3 days with a backup, 1 failed, 26 without');
    assert.deepEqual([row?.targetText, row?.ageText, row?.marginText, row?.missed], ['1 d', '2 h', '22 h left', false]);
  });
});
