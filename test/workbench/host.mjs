// Runs the host level: in code-server, or with VMBACKUP_TEST_DESKTOP=1 in a desktop VS Code that is downloaded.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { out, root } from './paths.mjs';

const report = join(out, 'host-report.txt');
const workspace = join(out, 'host-workspace');
mkdirSync(workspace, { recursive: true });
rmSync(report, { force: true });

try {
  await runTests({
    ...(process.env.VMBACKUP_TEST_DESKTOP ? {} : { vscodeExecutablePath: join(root, 'test/workbench/code.mjs') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'test/workbench/suite.cjs'),
    extensionTestsEnv: { VMBACKUP_HOST_REPORT: report },
    launchArgs: [workspace],
    stdout: process.stderr, // the report is what belongs on stdout
  });
} catch (error) {
  process.exitCode = 1;
  console.error(error.message);
}
console.log(existsSync(report) ? readFileSync(report, 'utf8') : `no report; see ${out}`);
