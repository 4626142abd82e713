// What the extension host loads as `extensionTestsPath`: runs test bundles with mocha, those of VMBACKUP_TEST_FILES.
const { appendFileSync } = require('node:fs');
const { delimiter, join } = require('node:path');
const { format } = require('node:util');
const Mocha = require('mocha');

/** Called by the extension host; rejects if a test fails. */
exports.run = async function run() {
  const report = process.env.VMBACKUP_HOST_REPORT;
  if (report) {
    // The extension host's console is mixed with VS Code's own messages, so the report goes to a file.
    Mocha.reporters.Base.consoleLog = (...args) => appendFileSync(report, `${format(...args)}\n`);
  }
  const mocha = new Mocha({
    reporter: join(__dirname, '../../scripts/test-reporter.cjs'),
    timeout: Number(process.env.VMBACKUP_TEST_TIMEOUT ?? 30_000),
    color: false,
    grep: process.env.VMBACKUP_TEST_GREP,
  });
  for (const file of process.env.VMBACKUP_TEST_FILES.split(delimiter)) mocha.addFile(file);
  const failures = await new Promise((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} test(s) failed`);
};
