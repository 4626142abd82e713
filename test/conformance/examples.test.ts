import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  backedUp,
  backup,
  discover,
  ended,
  imageContent,
  itemIdOf,
  jobOf,
  makeGroup,
  makeMachine,
  makeTarget,
  makeVault,
  must,
  protectBody,
  restoreBody,
} from '../engine/services/life';
import { EngineWorld } from '../support/engineWorld';
import { waitFor } from '../support/waitFor';

/** Recorded traffic of the real service, beside the repository on machines that have it. */
const CORPUS = resolve(process.cwd(), '..', 'shared', 'corpus');

interface Recording {
  readonly steps: readonly {
    readonly i: number;
    readonly request: { readonly method: string; readonly path: string; readonly query: Record<string, string> };
    readonly response: { readonly status: number; readonly body: unknown };
  }[];
}

/** Members that stand for what does not exist on one computer: disks are restored to files, not to blobs. */
const NOT_HERE = /^Config Blob |^Template Blob /;

/** What a recorded answer has and ours has not, or has in another form. */
function missing(recorded: unknown, ours: unknown, path = ''): string[] {
  if (recorded === null) return [];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(ours)) return [`${path} is no list`];
    return recorded.length === 0 ? [] : missing(recorded[0], ours[0], `${path}[0]`);
  }
  if (typeof recorded === 'object') {
    if (typeof ours !== 'object' || ours === null) return [`${path} is no object`];
    const members = new Map(Object.entries(ours));
    return Object.entries(recorded)
      .filter(([name]) => !NOT_HERE.test(name))
      .flatMap(([name, value]) =>
        members.has(name) ? missing(value, members.get(name), `${path}.${name}`) : [`${path}.${name} is missing`],
      );
  }
  const form = formOf(recorded);
  return formOf(ours) === form ? [] : [`${path} is ${formOf(ours)}, recorded ${form}`];
}

const FORMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a moment', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/],
  ['no moment', /^0001-01-01T00:00:00$/],
  ['a duration', /^PT(\d+H)?(\d+M)?(\d+(\.\d+)?S)?$/],
  ['a time of a property bag', /^\d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M$/],
  ['a number of MB', /^\d+ MB$/],
  ['a uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['an id', /^\/subscriptions\//],
  ['an address', /^https?:\/\//],
  ['digits', /^\d{12,}$/],
];

function formOf(value: unknown): string {
  if (typeof value !== 'string') return typeof value;
  return FORMS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'string';
}

const says =
  (...texts: string[]) =>
  (body: unknown) =>
    texts.every((text) => JSON.stringify(body).includes(text));
const assertLike = (ours: unknown, example: unknown) => assert.deepEqual(missing(example, ours), []);

if (!existsSync(CORPUS)) {
  describe('recorded answers of the service', () => {
    it(`are not on this machine: there is no ${CORPUS}, so there is nothing to compare with`, () => {
      assert.equal(existsSync(CORPUS), false);
    });
  });
} else {
  describe('recorded answers of the service', () => {
    const { steps }: Recording = JSON.parse(
      readFileSync(resolve(CORPUS, 'recordings', 'backup_scenario.202412.json'), 'utf8'),
    );
    let world: EngineWorld;
    let vault: string;
    let item: string;
    let backupJob: string;
    let restoreJob: string;
    let protectable: unknown;

    /** The last 200 to a GET of this path that satisfies the condition. */
    const recorded = (path: RegExp, is: (body: unknown) => boolean = () => true): unknown => {
      const found = steps.findLast(
        ({ request, response }) =>
          request.method === 'GET' &&
          request.query['api-version'] === '2024-04-01' &&
          response.status === 200 &&
          path.test(request.path) &&
          is(response.body),
      );
      assert.ok(found, `nothing is recorded for ${path}`);
      return found.response.body;
    };
    before(async () => {
      world = await EngineWorld.create();
      await makeGroup(world);
      vault = await makeVault(world, 'home-vault');
      const machine = await makeMachine(world, 'web', [imageContent(1)]);
      await discover(world, vault);
      protectable = await must(world, 200, ['GET', `${vault}/backupProtectableItems`]);
      item = itemIdOf(vault, 'web');
      await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
      world.clock.advance(1_500);
      backupJob = await backedUp(world, item, { recoveryPointExpiryTimeInUTC: '2027-01-01T00:00:00.000Z' });
      const { value } = await must(world, 200, ['GET', `${item}/recoveryPoints`]);
      const target = await makeTarget(world, resolve(world.folder, 'restored'));
      const started = await world.arm('POST', `${item}/recoveryPoints/${value[0].name}/restore`, restoreBody(target));
      await waitFor('the operation', async () => {
        return (await world.follow(started.headers['azure-asyncoperation'])).body.status === 'Succeeded';
      });
      restoreJob = await jobOf(world, item, started.headers['azure-asyncoperation']);
      await ended(world, restoreJob);
    });
    after(() => world.close());

    it('have no member that our vault lacks', async () => {
      assertLike(await must(world, 200, ['GET', vault]), recorded(/\/vaults\/[^/]+$/, says('backupStorageVersion')));
    });

    it('have no member that our built-in policy lacks', async () => {
      const ours = await must(world, 200, ['GET', `${vault}/backupPolicies/DefaultPolicy`]);
      assertLike(ours, recorded(/\/backupPolicies\/DefaultPolicy$/));
    });

    it('have no member that our protectable machine lacks', () => {
      assertLike(protectable, recorded(/\/backupProtectableItems$/, says('friendlyName')));
    });

    it('have no member that our protected machine lacks', async () => {
      const filter = "$filter=backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'";
      const ours = await must(world, 200, ['GET', `${vault}/backupProtectedItems?${filter}`]);
      assertLike(ours, recorded(/\/backupProtectedItems$/, says('"protectionState":"Protected"')));
    });

    it('have no member that our job of a backup lacks', async () => {
      const example = recorded(/\/backupJobs\/[^/]+$/, says('"operation":"Backup"', '"status":"Completed"'));
      assertLike(await must(world, 200, ['GET', backupJob]), example);
    });

    it('have no member that our job of a restore lacks', async () => {
      const example = recorded(/\/backupJobs\/[^/]+$/, says('"operation":"Restore"', '"status":"Completed"'));
      assertLike(await must(world, 200, ['GET', restoreJob]), example);
    });

    it('have no member that our job of a configuration lacks', async () => {
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'ConfigureBackup'`]);
      const ours = await must(world, 200, ['GET', value[0].id]);
      assertLike(ours, recorded(/\/backupJobs\/[^/]+$/, says('"operation":"ConfigureBackup"')));
    });

    it('have no member that our recovery points lack', async () => {
      const ours = await must(world, 200, ['GET', `${item}/recoveryPoints`]);
      assertLike(ours, recorded(/\/recoveryPoints$/));
      assertLike(await must(world, 200, ['GET', ours.value[0].id]), recorded(/\/recoveryPoints\/\d+$/));
    });

    it('have no member that our operations lack', async () => {
      const answer = await world.arm('PUT', vault, { location: 'local' });
      assertLike((await world.follow(answer.headers['azure-asyncoperation'])).body, {
        id: '/subscriptions/x',
        name: 'x',
        status: 'Succeeded',
      });
      world.clock.advance(1_500);
      const started = await world.arm('POST', `${item}/backup`, { properties: {} });
      const name = new URL(String(started.headers['azure-asyncoperation'])).pathname.split('/').at(-1);
      const ours = await must(world, 200, ['GET', `${vault}/backupOperations/${name}`]);
      assertLike(ours, recorded(/\/backupOperations\/[^/]+$/, says('Succeeded', 'OperationStatusJobExtendedInfo')));
      await ended(world, await jobOf(world, item, started.headers['azure-asyncoperation']));
      await ended(world, await backup(world, item));
    });

    it('tell with the same words what is not found', async () => {
      const example = steps.find(({ request, response }) => request.method === 'GET' && response.status === 404);
      const name = example!.request.path.split('/').at(-1);
      const group = /\/resourceGroups\/([^/]+)/i.exec(example!.request.path)?.[1];
      const path = `${world.subscription}/resourceGroups/${group}/providers/Microsoft.RecoveryServices/vaults/${name}`;
      const { status, body } = await world.arm('GET', path);
      assert.equal(status, 404);
      const { code, message } = body.error;
      assert.deepEqual({ error: { code, message } }, example!.response.body);
    });
  });
}
