import type { ArmReply, ArmRequest, Operation } from '../operation';
import { param, SUBSCRIPTION } from './params';

/** Operations of a provider other than backup. Their work is done before they are answered, so every poll finds the end. */
const OPERATIONS = ':provider/locations/:location/operations/:operation';
const DONE = 'done';

/** The answer to the deletion of a resource of `type` that was there: ARM's long-running form, over already. */
export function deleted(request: ArmRequest, type: string): ArmReply {
  const [provider = ''] = type.split('/');
  const operation = `/subscriptions/${param(request, 'sub')}/providers/${provider}/locations/local/operations/${DONE}`;
  const link = `${request.origin}${operation}?api-version=${request.apiVersion}`;
  return {
    status: 202,
    headers: { 'Azure-AsyncOperation': link, Location: `${link}&monitor=true`, 'Retry-After': '0' },
  };
}

/** @param now ms UTC */
export function deletionRoutes(now: () => number): Operation[] {
  return [
    {
      method: 'GET',
      path: `${SUBSCRIPTION}/providers/${OPERATIONS}`,
      handle: (request) => {
        if (request.query.monitor === 'true') return { status: 200 };
        const time = new Date(now()).toISOString();
        return { status: 200, body: { name: DONE, status: 'Succeeded', startTime: time, endTime: time } };
      },
    },
  ];
}
