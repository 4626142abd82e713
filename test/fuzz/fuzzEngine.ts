import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { engineEnvironment, NODE_ARGUMENTS } from '../../src/client/local/engineEnvironment';
import { Catalog } from '../../src/engine/catalog/catalog';
import { announced, type Engines } from '../engine/process/support/engines';
import { EngineWorld } from '../support/engineWorld';
import { type FuzzResult, fuzz } from './fuzz';
import { MemoryProbe } from './restingMemory';
import { swaggerTargets, type Target } from './swagger';
import { FuzzWorld } from './world';

/** The API's description files, where they lie beside the repository. */
const SWAGGER = join('..', 'shared', 'spec', 'swagger');
/** What the engine holds may grow by this factor from a tenth of the requests to all of them… */
const MOST_GROWTH = 1.2;
/** …when a tenth is enough for everything to have been compiled and cached once. */
const WARM_AFTER = 10_000;

export interface EngineFuzz {
  readonly requests: number;
  readonly seed: number;
  readonly report?: (line: string) => void;
}

/** What a fuzzed engine did, and each sentence of what it should not have done. */
export interface FuzzReport extends FuzzResult {
  readonly targets: number;
  readonly problems: readonly string[];
}

/** Starts an engine, fuzzes it, stops it, and looks at what it left. @param bundle the folder of its script */
export async function fuzzEngine(engines: Engines, bundle: string, options: EngineFuzz): Promise<FuzzReport> {
  const targets = [...(await ownTargets()), ...swaggerTargets(SWAGGER)];
  const dataFolder = engines.dataFolder();
  const probe = new MemoryProbe(engines.root);
  engines.launch = { args: [...NODE_ARGUMENTS, ...probe.args], env: engineEnvironment(process.env) };
  const run = engines.run(bundle, '--data', dataFolder);
  const { endpoint = '', token = '', subscriptionId = '' } = await announced(run);
  const world = new FuzzWorld(subscriptionId, engines.root);
  const { pid = 0 } = run.child;
  const measure = options.requests / 10 >= WARM_AFTER ? async () => probe.measure(pid) : undefined;
  const result = await fuzz({ ...options, world, targets, socket: endpoint, token, pid, measure });
  run.child.kill('SIGTERM');
  const code = await run.code;
  const problems = [
    ...result.failures,
    ...(code === 0 ? [] : [`The engine ended with ${code}.`]),
    ...(/unhandled|uncaught/i.test(run.output.stderr) ? [`The engine's log: ${run.output.stderr.slice(-2000)}`] : []),
    ...growthProblems(result),
    ...catalogProblems(join(dataFolder, 'catalog.db')).map((problem) => `The catalog: ${problem}`),
  ];
  return { ...result, targets: targets.length, problems };
}

function growthProblems({ memory }: FuzzResult): string[] {
  if (!memory) return [];
  const { early, late } = memory;
  const grown = { 'living objects': late.heap / early.heap, 'resident memory': late.resident / early.resident };
  return Object.entries(grown)
    .filter(([, factor]) => factor > MOST_GROWTH)
    .map(([what, factor]) => `The engine's ${what} grew ${factor.toFixed(2)} ×.`);
}

/** The engine's own table of operations, without the sample lab, which writes whole disks. */
async function ownTargets(): Promise<Target[]> {
  const world = await EngineWorld.create();
  try {
    return world.engine.operations
      .filter(({ path }) => !path.includes('/lab/'))
      .map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }));
  } finally {
    await world.close();
  }
}

function catalogProblems(file: string): string[] {
  if (!existsSync(file)) return ['it is gone'];
  const catalog = new Catalog(new DatabaseSync(file));
  try {
    return catalog.check();
  } finally {
    catalog.close();
  }
}
