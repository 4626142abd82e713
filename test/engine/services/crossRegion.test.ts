import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { backedUp, imageContent, makeProtected, makeTarget, must, pointsOf, sha256, statisticsOf } from './life';
import { pairSites, vaultFolderOf, whenCopied } from './secondSite';

const SECOND_REGION = 'api-version=2021-11-15';

describe('cross-region restore', () => {
  let world: EngineWorld;
  let vault: string;
  let item: string;
  let machine: string;
  let account: string;
  const contents = [imageContent(1), imageContent(2)];

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, item, machine } = await makeProtected(world, 'web', { contents }));
    account = await makeTarget(world, join(world.folder, 'there'));
  });
  afterEach(() => world.close());

  const enable = () =>
    must(world, 202, ['PATCH', vault, { properties: { redundancySettings: { crossRegionRestore: 'Enabled' } } }]);
  const location = (name: string, path: string) =>
    `${world.subscription}/providers/Microsoft.RecoveryServices/locations/${name}/${path}?${SECOND_REGION}`;
  const pointsThere = async () => (await must(world, 200, ['GET', `${item}/recoveryPoints/?${SECOND_REGION}`])).value;
  const itemsThere = async () =>
    (await must(world, 200, ['GET', `${vault}/backupProtectedItems/?${SECOND_REGION}`])).value;
  const tokenOf = async (point: string) => {
    const { properties } = await must(world, 200, ['GET', location('second', 'backupAadProperties')]);
    const path = `${item}/recoveryPoints/${point}/accessToken?${SECOND_REGION}`;
    return (await must(world, 200, ['POST', path, { properties }])).properties;
  };
  const request = (details: object, more: object = {}) => ({
    crossRegionRestoreAccessDetails: details,
    restoreRequest: {
      objectType: 'IaasVMRestoreRequest',
      recoveryType: 'RestoreDisks',
      sourceResourceId: machine,
      storageAccountId: account,
      ...more,
    },
  });
  const restore = (details: object, { site = 'second', ...more }: { site?: string; [member: string]: unknown } = {}) =>
    world.arm('POST', location(site, 'backupCrossRegionRestore'), request(details, more));
  const refusal = async (given: object, more = {}) => {
    const { status, body } = await restore(given, more);
    return [status, body?.error?.code];
  };
  const jobThere = (jobName: string) =>
    must(world, 200, ['POST', location('second', 'backupCrrJob'), { resourceId: vault, jobName }]);

  /** A paired vault with cross-region restore and one point that is copied. @returns the point's name */
  async function copiedPoint(): Promise<string> {
    await pairSites(world);
    await enable();
    await backedUp(world, item);
    await whenCopied(world, vault);
    const [point] = await pointsOf(world, item);
    return point.name;
  }

  it('gives back every byte from the copy alone, with the primary gone', async () => {
    const point = await copiedPoint();
    rmSync(vaultFolderOf(world), { recursive: true });
    assert.deepEqual(
      (await itemsThere()).map(({ properties }: { properties: { friendlyName: string } }) => properties.friendlyName),
      ['web'],
    );
    const [shown] = await pointsThere();
    assert.equal(shown.name, point);
    assert.deepEqual(
      [shown.properties.crossRegionRestoreState, shown.properties.recoveryPointTierDetails],
      ['Supported', [{ type: 'HardenedRP', status: 'Valid' }]],
    );
    const started = await restore(await tokenOf(point));
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const operation = await waitFor('the operation', async () => {
      const { body } = await world.follow(started.headers['azure-asyncoperation']);
      return body.status === 'InProgress' ? undefined : body;
    });
    assert.equal(operation.status, 'Succeeded', JSON.stringify(operation.error));
    assert.match(operation.id, /\/locations\/second\/backupCrrOperationsStatus\//);
    assert.equal((await world.follow(started.headers.location)).status, 204);
    const job = await waitFor('the end of the job', async () => {
      const shownJob = await jobThere(operation.properties.jobId);
      return shownJob.properties.status === 'InProgress' ? undefined : shownJob;
    });
    const { properties } = job;
    assert.deepEqual([properties.operation, properties.status], ['CrossRegionRestore', 'Completed']);
    assert.match(job.id, /\/locations\/second\/backupJobs\//);
    assert.equal(properties.extendedInfo.propertyBag['Vault name'], 'home-vault');
    const { files, log } = await statisticsOf(world, `${vault}/backupJobs/${job.name}`);
    assert.deepEqual(
      files.map(({ path }: { path: string }) => sha256(readFileSync(path))),
      contents.map(sha256),
    );
    assert.match(JSON.stringify(log), /from the copy at the site second/);
    const list = await must(world, 200, ['POST', location('second', 'backupCrrJobs'), { resourceId: vault }]);
    assert.deepEqual(
      list.value.map(({ name }: { name: string }) => name),
      [job.name],
    );
    const elsewhere = await must(world, 200, ['POST', location('local', 'backupCrrJobs'), { resourceId: vault }]);
    assert.deepEqual(elsewhere.value, []);
  });

  it('makes a new machine in the second region', async () => {
    const point = await copiedPoint();
    const target = `${world.group}/providers/Microsoft.Compute/virtualMachines/web-there`;
    const details = await tokenOf(point);
    const wrong = await restore(details, { recoveryType: 'AlternateLocation', targetVirtualMachineId: target });
    const refused = await waitFor('the operation', async () => {
      const { body } = await world.follow(wrong.headers['azure-asyncoperation']);
      return body.status === 'InProgress' ? undefined : body;
    });
    assert.equal(refused.error?.code, 'LocalRestoreOtherLocation');
    const there = account.replace('restoretarget', 'therestore');
    const tags = { 'vmbackup-folder': join(world.folder, 'machines') };
    await must(world, 200, ['PUT', there, { location: 'second', tags }]);
    await restore(details, {
      recoveryType: 'AlternateLocation',
      targetVirtualMachineId: target,
      storageAccountId: there,
    });
    const made = await waitFor('the machine', async () => {
      const { status, body } = await world.arm('GET', target);
      return status === 200 ? body : undefined;
    });
    assert.equal(made.location, 'second');
  });

  it('shows and restores nothing that is not copied yet', async () => {
    const point = await copiedPoint();
    rmSync(join(vaultFolderOf(world, join(world.folder, 'second')), 'snaps'), { recursive: true });
    assert.deepEqual([await itemsThere(), await pointsThere()], [[], []]);
    assert.equal((await pointsOf(world, item)).length, 1);
    await must(world, 404, ['GET', `${item}/recoveryPoints/${point}?${SECOND_REGION}`]);
    await must(world, 404, ['POST', `${item}/recoveryPoints/${point}/accessToken?${SECOND_REGION}`, {}]);
  });

  it('needs the setting of the vault and a paired site', async () => {
    await backedUp(world, item);
    const [point] = await pointsOf(world, item);
    const path = `${item}/recoveryPoints/${point.name}/accessToken?${SECOND_REGION}`;
    assert.equal((await must(world, 409, ['POST', path, {}])).error.code, 'LocalCrossRegionOff');
    await enable();
    assert.equal((await must(world, 409, ['POST', path, {}])).error.code, 'LocalSecondSiteMissing');
    assert.equal(
      (await must(world, 409, ['GET', `${item}/recoveryPoints/?${SECOND_REGION}`])).error.code,
      'LocalSecondSiteMissing',
    );
  });

  it('refuses a token that is changed, old or for another location, and replacing disks', async () => {
    const details = await tokenOf(await copiedPoint());
    const { accessTokenString: token } = details;
    const forged = { ...details, accessTokenString: `${token.slice(0, -4)}AAAA` };
    assert.deepEqual(await refusal(forged), [403, 'LocalCrossRegionToken']);
    assert.deepEqual(await refusal({ accessTokenString: 'x' }), [403, 'LocalCrossRegionToken']);
    assert.deepEqual(await refusal(details, { site: 'local' }), [403, 'LocalCrossRegionToken']);
    const replacing = { recoveryType: 'OriginalLocation' };
    assert.deepEqual(await refusal(details, replacing), [400, 'LocalCrossRegionReplace']);
    world.clock.advance(HOUR);
    assert.deepEqual(await refusal(details), [403, 'LocalCrossRegionToken']);
  });

  it('moves the vault to the older kind of storage once it holds something (recorded)', async () => {
    await pairSites(world);
    const version = async () => (await must(world, 200, ['GET', vault])).properties.backupStorageVersion;
    assert.equal(await version(), 'V2');
    await enable();
    assert.equal(await version(), 'V1');
  });
});
