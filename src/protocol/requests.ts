import * as z from 'zod';
import { guardRequests } from './vaultRequests';

/** Request bodies as clients send them. Unknown members are dropped, as ARM ignores them. */

const tags = z.record(z.string(), z.string()).optional();

export const groupRequest = z.object({ location: z.string().min(1), tags });

export const storageAccountRequest = z.object({
  location: z.string().min(1),
  tags,
  sku: z.object({ name: z.string() }).optional(),
  kind: z.string().optional(),
});

/** Also change of policy (other `policyId`). Stopping, undelete and disk exclusion are told apart by their members. */
export const protectRequest = z.object({
  properties: z.object({
    protectedItemType: z.string().optional(),
    sourceResourceId: z.string().optional(),
    policyId: z.string().optional(),
    protectionState: z.string().optional(),
    isRehydrate: z.boolean().optional(),
    resourceGuardOperationRequests: guardRequests,
    extendedProperties: z
      .object({
        diskExclusionProperties: z
          .object({ diskLunList: z.array(z.number().int().min(0)), isInclusionList: z.boolean() })
          .nullish(),
      })
      .nullish(),
  }),
});

export type ProtectRequest = z.infer<typeof protectRequest>['properties'];

export const backupRequest = z.object({
  properties: z
    .object({
      objectType: z.string().optional(),
      recoveryPointExpiryTimeInUTC: z.iso.datetime({ offset: true }).optional(),
    })
    .optional(),
});

export const restoreRequest = z.object({
  properties: z.object({
    objectType: z.string(),
    recoveryPointId: z.string().optional(),
    recoveryType: z.string(),
    sourceResourceId: z.string().optional(),
    targetResourceGroupId: z.string().optional(),
    storageAccountId: z.string().optional(),
    /** Instead of `storageAccountId`, when the vault's identity writes there. */
    identityBasedRestoreDetails: z.object({ targetStorageAccountId: z.string().optional() }).nullish(),
    restoreDiskLunList: z.array(z.number().int()).nullish(),
    targetVirtualMachineId: z.string().nullish(),
    virtualNetworkId: z.string().nullish(),
  }),
});
export type RestoreRequest = z.infer<typeof restoreRequest>['properties'];

export const validateRestoreRequest = z.object({
  id: z.string(),
  properties: z.object({ objectType: z.string(), restoreRequest: restoreRequest.shape.properties }),
});
