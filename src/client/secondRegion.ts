import type { JobResource, RecoveryPointResource } from '@azure/arm-recoveryservicesbackup';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as z from 'zod';
import type { Job, RecoveryPoint } from '../domain/views';
import { parseId, secondRegionJobId, vaultIdOf } from '../protocol/ids';
import { fromWireTime } from '../protocol/time';
import type { SecondRegionJob } from './advanced';
import type { ArmClients } from './armClients';
import { toAppError } from './armErrors';
import type { CallOptions, RestoreInput } from './connection';
import { badId, vaultNames } from './idNames';
import { rawCall } from './rawCall';
import { readJob, readPoint } from './read';
import { restoreRequestOf } from './restores';
import { runToEnd } from './waiting';

/** A vault's second region is asked in this api-version only, which no SDK of ours has: in any other, the first region answers. */
export const SECOND_REGION_VERSION = '2021-11-15';
const TIMES = new Set(['startTime', 'endTime', 'recoveryPointTime']);

type Backup = ArmClients['backup'];

const members = z.record(z.string(), z.unknown());
const withProperties = z.object({ properties: members });
const list = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

/** The points of an item that the second region has. */
export async function secondRegionPoints(
  backup: Backup,
  itemId: string,
  options: CallOptions,
): Promise<RecoveryPoint[]> {
  const all: RecoveryPoint[] = [];
  let next: string | null | undefined = addressOf(backup, `${itemId}/recoveryPoints/`);
  while (next) {
    const page: z.infer<typeof list> = await rawCall(backup, list, { method: 'GET', url: next }, options);
    all.push(...page.value.map((point) => readPoint(sdkPoint(point))));
    next = page.nextLink;
  }
  return all;
}

/**
 * Restores in the second region: whom to trust is asked there, the vault's region gives a token for that, and the second region
 * takes it. @returns the name of the job there
 */
export async function restoreInSecondRegion(
  backup: Backup,
  input: RestoreInput,
  options: CallOptions,
): Promise<string | undefined> {
  const region = regionOf(input.pointId, input.location);
  const trusted = { method: 'GET', url: addressOf(backup, `${region}/backupAadProperties`) } as const;
  const { properties } = await rawCall(backup, withProperties, trusted, options);
  const wanted = {
    method: 'POST',
    url: addressOf(backup, `${input.pointId}/accessToken`),
    body: { properties },
  } as const;
  const access = await rawCall(backup, withProperties, wanted, options);
  const body = { crossRegionRestoreAccessDetails: access.properties, restoreRequest: restoreRequestOf(input) };
  const secondRegion = { vaultId: vaultIdOf(input.pointId) ?? '', location: input.location };
  const told = await runToEnd(backup, { ...options, secondRegion }, async (onResponse) => {
    const response = await backup.sendRequest(
      createPipelineRequest({
        url: addressOf(backup, `${region}/backupCrossRegionRestore`),
        method: 'POST',
        headers: createHttpHeaders({ 'Content-Type': 'application/json' }),
        body: JSON.stringify(body),
        abortSignal: options.signal,
      }),
    );
    if (response.status >= 400) throw toAppError(Object.assign(new Error(`HTTP ${response.status}`), { response }));
    onResponse(response);
  });
  return z.object({ jobId: z.string() }).safeParse(told).data?.jobId;
}

/** A job of a second region, which is asked for by the vault that it is of. @param now ms UTC */
export async function secondRegionJob(
  backup: Backup,
  { vaultId, location, name }: SecondRegionJob,
  { now, ...options }: CallOptions & { readonly now: number },
): Promise<Job> {
  const url = addressOf(backup, `${regionOf(vaultId, location)}/backupCrrJob`);
  vaultNames(vaultId);
  const body = { resourceId: vaultId, jobName: name };
  const job = await rawCall(backup, z.unknown(), { method: 'POST', url, body }, options);
  // No operation is known that cancels it.
  return { ...readJob(sdkJob(job), now), id: secondRegionJobId(vaultId, location, name), vaultId, cancellable: false };
}

function regionOf(id: string, location: string): string {
  const subscriptionId = parseId(id)?.subscriptionId;
  if (subscriptionId === undefined) throw badId(id);
  return `/subscriptions/${subscriptionId}/providers/Microsoft.RecoveryServices/locations/${location}`;
}

function addressOf({ $host }: Backup, path: string): string {
  return `${$host}${path}?api-version=${SECOND_REGION_VERSION}`;
}

/** Answers in the form that the SDK would give them: the wire's members, with dates for times. */
function sdkPoint(answer: unknown): RecoveryPointResource {
  return JSON.parse(JSON.stringify(answer), withDates);
}

function sdkJob(answer: unknown): JobResource {
  return JSON.parse(JSON.stringify(answer), withDates);
}

function withDates(key: string, value: unknown): unknown {
  const time = TIMES.has(key) && typeof value === 'string' ? fromWireTime(value) : undefined;
  return time === undefined ? value : new Date(time);
}
