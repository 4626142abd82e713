import { join } from 'node:path';
import { build } from 'esbuild';
import { VERSION } from '../../../src/protocol/version';
import { Engines } from '../../engine/process/support/engines';

/** Real engine processes of this source, in a folder of their own; nothing is left after `close()`. */
export class RealEngines extends Engines {
  /** Bundles the engine as the product does. @returns the folder of the bundles */
  async bundleEngine(): Promise<string> {
    const folder = join(this.root, 'dist');
    await build({
      entryPoints: { engine: join('src', 'engine', 'main.ts'), 'engine-worker': join('src', 'engine', 'worker.ts') },
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      loader: { '.zst': 'binary' },
      define: { __VERSION__: JSON.stringify(VERSION) },
      logLevel: 'warning',
    });
    return folder;
  }
}
