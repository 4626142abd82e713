import assert from 'node:assert/strict';
import type { JobRecord } from '../../../src/engine/catalog/records';
import { presentJob } from '../../../src/engine/http/present/job';
import { wireEra } from '../../../src/engine/http/present/wireEra';
import { START } from '../../support/engineWorld';

const RESTORE: JobRecord = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/backupJobs/j',
  vaultKey: '',
  itemKey: '',
  containerName: 'IaasVMContainer;iaasvmcontainerv2;g;web',
  machineName: 'web',
  operation: 'Restore',
  status: 'InProgress',
  startTime: START,
  activityId: '',
  userTriggered: true,
  tasks: [{ name: 'Transfer data from vault', status: 'InProgress' }],
  properties: {},
  errors: [],
  statistics: {
    phase: 'Restore',
    phases: [],
    totalBytes: 0,
    readBytes: 0,
    newBytes: 0,
    storedBytes: 0,
    skippedBytes: 0,
    samples: [],
    log: [],
    files: [],
  },
};

const messageOf = (details: object) => ('dynamicErrorMessage' in details ? details.dynamicErrorMessage : undefined);

const detailsAt = (version: string, status: JobRecord['status'] = 'InProgress') => {
  const job = presentJob({ ...RESTORE, status }, START, { era: wireEra(version), extended: true });
  const details = 'extendedInfo' in job.properties ? job.properties.extendedInfo : undefined;
  assert.ok(details);
  return details;
};

const types = (version: string) =>
  detailsAt(version).tasksList.map((task) => ('taskType' in task ? task.taskType : undefined));

/** Recorded: members of a job's details that only some api-versions have. */
describe('details of a restore job', () => {
  it('have the type of their tasks since 2024', () => {
    assert.deepEqual(types('2024-04-01'), ['Normal']);
    assert.deepEqual(types('2023-04-01'), [undefined]);
    assert.deepEqual(types('2017-07-01'), [undefined]);
  });

  it('have an empty dynamicErrorMessage while at work, in 2017 and again since 2024', () => {
    const messages = ['2017-07-01', '2019-06-15', '2021-01-01', '2023-04-01', '2024-04-01'].map((version) =>
      messageOf(detailsAt(version)),
    );
    assert.deepEqual(messages, ['', undefined, undefined, undefined, '']);
    assert.equal(messageOf(detailsAt('2024-04-01', 'Completed')), undefined);
  });
});
