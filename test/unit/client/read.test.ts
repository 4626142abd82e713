import assert from 'node:assert/strict';
import type { JobResource, RecoveryPointResource } from '@azure/arm-recoveryservicesbackup';
import { readJob, readPoint } from '../../../src/client/read';

const tier = (type: string, status: string, extendedInfo?: object) => ({ type, status, extendedInfo });

function pointOf(properties: object) {
  const point = { id: 'p', properties: { objectType: 'IaasVMRecoveryPoint', ...properties } };
  return readPoint(JSON.parse(JSON.stringify(point)));
}

describe('what a window reads from Azure', () => {
  describe('on a computer that is not at UTC', () => {
    let zone: string | undefined;
    before(() => {
      zone = process.env.TZ;
      process.env.TZ = 'Asia/Taipei';
    });
    after(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });

    for (const expiryTime of ['2024-05-28T00:00:00.0000000', '2024-05-28T00:00:00Z']) {
      it(`has a recovery point expire at midnight UTC: ${expiryTime}`, () => {
        assert.equal(new Date(2024, 4, 28).getTimezoneOffset(), -480, 'the zone of this test is not UTC');
        const resource: RecoveryPointResource = {
          name: '1',
          properties: {
            objectType: 'IaasVMRecoveryPoint',
            recoveryPointProperties: { expiryTime, ruleName: 'On-Demand', isSoftDeleted: false },
          },
        };
        assert.equal(readPoint(resource).expiryTime, Date.UTC(2024, 4, 28));
      });
    }
  });

  it('is the same where the service spells the kind of a resource otherwise, for which the SDK makes no dates', () => {
    const job: JobResource = JSON.parse(
      '{"properties": {"jobType": "azureiaasvmjob", "entityFriendlyName": "web-01", "startTime": "2024-05-28T01:02:03Z"}}',
    );
    const { machineName, startTime } = readJob(job, 0);
    assert.deepEqual([machineName, startTime], ['web-01', Date.UTC(2024, 4, 28, 1, 2, 3)]);
  });

  it('has the container of a job’s machine where the service tells it: machines of one vault may share a name', () => {
    const properties = { jobType: 'AzureIaaSVMJob' as const, entityFriendlyName: 'web' };
    const containerName = 'iaasvmcontainerv2;rg2;web';
    assert.equal(readJob({ properties: { ...properties, containerName } }, 0).containerName, containerName);
    assert.ok(!('containerName' in readJob({ properties }, 0)));
  });

  it('leaves out properties of a job that the service does not know yet', () => {
    const propertyBag = JSON.parse('{"Job Type": "Replace disks", "Target VM Name": null}');
    const properties = { jobType: 'AzureIaaSVMJob' as const, extendedInfo: { propertyBag } };
    assert.deepEqual(readJob({ properties }, 0).properties, { 'Job Type': 'Replace disks' });
  });

  it('has the error of a job that only a sentence tells, and its errors where they have codes', () => {
    const dynamicErrorMessage = 'The snapshot took too long.';
    const told = { jobType: 'AzureIaaSVMJob' as const, status: 'Failed', extendedInfo: { dynamicErrorMessage } };
    const sentence = { code: 0, title: '', message: dynamicErrorMessage, recommendations: [] };
    assert.deepEqual(readJob({ properties: told }, 0).errors, [sentence]);
    const error = { errorCode: 1, errorTitle: 'T', errorString: 'S', recommendations: ['R'] };
    assert.deepEqual(readJob({ properties: { ...told, errorDetails: [error] } }, 0).errors, [
      { code: 1, title: 'T', message: 'S', recommendations: ['R'] },
    ]);
    assert.deepEqual(readJob({ properties: { ...told, extendedInfo: {} } }, 0).errors, []);
  });

  it('has of a point whether it can go to the archive, in the service’s words why not, and until when it is rehydrated', () => {
    const additionalInfo = "We're still determining if this Recovery Point can be moved..";
    const waiting = pointOf({
      recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false, additionalInfo } },
    });
    assert.deepEqual(waiting.archiving, { possible: false, reason: additionalInfo });
    assert.deepEqual(pointOf({ recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: true } } }).archiving, {
      possible: true,
    });
    assert.equal(pointOf({ recoveryPointMoveReadinessInfo: null }).archiving, undefined);
    const rehydrated = pointOf({
      recoveryPointTierDetails: [
        tier('HardenedRP', 'Deleted'),
        tier('ArchivedRP', 'Rehydrated', { RehydratedRPExpiryTime: '2020-12-21T22:48:25.4353958Z' }),
      ],
    });
    assert.deepEqual(rehydrated.tiers, ['ArchivedRP']);
    assert.deepEqual(rehydrated.rehydrated, { until: Date.UTC(2020, 11, 21, 22, 48, 25, 435) });
    assert.deepEqual(pointOf({ recoveryPointTierDetails: [tier('ArchivedRP', 'Rehydrated')] }).rehydrated, {});
  });
});
