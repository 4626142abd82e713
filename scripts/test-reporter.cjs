const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/**
 * Mocha's spec report, and the counts as JSON in the file that VMBACKUP_TEST_RESULT names.
 * The counts are written after every test: `done` is missing if the process ends early.
 */
module.exports = class CountingSpec extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.VMBACKUP_TEST_RESULT;
    const counts = { passed: 0, failed: 0, pending: 0, done: false };
    const count = (event, name) =>
      runner.on(event, () => {
        counts[name]++;
        writeFileSync(file, JSON.stringify(counts));
      });
    if (!file) return;
    count(EVENT_TEST_PASS, 'passed');
    count(EVENT_TEST_FAIL, 'failed');
    count(EVENT_TEST_PENDING, 'pending');
    runner.on(EVENT_RUN_END, () => writeFileSync(file, JSON.stringify({ ...counts, done: true })));
  }
};
