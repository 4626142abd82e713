import * as z from 'zod';
import { restoreRequest } from './requests';

/** Requests to a vault's second region, which has no vaults of its own (SPEC §1.11 "CrossRegionRestore"). */

/** For whom an access token is asked: what `backupAadProperties` of the second region says. */
export const accessTokenRequest = z.object({
  properties: z
    .object({
      tenantId: z.string().optional(),
      audience: z.string().optional(),
      servicePrincipalObjectId: z.string().optional(),
    })
    .optional(),
});

/** The access details are those that the recovery point gave out; only the token in them counts. */
export const crossRegionRestoreRequest = z.object({
  crossRegionRestoreAccessDetails: z.object({ accessTokenString: z.string() }),
  restoreRequest: restoreRequest.shape.properties,
});

export const crrJobRequest = z.object({ resourceId: z.string(), jobName: z.string() });
export const crrJobsRequest = z.object({ resourceId: z.string() });
