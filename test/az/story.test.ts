import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../support/waitFor';
import { AzureCli } from './support/azureCli';

const COMMAND_LINE = join('dist', 'cli.js');
const VAULT = '-g rg -v home-vault';
const ITEM = `${VAULT} -c web-01 -i web-01 --backup-management-type AzureIaasVM`;

const BIG = ITEM.replaceAll('web-01', 'big-01');

/** What the story looks at in a protected item. */
interface Item {
  readonly friendlyName: string;
  readonly protectionState: string;
  readonly isScheduledForDeferredDelete?: boolean;
}

/** The Azure CLI as Debian packages it (2.45.0), from signing in to a deleted vault. Each step builds on the one before. */
describe('az against the engine', () => {
  let folder: string;
  let engine: ChildProcess;
  let az: AzureCli;
  let serving: Record<string, string>;
  let client: { clientId: string; clientSecret: string };
  let point: string;

  const data = () => join(folder, 'data');
  const disk = () => join(folder, 'web-01.raw');
  const restored = () => join(folder, 'restored');
  const vaultId = () =>
    `/subscriptions/${serving.subscriptionId}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/home-vault`;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'az-'));
    writeFileSync(disk(), randomBytes(3_000_000));
    truncateSync(disk(), 8 * 1024 ** 2);
    mkdirSync(restored());
    engine = spawn(process.execPath, [COMMAND_LINE, '--data', data(), 'serve', '--tls', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    engine.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await waitFor('the engine', () => output.includes('\n'));
    serving = JSON.parse(output);
    client = JSON.parse(readFileSync(serving.clientFile ?? '', 'utf8'));
    az = new AzureCli(folder, serving.authorityFile ?? '');
  });
  after(async () => {
    engine.kill('SIGTERM');
    await once(engine, 'close');
    rmSync(folder, { recursive: true });
  });

  /** Runs the product's own command line beside az. */
  async function vmBackup(...args: string[]): Promise<void> {
    const child = spawn(process.execPath, [COMMAND_LINE, '--data', data(), ...args], { stdio: 'inherit' });
    const [code] = await once(child, 'close');
    assert.equal(code, 0, `vm-backup ${args.join(' ')}`);
  }

  async function waitForJob(name: string) {
    await az.run(`backup job wait ${VAULT} -n ${name} --timeout 60`);
    return az.run(`backup job show ${VAULT} -n ${name}`);
  }

  it('signs in with the client id and secret of the file', async () => {
    await az.run(`cloud register -n local-backup --endpoint-resource-manager ${serving.endpoint}`);
    await az.run('cloud set -n local-backup');
    const signIn = (secret: string) =>
      az.try('login --service-principal --tenant', serving.tenantId ?? '', '-u', client.clientId, `-p=${secret}`);
    const wrong = await signIn('not the secret at all');
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr, /client secret is not the one in the client file/);
    const { code, stdout } = await signIn(client.clientSecret);
    assert.equal(code, 0);
    const [subscription] = JSON.parse(stdout);
    assert.equal(subscription.id, serving.subscriptionId);
  });

  it('creates and lists vaults', async () => {
    await az.run('group create -n rg -l local');
    const vault = await az.run('backup vault create -g rg -n home-vault -l local');
    assert.equal(vault.properties.provisioningState, 'Succeeded');
    await az.run('backup vault create -g rg -n spare-vault -l local');
    const names = (await az.run('backup vault list')).map(({ name }: { name: string }) => name);
    assert.deepEqual(names.toSorted(), ['home-vault', 'spare-vault']);
  });

  it('sets and shows the properties of a vault', async () => {
    const set = 'backup vault backup-properties set -g rg -n home-vault';
    await az.run(`${set} --backup-storage-redundancy LocallyRedundant`);
    await az.run(`${set} --soft-delete-feature-state Enable`);
    const shown = JSON.stringify(await az.run('backup vault backup-properties show -g rg -n home-vault'));
    assert.match(shown, /"storageModelType":"LocallyRedundant"/);
    assert.match(shown, /"softDeleteFeatureState":"Enabled"/);
  });

  it('lists, creates and changes policies', async () => {
    const policies = await az.run(`backup policy list ${VAULT}`);
    assert.ok(policies.some(({ name }: { name: string }) => name === 'DefaultPolicy'));
    const policy = await az.run(`backup policy get-default-for-vm ${VAULT}`);
    await az.run(
      `backup policy create ${VAULT} -n nightly --backup-management-type AzureIaasVM --policy`,
      JSON.stringify(policy),
    );
    const made = await az.run(`backup policy show ${VAULT} -n nightly`);
    made.properties.retentionPolicy.dailySchedule.retentionDuration.count = 60;
    await az.run(`backup policy set ${VAULT} -n nightly --policy`, JSON.stringify(made));
    const { properties } = await az.run(`backup policy show ${VAULT} -n nightly`);
    assert.equal(properties.retentionPolicy.dailySchedule.retentionDuration.count, 60);
  });

  it('enables backup for a machine, which makes no recovery point', async () => {
    await vmBackup('machine', 'add', 'web-01', '--disk', disk(), '--group', 'rg');
    const job = await az.run(`backup protection enable-for-vm ${VAULT} --vm web-01 --policy-name nightly`);
    assert.deepEqual([job.properties.operation, job.properties.status], ['ConfigureBackup', 'Completed']);
    const id = await az.run('backup protection check-vm -g rg --vm web-01');
    assert.equal(String(id).toLowerCase(), vaultId().toLowerCase());
    const { friendlyName, protectionState } = await protectedItem();
    assert.deepEqual([friendlyName, protectionState], ['web-01', 'IRPending']);
    assert.deepEqual(await az.run(`backup recoverypoint list ${ITEM} --workload-type VM`), []);
    const [container] = await az.run(`backup container list ${VAULT} --backup-management-type AzureIaasVM`);
    assert.equal(container.properties.friendlyName, 'web-01');
    const associated = await az.run(`backup policy list-associated-items ${VAULT} -n nightly`);
    assert.equal(associated.length, 1);
  });

  it('backs up now and follows the job', async () => {
    const started = await az.run(`backup protection backup-now ${ITEM} --retain-until 01-12-2030`);
    const job = await waitForJob(started.name);
    assert.deepEqual([job.properties.operation, job.properties.status], ['Backup', 'Completed']);
    const jobs = await az.run(`backup job list ${VAULT}`);
    assert.ok(jobs.some(({ name }: { name: string }) => name === started.name));
    const stopped = await az.try(`backup job stop ${VAULT} -n ${started.name}`);
    assert.notEqual(stopped.code, 0, 'a job that has ended cannot be stopped');
    assert.match(stopped.stderr, /JobNotCancellable|isn't in progress|isn't in a cancelable state/);
  });

  it('lists and shows the recovery point', async () => {
    const points = await az.run(`backup recoverypoint list ${ITEM} --workload-type VM`);
    assert.equal(points.length, 1);
    point = points[0].name;
    const shown = await az.run(`backup recoverypoint show ${ITEM} --workload-type VM -n ${point}`);
    assert.equal(shown.properties.recoveryPointType, 'CrashConsistent');
  });

  it('restores the disks, byte for byte', async () => {
    const account = `/subscriptions/${serving.subscriptionId}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/restores`;
    const body = { location: 'local', tags: { 'vmbackup-folder': restored() }, sku: { name: 'Standard_LRS' } };
    await az.run(`rest --method put --uri ${account}?api-version=2023-05-01 --body`, JSON.stringify(body));
    const started = await az.run(
      `backup restore restore-disks ${VAULT} -c web-01 -i web-01 -r ${point} --storage-account restores --target-resource-group rg`,
    );
    const job = await waitForJob(started.name);
    assert.deepEqual([job.properties.operation, job.properties.status], ['Restore', 'Completed']);
    const files = filesBelow(restored()).filter((file) => file.endsWith('.raw'));
    assert.equal(files.length, 1, 'beside the disk there are the configuration and the template of the machine');
    assert.equal(sha256(files[0] ?? ''), sha256(disk()));
  });

  it('stops a job that runs', async () => {
    const big = join(folder, 'big-01.raw');
    for (let part = 0; part < 16; part++) appendFileSync(big, randomBytes(64 * 1024 ** 2));
    await vmBackup('machine', 'add', 'big-01', '--disk', big, '--group', 'rg');
    await az.run(`backup protection enable-for-vm ${VAULT} --vm big-01 --policy-name nightly`);
    const started = await az.run(`backup protection backup-now ${BIG} --retain-until 01-12-2030`);
    await az.run(`backup job stop ${VAULT} -n ${started.name}`);
    assert.equal((await waitForJob(started.name)).properties.status, 'Cancelled');
    await az.run(`backup protection disable ${BIG} --delete-backup-data true --yes`);
  });

  it('stops protection and keeps the data, then resumes', async () => {
    await az.run(`backup protection disable ${ITEM} --yes`);
    const stopped = await protectedItem();
    assert.equal(stopped.protectionState, 'ProtectionStopped');
    await az.run(`backup protection resume ${ITEM} --policy-name nightly`);
    assert.equal((await protectedItem()).protectionState, 'Protected');
  });

  it('deletes the data softly and takes that back', async () => {
    await az.run(`backup protection disable ${ITEM} --delete-backup-data true --yes`);
    assert.equal((await protectedItem()).isScheduledForDeferredDelete, true);
    const refused = await az.try('backup vault delete -g rg -n home-vault --yes');
    assert.notEqual(refused.code, 0, 'a vault with soft-deleted items stays');
    await az.run(`backup protection undelete ${ITEM} --workload-type VM`);
    const { isScheduledForDeferredDelete, protectionState } = await protectedItem();
    assert.deepEqual([isScheduledForDeferredDelete ?? false, protectionState], [false, 'ProtectionStopped']);
    assert.equal((await az.run(`backup recoverypoint list ${ITEM} --workload-type VM`)).length, 1);
  });

  it('deletes the data for good without soft delete, and then the vaults', async () => {
    await az.run('backup vault backup-properties set -g rg -n home-vault --soft-delete-feature-state Disable');
    await az.run(`backup protection disable ${ITEM} --delete-backup-data true --yes`);
    await az.run(`backup protection undelete ${BIG} --workload-type VM`);
    await az.run(`backup protection disable ${BIG} --delete-backup-data true --yes`);
    assert.deepEqual(await az.run(`backup item list ${VAULT}`), []);
    await az.run('backup vault delete -g rg -n home-vault --yes');
    await az.run('backup vault delete -g rg -n spare-vault --yes');
    assert.deepEqual(await az.run('backup vault list'), []);
  });

  async function protectedItem() {
    const items: { properties: Item }[] = await az.run(`backup item list ${VAULT}`);
    const found = items.find(({ properties }) => properties.friendlyName === 'web-01');
    assert.ok(found);
    return found.properties;
  }
});

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
