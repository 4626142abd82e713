import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineContext } from '../../../../src/engine/engineContext';
import { runCommandLine } from '../../../../src/engine/process/commandLine';
import { runEngineProcess } from '../../../../src/engine/process/engineProcess';

/** An engine process whose engine does nothing; `fake.json` in its data folder says what it pretends to do. */
interface Pretence {
  readonly runningJobs?: number;
  readonly protectedItems?: number;
  readonly buildFails?: string;
}

async function build({ dataFolder, log }: EngineContext) {
  const pretend = (): Pretence => {
    const file = join(dataFolder, 'fake.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  };
  const { buildFails } = pretend();
  if (buildFails) throw new Error(buildFails);
  const health = () => ({ runningJobs: pretend().runningJobs ?? 0, protectedItems: pretend().protectedItems ?? 0 });
  return {
    operations: [],
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    tenantId: '66666666-7777-8888-9999-000000000000',
    health,
    mustStay: () => {
      writeFileSync(join(dataFolder, 'asked'), ''); // the idle time is over
      return health().runningJobs + health().protectedItems > 0;
    },
    close: async () => {
      log.info('the engine was closed');
      writeFileSync(join(dataFolder, 'closed'), '');
    },
  };
}

/** As the engine's own: the start script of a service calls it by name. */
export async function start(argv: readonly string[]): Promise<void> {
  process.exit(await runCommandLine(argv, (options) => runEngineProcess({ ...options, build })));
}

if (require.main === module) void start(process.argv.slice(2));
