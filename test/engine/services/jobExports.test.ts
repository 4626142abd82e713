import assert from 'node:assert/strict';
import { readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { backedUp, makeProtected, must } from './life';

const DAY_MS = 86_400_000;

describe('§1.11 the export of jobs', () => {
  let world: EngineWorld;
  let vault: string;
  let item: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, item } = await makeProtected(world, 'web'));
    await backedUp(world, item);
  });
  afterEach(() => world.close());

  /** @returns the answer of the results' route once the export has ended */
  async function exported(filter = '') {
    const started = await world.arm('POST', `${vault}/backupJobsExport${filter && `?$filter=${filter}`}`);
    assert.equal(started.status, 202, JSON.stringify(started.body));
    assert.match(String(started.headers.location), /\/backupJobs\/operationResults\/[^/]+\?api-version=/);
    return waitFor('the export', async () => {
      const answer = await world.follow(started.headers.location);
      if (answer.status !== 202) return answer;
      assert.deepEqual(answer.body.headers.Location, [answer.headers.location]);
      return undefined;
    });
  }

  /** The file that an export named. */
  const fileOf = ({ body }: Awaited<ReturnType<typeof exported>>) =>
    fileURLToPath(`${body.operation.blobUrl}${body.operation.blobSasKey}`);

  it('is a file of its owner alone, with what the list shows', async () => {
    const answer = await exported();
    assert.deepEqual([answer.status, answer.body.operation.objectType], [200, 'ExportJobsOperationResultInfo']);
    const path = fileOf(answer);
    const listed = await must(world, 200, ['GET', `${vault}/backupJobs`]);
    assert.equal(listed.value.length, 2);
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { value: listed.value });
    assert.equal(statSync(path).mode & 0o077, 0);
  });

  it('takes the filters of the list, and refuses what is none', async () => {
    const { value } = JSON.parse(readFileSync(fileOf(await exported("operation eq 'Backup'")), 'utf8'));
    assert.deepEqual(
      value.map(({ properties }: { properties: { operation: string } }) => properties.operation),
      ['Backup'],
    );
    const none = fileOf(await exported("status eq 'Failed'"));
    assert.deepEqual(JSON.parse(readFileSync(none, 'utf8')), { value: [] });
    const refused = await world.arm('POST', `${vault}/backupJobsExport?$filter=operation eq`);
    assert.deepEqual([refused.status, refused.body.error.code], [400, 'BMSUserErrorInvalidFilter']);
  });

  it('is kept for a day', async () => {
    const first = await exported();
    const old = world.clock.time / 1000 - DAY_MS / 1000;
    utimesSync(fileOf(first), old, old);
    const second = await exported();
    assert.equal(statSync(fileOf(second)).isFile(), true);
    assert.throws(() => statSync(fileOf(first)), { code: 'ENOENT' });
  });

  it('is not held up by a file that another one renames meanwhile', async () => {
    const first = await exported();
    symlinkSync(join(world.folder, 'gone'), join(world.folder, 'data', 'exports', 'going.json.tmp'));
    const second = await exported();
    assert.deepEqual([first.status, second.status], [200, 200]);
  });

  it('that cannot be written says where and why', async () => {
    writeFileSync(join(world.folder, 'data', 'exports'), 'in the way');
    const { status, body } = await exported();
    assert.deepEqual([status, body.error.code], [400, 'LocalTargetNotWritable']);
    assert.match(body.error.message, /exports/);
  });

  it('belongs to its vault', async () => {
    const link = (await world.arm('POST', `${vault}/backupJobsExport`)).headers.location;
    const elsewhere = String(link).replace('/home-vault/', '/other-vault/');
    assert.equal((await world.follow(elsewhere)).status, 404);
  });
});
