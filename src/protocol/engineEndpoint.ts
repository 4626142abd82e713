import * as z from 'zod';

/** Where a running engine says how it is reached; in the data folder, mode 0600. */
export const ENDPOINT_FILE = 'endpoint.json';

/** There while machines are backed up by schedule, also while no engine runs; in the data folder. */
export const WANTED_FILE = 'engine.wanted';

/** What the engine process writes on stderr, when the extension started it; in the data folder. */
export const ENGINE_LOG = 'engine.log';

/** Raised when clients and engines of different versions can no longer talk to each other. */
export const ENGINE_PROTOCOL = 1;

/** The engine's own resource: GET is its health, POST to `/stop` below it ends it. */
export const ENGINE_PATH = '/providers/VmBackup.Local/engine';

/** Sub-folder of the data folder with the versioned copies of the engine's bundle that engines run from. */
export const RUNTIME_FOLDER = 'runtime';

const endpointSchema = z.object({
  version: z.string(),
  protocol: z.number().int(),
  /** Unix domain socket or Windows pipe. */
  socket: z.string().min(1),
  /** Loopback TCP port, when one was asked for. */
  port: z.number().int().optional(),
  token: z.string().min(1),
  pid: z.number().int(),
  subscriptionId: z.string().min(1),
  /** ms UTC. */
  startedAt: z.number(),
});

/** How to reach a running engine. The token is a secret: never log an endpoint. */
export type EngineEndpoint = Readonly<z.infer<typeof endpointSchema>>;

/** @returns `undefined` for text that is no endpoint, which counts the same as no file at all */
export function parseEndpoint(text: string): EngineEndpoint | undefined {
  try {
    return endpointSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON
  }
}
