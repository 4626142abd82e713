// Replays recorded Azure traffic against the engine: `npm run conformance [-- --corpus DIR] [--json]`.
import { pathToFileURL } from 'node:url';
import { buildConformanceRunner } from './build.mjs';

await import(pathToFileURL(await buildConformanceRunner()).href);
