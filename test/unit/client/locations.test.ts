import assert from 'node:assert/strict';
import { connectionTo, ScriptedAzure } from '../../support/scriptedAzure';

describe('locations', () => {
  it('are the regions that something can be put in: those that are only groups of regions are left out', async () => {
    const connection = connectionTo(
      new ScriptedAzure(() => ({
        body: {
          value: [
            {
              name: 'eastus',
              displayName: 'East US',
              metadata: { regionType: 'Physical', pairedRegion: [{ name: 'westus' }] },
            },
            { name: 'europe', displayName: 'Europe', metadata: { regionType: 'Logical' } },
            { name: 'stack', displayName: 'A cloud that does not tell' },
          ],
        },
      })),
    );
    assert.deepEqual(await connection.locations(), [
      { name: 'eastus', displayName: 'East US', pairedWith: 'westus' },
      { name: 'stack', displayName: 'A cloud that does not tell', pairedWith: undefined },
    ]);
  });
});
