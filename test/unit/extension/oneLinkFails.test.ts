import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ChangeRates } from '../../../src/extension/model/changeRates';
import { isCancelled } from '../../../src/extension/model/failure';
import type { Stores } from '../../../src/extension/model/stores';
import { knownMachine } from '../../../src/extension/model/stores';
import { JobController } from '../../../src/extension/panels/jobPanel';
import { MachineController } from '../../../src/extension/panels/machinePanel';
import type { PanelContent } from '../../../src/extension/panels/panelController';
import { PolicyController } from '../../../src/extension/panels/policyPanel';
import { RestoreController } from '../../../src/extension/panels/restorePanel';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

/** A machine with a vault and a point on this computer and in Azure, whose other subscription has none. */
async function twoPlaces(...script: Line[]) {
  const world = commandWorld({ asks: 'Subscriptions whose', tick: ['Production', 'Lab'] }, ...script);
  const places = [
    { place: world.connection, name: 'home' },
    { place: world.azure.production, name: 'prod' },
  ];
  const made = places.map(({ place, name }) => {
    const vault = place.addVault(`${name}-vault`);
    const vm = machine(`${name}-vm`, {}, place.subscriptionId);
    place.allMachines = [vm];
    const item = place.addItem(vm.name, vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    place.points.set(item.id, [point(item, 'p1', NOON)]);
    return { vault, vm, job: place.addJob(vm.name, { vaultId: vault.id, status: 'Completed' }) };
  });
  const [home, prod] = made;
  if (!home || !prod) assert.fail();
  return { ...world, home, prod };
}

const engineGone = new AppError('EngineUnfit', 'Node.js is too old.');
const throttled = new AppError('TooManyRequests', 'Azure asks to wait until 14:05.');

/** As above, with an engine that cannot start, and somebody who is signed in to Azure. */
async function withoutEngine(...script: Line[]) {
  const world = await twoPlaces(...script);
  world.connection.failing.set('open', engineGone);
  await world.run(COMMANDS.azureSignIn);
  return world;
}

const noticeOf = (content: PanelContent<unknown>) => (content.kind === 'notice' ? content.sentence : '');

/** The form for a new policy, for which nobody waits. */
function policyController(stores: Stores, vaultId: string): PolicyController {
  const form = { rates: new ChangeRates(stores), prices: () => ({}), settle: () => undefined };
  return new PolicyController(stores, { key: { vaultId }, ...form });
}

describe('One connection that fails', () => {
  describe('while the engine cannot start', () => {
    it('leaves the forms and pages of Azure alone, and is told in its own', async () => {
      const { stores, ui, home, prod, opened } = await withoutEngine();
      const actions = {
        ui,
        freeBytes: async () => 0,
        openJob: (id: string) => opened.push(id),
        execute: () => undefined,
        openJobsList: () => undefined,
      };
      const panels = ({ vault, vm, job }: typeof home) => [
        new RestoreController(stores, actions, { machineId: vm.id }),
        policyController(stores, vault.id),
        new MachineController(stores, actions, { machineId: vm.id, pointId: undefined }),
        new JobController(stores, () => undefined, job.id),
      ];
      for (const panel of panels(prod)) {
        await panel.load();
        assert.equal(panel.content().kind, 'snapshot', `${panel.title}: ${noticeOf(panel.content())}`);
      }
      for (const panel of panels(home)) {
        await panel.load();
        assert.match(noticeOf(panel.content()), /Node\.js is too old/);
      }
    });

    it('leaves machines, policies and jobs of Azure to be chosen, and never takes the only one unasked', async () => {
      const { run, ui, opened, prod } = await withoutEngine(
        { asks: 'Which machine', choose: 'prod-vm' },
        { asks: 'Which policy', choose: 'DefaultPolicy' },
        { asks: 'Which job', choose: 'prod-vm' },
      );
      await run(COMMANDS.restore);
      await run(COMMANDS.policyEdit);
      await run(COMMANDS.jobOpen);
      ui.done();
      assert.equal(opened.length, 3, opened.join());
      assert.ok(opened.some((text) => text.includes(prod.job.id)));
    });

    it('leaves Azure as a place for a new vault', async () => {
      const { run, ui } = await withoutEngine(
        { asks: 'Where', choose: 'Azure' },
        { asks: 'Name of the vault', type: 'cloud-vault' },
        { asks: 'Subscription', choose: 'Production' },
        { asks: 'esource group', cancel: true },
      );
      await assert.rejects(run(COMMANDS.vaultCreate), isCancelled);
      ui.done();
    });
  });

  it('a throttled subscription leaves the forms of this computer and of the other subscription alone', async () => {
    const { run, stores, ui, azure, home, prod } = await twoPlaces();
    for (const list of ['machines', 'vaults', 'jobs']) azure.lab.failing.set(list, throttled);
    await run(COMMANDS.azureSignIn);
    const actions = { ui, freeBytes: async () => 0, openJob: () => undefined };
    for (const { vm } of [home, prod]) {
      const form = new RestoreController(stores, actions, { machineId: vm.id });
      await form.load();
      assert.equal(form.content().kind, 'snapshot', noticeOf(form.content()));
    }
  });

  it('is what is told where it leaves nothing to choose from', async () => {
    const { run, connection } = commandWorld();
    connection.failing.set('open', engineGone);
    await assert.rejects(run(COMMANDS.restore), { code: 'EngineUnfit' });
    await assert.rejects(run(COMMANDS.policyEdit), { code: 'EngineUnfit' });
    await assert.rejects(run(COMMANDS.jobOpen), { code: 'EngineUnfit' });
  });

  it('a machine that was moved to another vault is protected by the vault that backs it up, whatever their names', async () => {
    const { stores, connection, run, home } = await twoPlaces();
    for (const name of ['a-vault', 'z-vault']) {
      const vault = connection.addVault(name);
      connection.addItem(home.vm.name, vault.id, { state: 'ProtectionStopped' });
    }
    await run(COMMANDS.azureSignIn);
    await stores.vaults.refresh();
    assert.equal(knownMachine(stores, home.vm.id)?.vault?.name, 'home-vault');
  });
});
