import assert from 'node:assert/strict';
import { PANELS, type PanelName } from '../../src/messages/panelNames';
import { inBrowser } from './pages/inBrowser';
import { LOOKS } from './pages/looks';
import { accessibilityProblems, type OpenPlan, overflowX, screenshot } from './pages/openPage';
import { archivedRestore, azureRestore, restore } from './pages/restoreSamples';
import {
  allVaults,
  failedJob,
  failingJobsList,
  heldVault,
  impact,
  jobRows,
  jobsList,
  keepUntil,
  machine,
  newMachine,
  newPolicy,
  partialVault,
  restoredJob,
  runningJob,
  serviceJob,
  usedPolicy,
  vault,
} from './pages/samples';

/** The policy editor carries the domain's rules, its time zones and calendar arithmetic. */
const BUDGET_KB: Record<PanelName, number> = {
  job: 200,
  jobsList: 200,
  keepUntil: 200,
  machine: 200,
  policy: 300,
  restore: 200,
  vault: 200,
};
const SHOWN: Record<string, { panel: PanelName; plan: OpenPlan }> = {
  'job-running': { panel: 'job', plan: { snapshot: runningJob } },
  'job-failed': { panel: 'job', plan: { snapshot: failedJob } },
  'job-service': { panel: 'job', plan: { snapshot: serviceJob } },
  'job-restored': { panel: 'job', plan: { snapshot: restoredJob } },
  'jobs-list': { panel: 'jobsList', plan: { snapshot: jobsList, replies: { rows: { result: jobRows(100) } } } },
  'jobs-list-failing': {
    panel: 'jobsList',
    plan: { snapshot: failingJobsList, replies: { rows: { result: { ...jobRows(0), matching: 0 } } } },
  },
  'keep-until': { panel: 'keepUntil', plan: { snapshot: keepUntil } },
  machine: { panel: 'machine', plan: { snapshot: machine } },
  'machine-new': { panel: 'machine', plan: { snapshot: newMachine } },
  policy: { panel: 'policy', plan: { snapshot: newPolicy } },
  'policy-impact': { panel: 'policy', plan: { snapshot: usedPolicy, replies: { preview: { result: impact } } } },
  restore: { panel: 'restore', plan: { snapshot: restore } },
  'restore-archived': { panel: 'restore', plan: { snapshot: archivedRestore } },
  'restore-azure': { panel: 'restore', plan: { snapshot: azureRestore } },
  vault: { panel: 'vault', plan: { snapshot: vault } },
  'vault-all': { panel: 'vault', plan: { snapshot: allVaults } },
  'vault-held': { panel: 'vault', plan: { snapshot: heldVault } },
  'vault-partial': { panel: 'vault', plan: { snapshot: partialVault } },
};

describe('the pages in a browser', function () {
  this.timeout(60_000);
  const { scripts, open } = inBrowser();

  for (const [name, { panel, plan }] of Object.entries(SHOWN)) {
    for (const [lookName, look] of Object.entries(LOOKS)) {
      it(`${name}, ${lookName}: accessible, inside its window and its content security policy`, async () => {
        const opened = await open(panel, plan, look);
        await screenshot(opened.page, `${name}-${lookName}`);
        assert.deepEqual(await accessibilityProblems(opened.page), []);
        assert.equal(await overflowX(opened.page), 0);
        assert.deepEqual(await opened.problems(), []);
      });
    }
  }

  for (const panel of PANELS) {
    it(`${panel}: its bundle stays small`, () => {
      const kilobytes = (scripts.get(panel)?.length ?? 0) / 1024;
      assert.ok(kilobytes > 0 && kilobytes < BUDGET_KB[panel], `${kilobytes.toFixed(0)} KB`);
    });
  }
});
