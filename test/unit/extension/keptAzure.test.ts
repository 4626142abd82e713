import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptFile } from '../../../src/extension/keptFile';
import { ShortMemory } from '../../../src/extension/model/memory';
import { ensureWorld, knownMachines } from '../../../src/extension/model/stores';
import { viewChoices } from '../../../src/extension/model/viewChoices';
import { Services } from '../../../src/extension/services';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';

const HOUR = 3600_000;

/** A first window that has seen a vault and two machines of Azure, and how the next one is opened. */
async function firstWindow() {
  const world = extensionWorld();
  const { azure, connection, log, clock, stores } = world;
  const cloud = azure.production;
  const vault = cloud.addVault('cloud-vault');
  cloud.allMachines = ['db-01', 'bare-01'].map((name) => machine(name, {}, cloud.subscriptionId));
  cloud.addItem('db-01', vault.id, { state: 'Protected' });
  await stores.azure.signIn();
  await clock.advance(0);
  const nextWindow = () => new Services({ open: connection.open, azure: azure.options, log, clock, random: () => 1 });
  return { ...world, cloud, vault, nextWindow };
}

const names = (services: Services) =>
  knownMachines(services.stores)
    .map(({ name }) => name)
    .toSorted();

describe('what was seen of Azure', () => {
  it('is shown by the next window before anything answers, with its time, and then as it is now', async () => {
    const { azure, cloud, clock, nextWindow, services: first } = await firstWindow();
    first.dispose();
    await clock.advance(2 * HOUR);
    cloud.allMachines.push(machine('new-01', {}, cloud.subscriptionId));
    const { cover } = azure.options;
    const answered = new AbortController();
    azure.options.cover = async (connections) => {
      await once(answered.signal, 'abort');
      return cover(connections);
    };
    const services = nextWindow();
    const machines = new MachinesTree(services.stores, viewChoices(new ShortMemory()));
    const restoring = services.stores.azure.restore();
    await clock.advance(0);
    assert.deepEqual(names(services), ['bare-01', 'db-01']);
    assert.match(machines.message() ?? '', /^as of /);
    const vaults = new VaultsTree(services.stores);
    const [account] = await vaults.roots();
    assert.match(vaults.message() ?? '', /^as of /);
    assert.equal(account?.label, 'ann@contoso.com');
    answered.abort();
    await restoring;
    await ensureWorld(services.stores);
    assert.deepEqual(names(services), ['bare-01', 'db-01', 'new-01']);
    assert.doesNotMatch(machines.message() ?? '', /^as of /);
    assert.equal(vaults.message(), undefined);
  });

  it('is read list by list where it cannot be read together', async () => {
    const { azure, cloud, clock, nextWindow, services: first } = await firstWindow();
    first.dispose();
    cloud.allMachines.push(machine('new-01', {}, cloud.subscriptionId));
    azure.options.cover = async () => {
      throw new Error('The graph does not answer.');
    };
    const services = nextWindow();
    await services.stores.azure.restore();
    await clock.advance(0);
    assert.deepEqual(names(services), ['bare-01', 'db-01', 'new-01']);
  });

  it('stays in sight while Azure cannot be reached, below a row that says so', async () => {
    const { azure, clock, nextWindow, services: first } = await firstWindow();
    first.dispose();
    azure.account.failure = new Error('No network.');
    const services = nextWindow();
    await services.stores.azure.restore();
    await clock.advance(0);
    const roots = await new VaultsTree(services.stores).roots();
    assert.deepEqual(
      roots.map(({ label }) => label),
      ['Azure cannot be reached. Local vaults keep working.', 'ann@contoso.com'],
    );
    assert.ok(names(services).includes('db-01'));
  });

  it('is kept again a minute after a change, holds no token, and is gone after signing out', async () => {
    const { azure, cloud, clock, stores } = await firstWindow();
    const { kept } = azure.options;
    assert.match(kept.text ?? '', /db-01/);
    cloud.allMachines.push(machine('late-01', {}, cloud.subscriptionId));
    await stores.machines.refresh();
    assert.doesNotMatch(kept.text ?? '', /late-01/);
    await clock.advance(60_000);
    assert.match(kept.text ?? '', /late-01/);
    assert.doesNotMatch(kept.text ?? '', /token/i);
    await stores.azure.signOut();
    await clock.advance(60_000);
    assert.equal(kept.text, undefined);
  });

  it('is gone after signing out although it was just being kept', async () => {
    const { azure, cloud, clock, stores } = await firstWindow();
    const { kept } = azure.options;
    const written = new AbortController();
    const write = kept.write.bind(kept);
    kept.write = async (text) => {
      await once(written.signal, 'abort');
      await write(text);
    };
    cloud.allMachines.push(machine('late-01', {}, cloud.subscriptionId));
    await stores.machines.refresh();
    await clock.advance(60_000);
    const signingOut = stores.azure.signOut();
    await clock.advance(0);
    written.abort();
    await signingOut;
    await clock.advance(0);
    assert.equal(kept.text, undefined);
  });

  it('is gone once nobody is signed in to VS Code any more', async () => {
    const { azure, clock, nextWindow, services: first } = await firstWindow();
    first.dispose();
    azure.account.reach = [];
    const services = nextWindow();
    await services.stores.azure.restore();
    await clock.advance(0);
    assert.deepEqual([names(services), azure.options.kept.text], [[], undefined]);
  });

  for (const [what, text] of [
    ['of another version', '{"version":2}'],
    ['spoiled', '{"version":1,'],
    ['of another shape', '{"version":1,"people":[{"id":3}]}'],
  ] as const) {
    it(`is not shown where the file is ${what}`, async () => {
      const { azure, clock, nextWindow, services: first } = await firstWindow();
      first.dispose();
      azure.options.kept.text = text;
      const services = nextWindow();
      await services.stores.azure.restore();
      await clock.advance(0);
      assert.deepEqual(names(services), ['bare-01', 'db-01']);
    });
  }
});

describe('the file that it is kept in', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vm-backup-kept-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('leaves nothing half written where it cannot be replaced', async () => {
    const path = join(folder, 'azure.json');
    mkdirSync(join(path, 'in the way'), { recursive: true });
    await assert.rejects(keptFile(path).write('names'));
    assert.deepEqual(readdirSync(folder), ['azure.json']);
  });

  it('is whole, belongs to its owner alone, and is gone when it is removed', async () => {
    const path = join(folder, 'below', 'azure.json');
    const file = keptFile(path);
    assert.equal(await file.read(), undefined);
    await file.write('first');
    await file.write('second');
    assert.equal(await file.read(), 'second');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, 'below')), ['azure.json']);
    await file.remove();
    await file.remove();
    assert.equal(await file.read(), undefined);
  });

  it('takes the drafts of windows that died with it when it is removed, and no other file', async () => {
    const file = keptFile(join(folder, 'azure.json'));
    await file.write('names');
    for (const name of ['azure.json.4711', 'azure.jsonl']) writeFileSync(join(folder, name), 'names');
    await file.remove();
    assert.deepEqual(readdirSync(folder), ['azure.jsonl']);
  });
});
