import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Debian's azure-cli 2.45.0 asks for compute 2022-11-01, which its own packaged SDK does not have. This runs it with the
 * newest version that is there; nothing on disk changes.
 */
const WITH_COMPUTE_THAT_IT_HAS = `
import runpy, sys
from azure.cli.core.profiles import _shared
versions = _shared.AZURE_API_PROFILES["latest"][_shared.ResourceType.MGMT_COMPUTE].profile
versions.update({group: "2022-08-01" for group, version in versions.items() if version == "2022-11-01"})
sys.argv[0] = "az"
runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
`;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Azure CLI with a configuration of its own. Whatever is not on loopback fails at once. */
export class AzureCli {
  readonly #env: NodeJS.ProcessEnv;

  /** @param trusted file with the certificate authority to trust (PEM) */
  constructor(folder: string, trusted: string) {
    this.#env = {
      ...process.env,
      AZURE_CONFIG_DIR: join(folder, 'az'),
      AZURE_CORE_COLLECT_TELEMETRY: 'no',
      REQUESTS_CA_BUNDLE: trusted,
      NO_PROXY: 'localhost',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
    };
  }

  /** Runs a command; its arguments are words, with one more for each value that may hold spaces. */
  async try(command: string, ...values: readonly string[]): Promise<Answer> {
    const args = ['-c', WITH_COMPUTE_THAT_IT_HAS, ...command.split(' '), ...values, '--only-show-errors', '-o', 'json'];
    const child = spawn('/usr/bin/python3', args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.#env });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: Number(code), stdout, stderr };
  }

  /** Runs a command that must succeed. @returns what it printed, parsed; `undefined` for nothing */
  async run(command: string, ...values: readonly string[]) {
    const { code, stdout, stderr } = await this.try(command, ...values);
    if (code !== 0) throw new Error(`az ${command} ended with ${code}: ${stderr}${stdout}`);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }
}
