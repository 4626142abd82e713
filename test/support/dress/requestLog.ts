const HOUR = 3_600_000;

/** One request, as far as a log may know it: no token, no body. */
export interface LoggedRequest {
  /** ms UTC by the world's clock. */
  readonly time: number;
  readonly method: string;
  /** Class of paths, for example `Microsoft.RecoveryServices/vaults/backupJobs/read`. */
  readonly action: string;
  readonly subscription: string | undefined;
  /** Lower-cased id of the vault whose limit the request counts for. */
  readonly vault: string | undefined;
  readonly status: number;
}

/** What ARM calls the action of a request: the types on its path, then what is done. */
export function actionOf(method: string, path: string): string {
  const doing = { GET: 'read', HEAD: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' }[method] ?? 'action';
  const provider = path.lastIndexOf('/providers/');
  if (provider === -1) {
    const types = path.split('/').filter((_, i) => i % 2 === 1);
    return [...types, doing].join('/');
  }
  const [namespace = '', ...parts] = path.slice(provider + '/providers/'.length).split('/');
  return [namespace, ...parts.filter((_, i) => i % 2 === 0), doing].join('/');
}

/** Lower-cased id of the vault that a path leads into, but not to. */
export function vaultBelow(path: string): string | undefined {
  return /^(.*\/providers\/Microsoft\.RecoveryServices\/vaults\/[^/]+)\/./i.exec(path)?.[1]?.toLowerCase();
}

/** Every request that the dressed Azure answered, in order. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.requests.push(request);
  }

  /** Reads of one vault and action that were let through since a moment (ms UTC). */
  readsSince(since: number, { vault, action }: { vault: string; action: string }): LoggedRequest[] {
    return this.requests.filter(
      (one) => one.time > since && one.vault === vault && one.action === action && one.status !== 429,
    );
  }

  /** The most reads within any hour, by vault and action: `<vault id> <action>`. */
  mostReadsPerHour(): Map<string, number> {
    const times = new Map<string, number[]>();
    for (const { vault, action, time } of this.requests) {
      if (vault === undefined || !action.endsWith('/read')) continue;
      const key = `${vault} ${action}`;
      const all = times.get(key) ?? [];
      all.push(time);
      times.set(key, all);
    }
    return new Map(Array.from(times, ([key, all]) => [key, mostWithin(all, HOUR)]));
  }
}

/** The most of some moments, in order, that lie within a time. */
function mostWithin(times: readonly number[], span: number): number {
  let first = 0;
  let most = 0;
  for (const [i, time] of times.entries()) {
    while ((times[first] ?? time) <= time - span) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
