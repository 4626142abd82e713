import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { subscriptionRow } from '../../../src/extension/model/azureView';
import { ensureWorld, knownMachines } from '../../../src/extension/model/stores';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { commandWorld } from '../../support/commandWorld';
import { machine } from '../../support/fakeConnection';
import type { Line } from '../../support/scriptedUi';
import { waitFor } from '../../support/waitFor';

/** A world in which this computer and both subscriptions have a vault and a machine. */
async function threePlaces(...script: Line[]) {
  const world = commandWorld(...script);
  const { connection, azure } = world;
  for (const [place, name] of [
    [connection, 'home'],
    [azure.production, 'prod'],
    [azure.lab, 'lab'],
  ] as const) {
    const vault = place.addVault(`${name}-vault`);
    place.allMachines = [
      machine(`${name}-vm`, {}, place.subscriptionId),
      machine(`${name}-bare`, {}, place.subscriptionId),
    ];
    place.addItem(`${name}-vm`, vault.id, { state: 'Protected' });
  }
  return world;
}

const TICK_BOTH: Line = { asks: 'Subscriptions whose', tick: ['Production', 'Lab'] };

/** How often a backup was asked for. */
const asked = (calls: readonly string[]) => calls.filter((call) => call.startsWith('backupNow')).length;

describe('Azure', () => {
  it('is not asked for anything while nobody has signed in', async () => {
    const { stores, azure } = await threePlaces();
    await ensureWorld(stores);
    assert.deepEqual(azure.state.opened, []);
    assert.equal(stores.azure.state.kind, 'signedOut');
    assert.deepEqual(
      knownMachines(stores).map(({ name }) => name),
      ['home-bare', 'home-vm'],
    );
  });

  it('shows every subscription after signing in, each machine with its vault and where it is', async () => {
    const { stores, run, ui } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    ui.done();
    assert.deepEqual(
      knownMachines(stores).map(({ name, provider, vault }) => [name, provider, vault?.name]),
      [
        ['home-bare', 'local', undefined],
        ['home-vm', 'local', 'home-vault'],
        ['lab-bare', 'azure', undefined],
        ['lab-vm', 'azure', 'lab-vault'],
        ['prod-bare', 'azure', undefined],
        ['prod-vm', 'azure', 'prod-vault'],
      ],
    );
  });

  it('knows a location also where the service writes it in words', async () => {
    const { run, azure, stores } = await threePlaces(TICK_BOTH);
    azure.production.places = [{ name: 'eastus', displayName: 'East US' }];
    azure.production.allMachines = [machine('old-vm', { location: 'East US' }, azure.production.subscriptionId)];
    await run(COMMANDS.azureSignIn);
    const old = knownMachines(stores).find(({ name }) => name === 'old-vm');
    assert.ok(old);
    assert.equal(old.obstacle, undefined);
  });

  it('stands in the Vaults view as accounts, subscriptions and vaults, below the vaults of this computer', async () => {
    const { stores, run } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    const tree = new VaultsTree(stores);
    await stores.vaults.ensureVaults();
    const roots = await tree.roots();
    assert.deepEqual(
      roots.map(({ label, description }) => [label, description]),
      [
        ['home-vault', '1 machine · 3 points · 12 MB'],
        ['ann@contoso.com', '2 subscriptions'],
      ],
    );
    const account = roots[1];
    assert.ok(account);
    const subscriptions = await tree.children(account);
    assert.deepEqual(
      subscriptions.map(({ label, description }) => [label, description]),
      [
        ['Lab', '1 vault'],
        ['Production', '1 vault'],
      ],
    );
    const production = subscriptions[1];
    assert.ok(production);
    const [vault] = await tree.children(production);
    assert.equal(vault?.label, 'prod-vault');
    assert.ok(vault.tokens.includes('azure') && !vault.tokens.includes('can.recoveryKey'));
  });

  it('unfolds a subscription with its first vault: to VS Code it is another row then', async () => {
    const subscription = { id: '1', name: 'Lab', tenantId: 't', person: { id: 'ann', label: 'ann@contoso.com' } };
    const empty = subscriptionRow(subscription, { key: 'k', vaults: 0 });
    const filled = subscriptionRow(subscription, { key: 'k', vaults: 1 });
    assert.deepEqual([empty.children, filled.children], ['none', 'expanded']);
    assert.notEqual(empty.id, filled.id);
    assert.equal(subscriptionRow(subscription, { key: 'k' }).id, filled.id);
  });

  it('sends each action to the subscription that the machine is in', async () => {
    const { run, azure, connection, stores } = await threePlaces(TICK_BOTH, { asks: 'Keep this', accept: true });
    await run(COMMANDS.azureSignIn);
    const machineId = knownMachines(stores).find(({ name }) => name === 'prod-vm')?.machineId;
    await run(COMMANDS.backupNow, { kind: 'machine', machineId });
    assert.deepEqual(
      [connection, azure.production, azure.lab].map(({ calls }) => asked(calls)),
      [0, 1, 0],
    );
  });

  it('shows the chosen subscriptions only, also in the next window', async () => {
    const { stores, run, azure } = await threePlaces({ asks: 'Subscriptions whose', tick: ['Lab'] });
    await run(COMMANDS.azureSignIn);
    const shown = () => stores.links.subscriptions.map(({ name }) => name);
    assert.deepEqual(shown(), ['Lab']);
    assert.deepEqual(azure.options.chosen.get(), [azure.subscriptions.lab.id]);
    await stores.azure.refresh();
    assert.deepEqual(shown(), ['Lab']);
  });

  it('comes back in the next window without asking anybody', async () => {
    const { stores, azure } = await threePlaces();
    azure.memory.set('azure.used', true);
    azure.account.signedIn = true;
    await stores.azure.restore();
    assert.deepEqual(azure.account.asked, []);
    assert.equal(stores.links.subscriptions.length, 2);
  });

  it('leaves the others alone when one subscription fails', async () => {
    const { stores, run, azure } = await threePlaces(TICK_BOTH);
    const refused = new AppError('AuthorizationFailed', 'You may not list machines.');
    azure.lab.failing.set('machines', refused);
    await run(COMMANDS.azureSignIn);
    const rows = await new MachinesTree(stores).roots();
    assert.deepEqual(
      rows.filter(({ tokens }) => tokens.includes('error')).map(({ label, description }) => [label, description]),
      [['Could not list machines · Lab', 'You may not list machines.']],
    );
    assert.ok(knownMachines(stores).some(({ name }) => name === 'prod-bare'));
  });

  it('tells a tenant that wants a sign-in of its own, or fails, in one row', async () => {
    const { stores, run, azure } = await threePlaces();
    const [production, lab] = azure.account.reach;
    assert.ok(production && lab);
    azure.account.reach = [
      { ...production, problem: 'signIn', subscriptions: [] },
      { ...lab, problem: { error: new AppError('Throttled', 'Too many requests.') }, subscriptions: [] },
    ];
    await run(COMMANDS.azureSignIn);
    const tree = new VaultsTree(stores);
    const account = (await tree.roots()).find(({ tokens }) => tokens.includes('account'));
    assert.ok(account);
    const rows = await tree.children(account);
    assert.deepEqual(
      rows.map(({ label, description, tokens }) => [label, description, tokens.at(-1)]),
      [
        ['Tenant of Production', 'sign-in needed', 'can.signIn'],
        ['Tenant of Lab', 'Too many requests.', 'can.retry'],
      ],
    );
    await run(COMMANDS.azureSignIn, rows[0]);
    assert.deepEqual(azure.account.asked, ['anybody', 'Tenant of Production']);
  });

  it('is forgotten by signing out: rows, connections, choice and memory', async () => {
    const { stores, run, azure } = await threePlaces({ asks: 'Subscriptions whose', tick: ['Lab'] });
    await run(COMMANDS.azureSignIn);
    await run(COMMANDS.azureSignOut);
    assert.deepEqual(
      knownMachines(stores).map(({ name }) => name),
      ['home-bare', 'home-vm'],
    );
    assert.deepEqual(azure.options.chosen.get(), []);
    assert.equal(azure.memory.get('azure.used'), undefined);
    assert.ok(azure.account.disposed);
    await stores.azure.restore();
    assert.equal(stores.azure.state.kind, 'signedOut');
  });

  it('stays forgotten although a look at it was still under way', async () => {
    const { stores, run, azure } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    const looking = stores.azure.refresh();
    await run(COMMANDS.azureSignOut);
    await looking;
    assert.equal(stores.azure.state.kind, 'signedOut');
    assert.deepEqual(stores.links.subscriptions, []);
    assert.ok(azure.account.disposed);
  });

  it('is one row while it cannot be reached, below the vaults of this computer', async () => {
    const { stores, azure } = await threePlaces();
    azure.memory.set('azure.used', true);
    azure.account.failure = new AppError('Offline', 'There is no network.');
    await stores.azure.restore();
    const rows = await new VaultsTree(stores).roots();
    assert.deepEqual(
      rows.map(({ label, tokens }) => [label, tokens[0]]),
      [
        ['home-vault', 'vault'],
        ['Azure cannot be reached. Local vaults keep working.', 'error'],
      ],
    );
  });

  it('opens resources in the portal of its cloud, and says so of those it does not have', async () => {
    const { stores, run, opened } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    const id = stores.vaults.vaults.value?.find(({ name }) => name === 'prod-vault')?.id ?? '';
    await run(COMMANDS.openInPortal, { kind: 'vault', vaultId: id });
    assert.deepEqual(opened, [`https://portal.test/#@tenant-of-Production/resource${id}`]);
    const home = stores.vaults.vaults.value?.find(({ name }) => name === 'home-vault')?.id ?? '';
    await assert.rejects(run(COMMANDS.openInPortal, { kind: 'vault', vaultId: home }), { code: 'NotInAzure' });
  });

  it('shows nothing once it is switched off in the settings', async () => {
    const { services, stores, run, azure } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    azure.state.enabled = false;
    await services.followAzureSettings();
    assert.equal(stores.links.subscriptions.length, 0);
    azure.state.enabled = true;
    await services.followAzureSettings();
    assert.equal(stores.links.subscriptions.length, 2);
  });
});

describe('Azure, wizards', () => {
  it('creates a vault: place, name, subscription, group, region with bare machines first, redundancy', async () => {
    const { run, azure, ui, stores } = await threePlaces(
      TICK_BOTH,
      { asks: 'Where', choose: 'Azure' },
      { asks: 'Name of the vault', type: 'rsv-new' },
      { asks: 'Subscription', choose: 'Production' },
      { asks: 'new resource group', type: 'rg-backup' },
      { asks: 'you have VMs in 2 regions', choose: 'West Europe' },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', choose: 'Create' },
    );
    azure.production.places = [
      { name: 'eastus', displayName: 'East US' },
      { name: 'westeurope', displayName: 'West Europe' },
    ];
    azure.production.allMachines.push(machine('far', { location: 'westeurope' }, azure.production.subscriptionId));
    await run(COMMANDS.azureSignIn);
    await run(COMMANDS.vaultCreate);
    ui.done();
    assert.ok(azure.production.calls.includes('createResourceGroup rg-backup'));
    assert.ok(azure.production.calls.includes('createVault rsv-new GeoRedundant'));
    assert.ok(!azure.production.calls.includes('createRecoveryKey'));
    assert.ok(stores.vaults.vaults.value?.some(({ name }) => name === 'rsv-new'));
  });

  it('tells what Azure has begun and nobody could follow as not known: not as failed, and nothing tries it again', async () => {
    const unknown = new AppError('AzureOutcomeUnknown', 'It is not known yet how it ends.');
    const { run, azure, ui, stores } = await threePlaces(
      TICK_BOTH,
      { asks: 'Keep this', accept: true },
      { asks: 'Regions whose', accept: true },
    );
    await run(COMMANDS.azureSignIn);
    azure.production.failing.set('backupNow', unknown);
    const ids = ['prod-vm', 'lab-vm'].map((name) => knownMachines(stores).find((one) => one.name === name)?.machineId);
    const targets = ids.map((machineId) => ({ kind: 'machine', machineId }));
    await run(COMMANDS.backupNow, targets[0], targets);
    const told = (text: string) => ui.toasts.filter((toast) => toast.text === text).map(({ level }) => level);
    assert.deepEqual(told('prod-vm: It is not known yet how it ends.'), ['warning']);
    assert.ok(ui.toasts.every(({ level }) => level !== 'error'));
    azure.production.failing.set('protect', unknown);
    await run(COMMANDS.azureProtectAll);
    assert.deepEqual(told('prod-bare: It is not known yet how it ends.'), ['warning']);
    assert.deepEqual(told('Backup is enabled for 1 of 2 machines.').length, 1);
    ui.done();
  });

  it('enables backup of machines in Azure in a vault of their own subscription', async () => {
    const { run, azure, ui, connection } = await threePlaces(
      TICK_BOTH,
      { asks: 'Backup goal', choose: 'Virtual machines in Azure' },
      { asks: 'Vault:', choose: 'prod-vault' },
      { asks: 'Backup policy', choose: 'DefaultPolicy' },
      { asks: 'Machines to protect', tick: ['prod-bare'] },
      { asks: 'Check, then enable', choose: 'Copy as az CLI' },
      { asks: 'Check, then enable', choose: 'Enable backup' },
    );
    await run(COMMANDS.azureSignIn);
    await run(COMMANDS.protect);
    ui.done();
    assert.ok(azure.production.allItems.some(({ machineName }) => machineName === 'prod-bare'));
    assert.ok(!connection.allItems.some(({ machineName }) => machineName === 'prod-bare'));
    assert.match(
      ui.copied[0] ?? '',
      /^az backup protection enable-for-vm --vault-name prod-vault .*prod-bare --policy-name DefaultPolicy/,
    );
  });
});

describe('Protect unprotected Azure VMs', () => {
  it('proposes the vault of each region or a new one, and protects all after one confirmation', async () => {
    const { run, azure, ui } = await threePlaces(TICK_BOTH, {
      asks: 'Regions whose',
      accept: true,
    });
    const { production, lab } = azure;
    production.places = [...production.places, { name: 'westeurope', displayName: 'West Europe' }];
    const far = machine('far', { location: 'westeurope' }, production.subscriptionId);
    production.allMachines.push(far, machine('farther', { location: 'WestEurope' }, production.subscriptionId));
    await run(COMMANDS.azureSignIn);
    await run(COMMANDS.azureProtectAll);
    ui.done();
    const covered = production.allItems.map(({ machineName, vaultId }) => [machineName, vaultId.split('/').at(-1)]);
    assert.deepEqual(covered, [
      ['prod-vm', 'prod-vault'],
      ['far', 'rsv-westeurope'],
      ['farther', 'rsv-westeurope'],
      ['prod-bare', 'prod-vault'],
    ]);
    assert.equal(production.calls.filter((call) => call.startsWith('createVault')).length, 1);
    assert.deepEqual(
      lab.allItems.map(({ machineName }) => machineName),
      ['lab-vm', 'lab-bare'],
    );
    assert.equal(ui.toasts.at(-1)?.text, 'Backup is enabled for 4 of 4 machines.');
  });

  it('makes a vault anew with Retry after it could not be made, once in each attempt', async () => {
    const { run, azure, ui } = await threePlaces(
      TICK_BOTH,
      { asks: 'Regions whose', tick: ['westeurope'] },
      { asks: '4 of 4 machines failed', choose: 'Retry the 4' },
    );
    const { production } = azure;
    production.places = [...production.places, { name: 'westeurope', displayName: 'West Europe' }];
    for (const name of ['far-1', 'far-2', 'far-3', 'far-4'])
      production.allMachines.push(machine(name, { location: 'westeurope' }, production.subscriptionId));
    const create = production.createVault.bind(production);
    let attempts = 0;
    production.createVault = async (input) => {
      attempts += 1;
      if (attempts === 1) throw new AppError('ServerTimeout', 'The service did not answer.');
      return create(input);
    };
    await run(COMMANDS.azureSignIn);
    await run(COMMANDS.azureProtectAll);
    ui.done();
    assert.equal(attempts, 2);
    assert.equal(ui.toasts.at(-1)?.text, 'Backup is enabled for 4 of 4 machines.');
  });

  it('says so when there is nothing left to protect', async () => {
    const { run, azure } = await threePlaces(TICK_BOTH);
    for (const place of [azure.production, azure.lab]) place.allMachines = [];
    await run(COMMANDS.azureSignIn);
    await assert.rejects(run(COMMANDS.azureProtectAll), { code: 'NothingToChoose' });
  });
});

describe('Azure, first look', () => {
  it('takes machines, vaults and items that were read together, and asks for none of them again', async () => {
    const { stores, run, azure } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    const count = (name: string) => azure.production.calls.filter((call) => call.startsWith(name)).length;
    assert.deepEqual([count('vaults'), count('machines'), count('protectedItems')], [1, 1, 1]);
    assert.equal(knownMachines(stores).find(({ name }) => name === 'prod-vm')?.vault?.name, 'prod-vault');
  });

  it('shows nothing of a subscription that was deselected while it was looked at', async () => {
    const { stores, run, azure } = await threePlaces(TICK_BOTH);
    await run(COMMANDS.azureSignIn);
    const choosing = stores.azure.choose([azure.subscriptions.lab.id]);
    await stores.azure.signOut();
    await choosing;
    assert.deepEqual(stores.links.subscriptions, []);
  });
});

describe('Azure, operations that outlive a window', () => {
  const STARTED = 'https://arm.test/subscriptions/10000000-0000-0000-0000-000000000001/operations/op-1?api-version=1';

  it('that start no job, such as a new vault, show what came of them', async () => {
    const { stores, azure, clock } = await threePlaces();
    const ends = new AbortController();
    azure.production.followOperation = async () => {
      if (!ends.signal.aborted) await once(ends.signal, 'abort');
      azure.production.addVault('late-vault');
      return undefined;
    };
    azure.memory.set('azure.used', true);
    azure.memory.set('azure.operations', [{ url: STARTED, started: clock.now() }]);
    azure.account.signedIn = true;
    await stores.azure.restore();
    const names = () => stores.vaults.vaults.value?.map(({ name }) => name);
    assert.ok(!names()?.includes('late-vault'));
    ends.abort();
    await waitFor('the new vault to be shown', () => names()?.includes('late-vault'));
    assert.equal(azure.memory.get('azure.operations'), undefined);
  });

  it('are followed again by the next window, which tells the end of their job', async () => {
    const { stores, azure, clock } = await threePlaces();
    const job = azure.production.addJob('prod-vm');
    const followed: string[] = [];
    azure.production.followOperation = async (url: string) => {
      followed.push(url);
      return job.id;
    };
    azure.memory.set('azure.used', true);
    azure.memory.set('azure.operations', [{ url: STARTED, started: clock.now() }]);
    azure.account.signedIn = true;
    const ended: string[] = [];
    stores.jobs.onDidFinish(({ job: one, mine }) => ended.push(`${one.machineName} ${mine}`));
    await stores.azure.restore();
    await clock.advance(0);
    assert.deepEqual(followed, [STARTED]);
    assert.equal(azure.memory.get('azure.operations'), undefined);
    azure.production.allJobs = [{ ...job, status: 'Completed' }];
    await clock.advance(60_000);
    assert.deepEqual(ended, ['prod-vm true']);
  });

  for (const [what, error] of [
    ['Azure is out of reach', new AppError('AzureUnreachable', 'No network.')],
    ['they cannot be followed to their end', new AppError('AzureOutcomeUnknown', 'It is not known yet.')],
    ['the client cannot be loaded', new Error('No such file.')],
  ] as const) {
    it(`are kept while ${what}, and followed again with Refresh`, async () => {
      const { stores, azure, clock, log } = await threePlaces();
      const operations = [{ url: STARTED, started: clock.now() }];
      azure.production.failing.set('followOperation', error);
      azure.memory.set('azure.used', true);
      azure.memory.set('azure.operations', operations);
      azure.account.signedIn = true;
      await stores.azure.restore();
      await clock.advance(0);
      assert.deepEqual(azure.memory.get('azure.operations'), operations);
      assert.ok(log.lines.some((line) => /is not known yet/.test(line)));
      azure.production.failing.clear();
      await stores.azure.refresh();
      await clock.advance(0);
      assert.equal(azure.memory.get('azure.operations'), undefined);
    });
  }

  it('are forgotten once Azure says that they have failed, or are gone', async () => {
    const { stores, azure, clock } = await threePlaces();
    azure.production.failing.set('followOperation', new AppError('ResourceNotFound', 'Gone.'));
    azure.memory.set('azure.used', true);
    azure.memory.set('azure.operations', [{ url: STARTED, started: clock.now() }]);
    azure.account.signedIn = true;
    await stores.azure.restore();
    await clock.advance(0);
    assert.equal(azure.memory.get('azure.operations'), undefined);
  });

  it('are forgotten when they are damaged, too old, or their person signs out', async () => {
    const { stores, azure, clock } = await threePlaces();
    const followed: string[] = [];
    azure.production.followOperation = async (url: string) => void followed.push(url);
    azure.memory.set('azure.used', true);
    azure.account.signedIn = true;
    azure.memory.set('azure.operations', [{ url: STARTED, started: clock.now() - 25 * 3600_000 }]);
    await stores.azure.restore();
    await stores.azure.signOut();
    assert.equal(azure.memory.get('azure.operations'), undefined);
    azure.memory.set('azure.used', true);
    azure.memory.set('azure.operations', 'damaged');
    await stores.azure.restore();
    assert.deepEqual(followed, []);
  });
});
