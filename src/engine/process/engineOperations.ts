import { appError } from '../../domain/errorCatalogue';
import { ENGINE_PATH } from '../../protocol/engineEndpoint';
import type { EngineActivity } from '../engineContext';
import type { Operation } from '../http/operation';

interface EngineFacts {
  readonly version: string;
  readonly dataFolder: string;
  /** Whether the system runs it for the user's session. */
  readonly service: boolean;
  /** ms UTC. */
  readonly startedAt: number;
  readonly activity: () => EngineActivity;
  /** Begins to stop once the answer is on its way. */
  readonly stop: () => void;
}

/** The process's own operations: its health, and its end. */
export function engineOperations({
  version,
  dataFolder,
  service,
  startedAt,
  activity,
  stop,
}: EngineFacts): Operation[] {
  return [
    {
      method: 'GET',
      path: ENGINE_PATH,
      handle: () => ({
        status: 200,
        body: { version, pid: process.pid, dataFolder, node: process.version, service, startedAt, ...activity() },
      }),
    },
    {
      method: 'POST',
      path: `${ENGINE_PATH}/stop`,
      handle: ({ body }) => {
        const { runningJobs } = activity();
        if (runningJobs > 0 && asksOnlyWhenIdle(body)) {
          throw appError('EngineBusy', { count: runningJobs });
        }
        stop();
        return { status: 202 };
      },
    },
  ];
}

/** `{"onlyWhenIdle": true}`: a newer version wants to take over, which must not interrupt a job. */
function asksOnlyWhenIdle(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'onlyWhenIdle' in body && body.onlyWhenIdle === true;
}
