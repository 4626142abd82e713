import { buildEngine } from './engine';
import { type EngineProcessOptions, runEngineProcess, type Serving } from './process/engineProcess';

export type ServeOptions = Omit<EngineProcessOptions, 'build'>;

/**
 * Serves a data folder: becomes its engine, or finds the one that runs already. The front door of the engine for the
 * command line and for `main.ts`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  return runEngineProcess({ ...options, build: buildEngine });
}
