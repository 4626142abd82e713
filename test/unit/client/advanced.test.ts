import assert from 'node:assert/strict';
import type { StartedOperation } from '../../../src/client/connection';
import { type Answer, connectionTo, ENDPOINT, ScriptedAzure, SUBSCRIPTION_ID } from '../../support/scriptedAzure';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod`;
const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/rsv`;
const NAME = 'iaasvmcontainerv2;prod;web';
const ITEM = `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${NAME}/protectedItems/VM;${NAME}`;
const POINT = `${ITEM}/recoveryPoints/1`;
const FILES = { pointId: POINT, machineId: `${GROUP}/providers/Microsoft.Compute/virtualMachines/web` };
const STARTED: Answer = {
  status: 202,
  headers: { 'Azure-AsyncOperation': `${ENDPOINT}${VAULT}/backupOperations/1?api-version=2023-06-01` },
};
/** As Azure builds it: machine, region and time, an id of 32 digits, then 15 of password, then more. */
const suffix = (password: string) => `web_we1_637_${'0'.repeat(32)}${password}abc`;

function advanced(...answers: Answer[]) {
  const azure = new ScriptedAzure(() => answers.shift() ?? {});
  return { azure, actions: connectionTo(azure, { delay: async () => undefined }).advanced };
}

/** A row of a vault's usages. */
const row = (value: string, currentValue: number, unit = 'Bytes') => ({
  unit,
  currentValue,
  limit: -1,
  name: { value },
});

describe('advanced actions on Azure', () => {
  it('file recovery gives a script for each system, with its password and without it in the name', async () => {
    const clientScripts = [
      {
        osType: 'Linux',
        scriptContent: btoa('#!/bin/sh\n'),
        scriptExtension: '.py',
        scriptNameSuffix: suffix('secret-password'),
      },
      {
        osType: 'Windows',
        url: 'https://x.example/ilr.exe',
        scriptExtension: '.exe',
        scriptNameSuffix: suffix('another-secret!'),
      },
      { osType: 'Linux', scriptContent: btoa('x'), scriptNameSuffix: 'short' },
    ];
    const properties = { objectType: 'OperationStatusProvisionILRExtendedInfo', recoveryTarget: { clientScripts } };
    const { actions } = advanced(STARTED, { body: { status: 'Succeeded', properties } });
    const [linux, windows, ...more] = await actions.openFileRecovery(FILES);
    const fileName = `web_we1_637_${'0'.repeat(32)}abc`;
    assert.deepEqual(linux, {
      system: 'Linux',
      fileName: `${fileName}.py`,
      password: 'secret-password',
      content: { bytes: new Uint8Array(Buffer.from('#!/bin/sh\n')) },
    });
    assert.deepEqual(windows, {
      system: 'Windows',
      fileName: `${fileName}.exe`,
      password: 'another-secret!',
      content: { url: 'https://x.example/ilr.exe' },
    });
    assert.deepEqual(more, []);
  });

  it('registered servers are the containers of each kind that is registered by hand, and backup servers', async () => {
    const azure = new ScriptedAzure(({ url }) => {
      if (url.includes('/backupEngines'))
        return { body: { value: [{ name: 'dpm-01', properties: { backupEngineType: 'DpmBackupEngine' } }] } };
      return url.includes('MAB')
        ? { body: { value: [{ name: 'Windows;srv', properties: { containerType: 'Windows', friendlyName: 'srv' } }] } }
        : { body: { value: [] } };
    });
    const { advanced: actions } = connectionTo(azure, { delay: async () => undefined });
    assert.deepEqual(await actions.registeredServers(VAULT), ['srv', 'dpm-01']);
    const filters = azure.sent.flatMap(({ url }) => new URL(url).searchParams.get('$filter') ?? []);
    assert.deepEqual(filters.toSorted(), [
      "backupManagementType eq 'AzureStorage' and status eq 'Registered'",
      "backupManagementType eq 'AzureWorkload' and status eq 'Registered'",
      "backupManagementType eq 'MAB' and status eq 'Registered'",
    ]);
  });

  it('usages tell the protected instances and what is stored, of no redundancy that they have no row for', async () => {
    const rows = [row('ManagedInstances', 6, 'Count'), row('GRSStorageUsage', 30), row('LRSStorageUsage', 12)];
    const others = [row('LRSDedupStorageUsage', 5), row('UsedDiskSize', 7)];
    const { azure, actions } = advanced(
      { body: { value: [...rows, ...others] } },
      { body: { value: [rows[0], row('LRSStorageUsage', 0)] } },
    );
    assert.deepEqual(await actions.vaultUsages(VAULT), { protectedInstances: 6, storedBytes: 42 });
    assert.deepEqual(await actions.vaultUsages(VAULT), { protectedInstances: 6 });
    assert.match(azure.sent[0]?.path ?? '', /\/vaults\/rsv\/usages/);
  });

  it('file recovery without a script that can be run is a failure', async () => {
    const { actions } = advanced(STARTED, { body: { status: 'Succeeded', properties: {} } });
    await assert.rejects(actions.openFileRecovery(FILES), { code: 'FileRecoveryUnclear' });
  });

  it('a point moves from the vault to the archive by a job', async () => {
    const done: Answer = { body: { status: 'Succeeded', properties: { jobId: 'move-1' } } };
    const { azure, actions } = advanced(STARTED, done, done);
    assert.equal(await actions.archivePoint(POINT), `${VAULT}/backupJobs/move-1`);
    const [move] = azure.sent;
    assert.match(move?.path ?? '', /\/recoveryPoints\/1\/move$/);
    assert.deepEqual(JSON.parse(move?.body ?? ''), {
      objectType: 'MoveRPAcrossTiersRequest',
      sourceTierType: 'HardenedRP',
      targetTierType: 'ArchivedRP',
    });
  });

  it('a restore from the archive asks for the rehydration that the published example asks for', async () => {
    const done: Answer = { body: { status: 'Succeeded', properties: { jobId: 'restore-1' } } };
    const answers = [STARTED, done, done];
    const azure = new ScriptedAzure(() => answers.shift() ?? {});
    const storageAccountId = `${GROUP}/providers/Microsoft.Storage/storageAccounts/staging`;
    const job = await connectionTo(azure, { delay: async () => undefined }).restore({
      ...FILES,
      location: 'southeastasia',
      target: { kind: 'disks', storageAccountId },
      rehydration: { days: 10, priority: 'Standard' },
    });
    assert.equal(job, `${VAULT}/backupJobs/restore-1`);
    const [sent] = azure.sent;
    assert.match(sent?.path ?? '', /\/recoveryPoints\/1\/restore$/);
    assert.deepEqual(JSON.parse(sent?.body ?? ''), {
      properties: {
        objectType: 'IaasVMRestoreWithRehydrationRequest',
        recoveryPointId: '1',
        recoveryType: 'RestoreDisks',
        sourceResourceId: FILES.machineId,
        storageAccountId,
        region: 'southeastasia',
        createNewCloudService: false,
        originalStorageAccountOption: false,
        encryptionDetails: { encryptionEnabled: false },
        recoveryPointRehydrationInfo: { rehydrationRetentionDuration: 'P10D', rehydrationPriority: 'Standard' },
      },
    });
  });

  it('a restore in the second region tells where its job runs, so that another window can follow it', async () => {
    const access = { body: { properties: { objectType: 'CrrAccessToken' } } };
    const operation = `${ENDPOINT}/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.RecoveryServices/locations/westus/backupCrrOperationsStatus/1`;
    const begun: Answer = { status: 202, headers: { 'Azure-AsyncOperation': operation } };
    const done: Answer = { body: { status: 'Succeeded', properties: { jobId: 'crr-1' } } };
    const job: Answer = {
      body: {
        id: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.RecoveryServices/locations/westus/backupJobs/crr-1`,
        name: 'crr-1',
        properties: { jobType: 'AzureIaaSVMJob', actionsInfo: ['Cancellable'], status: 'InProgress' },
      },
    };
    const answers = [access, access, begun, done, done, job];
    const azure = new ScriptedAzure(() => answers.shift() ?? {});
    const client = connectionTo(azure, { delay: async () => undefined });
    const told: StartedOperation[] = [];
    const target = { kind: 'disks', storageAccountId: 's', resourceGroupId: GROUP } as const;
    const name = await client.advanced.restoreInSecondRegion(
      { ...FILES, location: 'westus', target },
      { onOperation: (one) => void told.push(one) },
    );
    const secondRegion = { vaultId: VAULT, location: 'westus' };
    assert.deepEqual([name, told[0]?.url, told[0]?.secondRegion], ['crr-1', operation, secondRegion]);
    const id = await client.followOperation(operation, { secondRegion });
    assert.equal(id, `${VAULT}/secondRegions/westus/backupJobs/crr-1`);
    const shown = await client.job(id);
    assert.deepEqual([shown.id, shown.vaultId, shown.status, shown.cancellable], [id, VAULT, 'InProgress', false]);
    const last = azure.sent.at(-1);
    assert.match(last?.path ?? '', /\/locations\/westus\/backupCrrJob$/);
    assert.deepEqual(JSON.parse(last?.body ?? ''), { resourceId: VAULT, jobName: 'crr-1' });
  });
});
