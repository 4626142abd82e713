import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { jobRow } from '../../src/extension/model/jobView';
import { allMachineFacts } from '../../src/extension/model/machineFacts';
import { machineRow } from '../../src/extension/model/machineView';
import { pointRow } from '../../src/extension/model/pointView';
import { policyRow } from '../../src/extension/model/policyView';
import type { Row } from '../../src/extension/model/row';
import { vaultRow } from '../../src/extension/model/vaultView';
import { parseId, vaultId, vaultIdOf } from '../../src/protocol/ids';
import { fromWireTime } from '../../src/protocol/time';
import { connectionTo, ScriptedAzure } from '../support/scriptedAzure';
import {
  KINDS,
  type RecordedAnswer,
  type RecordedResource,
  type ResourceKind,
  recordedAnswers,
} from './support/recordedResources';

const CORPUS = '../shared/corpus';
const NOW = Date.UTC(2026, 9, 12, 12);
/** Times before this stand for "never" on the wire. */
const NEVER = Date.UTC(2002, 0, 1);
/** Resources of each kind that there are at least: the files really were read. */
const LEAST: Readonly<Record<ResourceKind, number>> = {
  vault: 400,
  item: 500,
  job: 300,
  policy: 120,
  point: 60,
  machine: 80,
};
const VIEW = { key: 'k', now: NOW, provider: 'azure' } as const;

/** What is shown of a resource, and what its own members say it must be. */
interface Shown {
  readonly seen: Readonly<Record<string, unknown>>;
  readonly row: Row;
}

describe('answers that Azure gave, shown', () => {
  if (!existsSync(CORPUS)) {
    it(`are left out: there is no folder ${CORPUS}`, () => assert.equal(existsSync(CORPUS), false));
    return;
  }
  const answers = recordedAnswers(CORPUS);
  const count = new Map<ResourceKind, number>();

  for (const [name, all] of answers) {
    it(name, async () => {
      for (const answer of all) {
        await checkAnswer(answer);
        count.set(answer.kind, (count.get(answer.kind) ?? 0) + answer.resources.length);
      }
    });

    it(`${name}, with members that nobody knows, and names in other cases`, async () => {
      for (const answer of all) await checkAnswer({ ...answer, resources: answer.resources.map(strange) });
    });
  }

  for (const left of [undefined, null]) {
    it(`have a row each, also where every other member is ${left === null ? 'null' : 'left out'}`, async () => {
      for (const kind of KINDS) {
        const one = Array.from(answers.values())
          .flat()
          .find((answer) => answer.kind === kind && !idOf(answer.resources).includes('/locations/'));
        const told = one?.resources[0] ?? assert.fail(kind);
        const properties = Object.fromEntries(
          Object.entries(told.properties).flatMap(([key, value]) =>
            DISCRIMINATORS.has(key) ? [[key, value]] : left === null ? [[key, null]] : [],
          ),
        );
        const [shown, ...others] = await SHOW[kind]([{ ...told, properties }], false);
        assert.deepEqual(others, []);
        checkRow(shown?.row ?? assert.fail(kind), kind);
      }
    });
  }

  it('were many of each kind', () => {
    for (const kind of KINDS) {
      const found = count.get(kind) ?? 0;
      assert.ok(found >= LEAST[kind], `${found} of ${kind}`);
    }
  });
});

async function checkAnswer({ kind, resources, alone }: RecordedAnswer): Promise<void> {
  const shown = await SHOW[kind](resources, alone);
  assert.equal(shown.length, resources.length);
  for (const [i, { seen, row }] of shown.entries()) {
    const told = resources[i] ?? assert.fail();
    assert.deepEqual({ ...seen }, WANTED[kind](told), told.id);
    checkRow(row, told.id);
  }
}

function checkRow(row: Row, what: string): void {
  assert.ok(row.label.trim() !== '' && row.id !== '', what);
  assert.doesNotMatch(JSON.stringify([row, row.tooltip?.()]), /undefined|NaN|null|Invalid|\[object/, what);
}

/** What the client makes of an answer, and the row of it. */
const SHOW: Readonly<Record<ResourceKind, (told: readonly RecordedResource[], alone: boolean) => Promise<Shown[]>>> = {
  vault: async (told) =>
    (await clientOf(told).vaults()).map((vault) => {
      const nothing = { value: undefined, isLoading: false } as const;
      const branch = {
        vault,
        provider: 'azure',
        items: nothing,
        policies: nothing,
        storage: nothing,
        usage: nothing,
        copy: nothing,
      } as const;
      const { id, name, location, resourceGroup, replication } = vault;
      return {
        seen: { id, name, location, resourceGroup, replication },
        row: vaultRow(branch, { key: 'k', locationName: location }),
      };
    }),
  item: async (told, alone) => {
    const client = clientOf(told, alone);
    const items = alone ? [await client.protectedItem(idOf(told))] : await client.protectedItems(vaultOf(told));
    return items.map((item) => {
      const {
        id,
        machineName: name,
        machineId,
        state,
        policyName,
        health,
        lastBackupStatus,
        lastBackupTime,
        lastRecoveryPointTime,
      } = item;
      const vault = {
        id: item.vaultId,
        name: 'v',
        resourceGroup: 'g',
        location: 'l',
        replication: 'GeoRedundant',
      } as const;
      const nothing = { value: undefined, isLoading: false } as const;
      const branch = {
        vault,
        provider: 'azure',
        items: { value: [item], isLoading: false },
        policies: nothing,
        storage: nothing,
        usage: nothing,
        copy: nothing,
      } as const;
      const [facts] = allMachineFacts({
        now: NOW,
        wantedPointAge: 24 * 3_600_000,
        machines: [],
        branches: [branch],
        locations: () => [],
        jobs: [],
        statistics: () => undefined,
        pointCount: () => undefined,
        provider: () => 'azure',
      });
      if (!facts) assert.fail('no machine');
      return {
        seen: {
          id,
          name,
          machineId,
          state,
          policyName,
          health,
          lastBackupStatus,
          lastBackupTime,
          lastRecoveryPointTime,
        },
        row: machineRow(facts, VIEW),
      };
    });
  },
  job: async (told, alone) => {
    // Jobs of a second region are in no vault, so that only a list can have them.
    const inVault = vaultIdOf(idOf(told)) !== undefined;
    const client = clientOf(told, alone && inVault);
    const jobs = alone && inVault ? [await client.job(idOf(told))] : await client.jobs(vaultOf(told));
    return jobs.map((job) => {
      const { id, operation, status, machineName, startTime, endTime } = job;
      const tasks = job.tasks.map((task) => [task.name, task.status]);
      const errors = job.errors.map(({ code }) => code);
      return {
        seen: { id, operation, status, machineName, startTime, endTime, tasks, errors },
        row: jobRow({ job }, VIEW),
      };
    });
  },
  policy: async (told) =>
    (await clientOf(told).policies(vaultOf(told))).map((policy) => {
      const { id, name, protectedItems, rule } = policy;
      return {
        seen: { id, name, protectedItems, hasRule: rule !== undefined, zone: rule?.timeZone },
        row: policyRow(policy, { ...VIEW, canWrite: true }),
      };
    }),
  point: async (told, alone) => {
    const client = clientOf(told, alone);
    const itemId = idOf(told).replace(/\/recoveryPoints\/.*$/i, '');
    const points = alone ? [await client.recoveryPoint(idOf(told))] : await client.recoveryPoints(itemId);
    return points.map((point) => {
      const { id, name, time, consistency, tiers, archiving } = point;
      return {
        seen: { id, name, time, consistency, tiers, forArchive: archiving?.possible },
        row: pointRow(point, { ...VIEW, machineId: 'm', itemId, policy: undefined }),
      };
    });
  },
  machine: async (told) =>
    (await clientOf(told).machines()).map((machine) => {
      const { id, name, location, osType, resourceGroup } = machine;
      const facts = { machineId: id, name, provider: 'azure', machine } as const;
      return {
        seen: { id, name, location, osType, resourceGroup, disks: machine.disks.length },
        row: machineRow(facts, VIEW),
      };
    }),
};

/** What the members of a recorded resource say. */
const WANTED: Readonly<Record<ResourceKind, (told: RecordedResource) => Record<string, unknown>>> = {
  vault: ({ id, name, location, properties: p }) => ({
    id,
    name,
    location,
    resourceGroup: parseId(id)?.resourceGroup,
    // Of a vault whose redundancy nobody chose yet, the service says "Invalid": it is the default.
    replication: chosenOr(at(p, 'redundancySettings', 'standardTierStorageRedundancy'), 'GeoRedundant'),
  }),
  item: ({ id, properties: p }) => ({
    id,
    name: p.friendlyName,
    machineId: p.virtualMachineId ?? p.sourceResourceId,
    state: p.protectionState,
    policyName: p.policyName === '' ? undefined : p.policyName,
    health: p.healthStatus ?? 'Invalid',
    lastBackupStatus: p.lastBackupStatus === '' || p.lastBackupStatus === undefined ? 'None' : p.lastBackupStatus,
    lastBackupTime: timeOf(p.lastBackupTime),
    lastRecoveryPointTime: timeOf(p.lastRecoveryPoint),
  }),
  job: ({ id, properties: p }) => ({
    id,
    operation: p.operation,
    status: p.status,
    machineName: p.entityFriendlyName,
    startTime: timeOf(p.startTime),
    endTime: timeOf(p.endTime),
    tasks: listOf(at(p, 'extendedInfo', 'tasksList')).map((task) => [task.taskId, task.status]),
    errors: listOf(p.errorDetails).map(({ errorCode }) => errorCode),
  }),
  policy: ({ id, name, properties: p }) => ({
    id,
    name,
    protectedItems: p.protectedItemsCount ?? 0,
    hasRule: p.backupManagementType === 'AzureIaasVM',
    zone: p.backupManagementType === 'AzureIaasVM' ? (p.timeZone ?? 'UTC') : undefined,
  }),
  point: ({ id, name, properties: p }) => ({
    id,
    name,
    time: timeOf(p.recoveryPointTime),
    consistency: p.recoveryPointType,
    tiers: listOf(p.recoveryPointTierDetails)
      .filter(({ status }) => status === 'Valid' || status === 'Rehydrated')
      .map(({ type }) => type),
    forArchive: at(p, 'recoveryPointMoveReadinessInfo', 'ArchivedRP', 'isReadyForMove'),
  }),
  machine: ({ id, name, location, properties: p }) => ({
    id,
    name,
    location,
    osType: at(p, 'storageProfile', 'osDisk', 'osType'),
    resourceGroup: parseId(id)?.resourceGroup,
    disks: 1 + listOf(at(p, 'storageProfile', 'dataDisks')).length,
  }),
};

/** The product's client of an Azure that has nothing but these resources. */
function clientOf(told: readonly RecordedResource[], alone = false) {
  return connectionTo(
    new ScriptedAzure(({ path, url }) => {
      // What is asked for besides machines, and is not in the recordings: disks, power and classic machines.
      if (/\/disks$|\/Microsoft\.ClassicCompute\//i.test(path) || /statusOnly/i.test(url))
        return { body: { value: [] } };
      return { body: alone ? told[0] : { value: told } };
    }),
  );
}

/** The same resource from a service that is newer and spells otherwise: what it says of itself must not matter. */
function strange(told: RecordedResource): RecordedResource {
  const changed: RecordedResource = JSON.parse(JSON.stringify(told), (key, value: unknown) => {
    if (DISCRIMINATORS.has(key) && typeof value === 'string') return value.toLowerCase();
    if (typeof value !== 'object' || value === null || Array.isArray(value) || key === 'propertyBag' || key === 'tags')
      return value;
    return { ...value, memberOfTomorrow: { list: [1, null, { deep: true }] } };
  });
  return { ...changed, type: String(told.type).toUpperCase() };
}

const DISCRIMINATORS = new Set(['protectedItemType', 'jobType', 'objectType']);

function idOf([first]: readonly RecordedResource[]): string {
  return first?.id ?? assert.fail();
}

function vaultOf(told: readonly RecordedResource[]): string {
  return vaultIdOf(idOf(told)) ?? vaultId('s', 'g', 'v');
}

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}

function chosenOr(value: unknown, usual: string): unknown {
  return value === undefined || value === 'Invalid' ? usual : value;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

/** ms UTC, to the millisecond as the SDKs keep it. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? fromWireTime(value) : undefined;
  return time !== undefined && time > NEVER ? time : undefined;
}
