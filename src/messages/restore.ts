import * as z from 'zod/mini';
import { REHYDRATION_PRIORITIES } from '../domain/archiveTier';
import { pointRowSchema } from './machine';
import { panelProtocol } from './protocol';
import { STATE_KINDS } from './stateKind';

/** What may become of the disks of a recovery point. */
export const RESTORE_TARGETS = ['disks', 'newMachine', 'replaceDisks'] as const;
export type RestoreTargetKind = (typeof RESTORE_TARGETS)[number];

/** What the restore form holds. What is out of use at the moment stays in it. */
export const restoreFormSchema = z.object({
  pointId: z.string(),
  /** LUNs of the data disks to restore besides the system disk; absent while all are. */
  luns: z.optional(z.array(z.int())),
  target: z.enum(RESTORE_TARGETS),
  /** Where the disks are written: a folder of this computer, or else the id of a storage account. */
  folder: z.string(),
  storageAccountId: z.string(),
  /** Name and resource group of the new machine, and the subnet that it is connected to. */
  name: z.string(),
  resourceGroup: z.string(),
  networkId: z.string(),
  subnetId: z.string(),
  /** The machine's name, typed before its disks are replaced. */
  typedName: z.string(),
  /** How a point of the archive is rehydrated: for how many days, as typed, and how soon. */
  rehydrationDays: z.string(),
  rehydrationPriority: z.enum(REHYDRATION_PRIORITIES),
});
export type RestoreForm = z.infer<typeof restoreFormSchema>;

/** True if two forms ask for the same. */
export function sameRestoreForm(a: RestoreForm, b: RestoreForm): boolean {
  const luns = (form: RestoreForm) => JSON.stringify(form.luns);
  const { luns: _luns, ...texts } = a;
  return (
    luns(a) === luns(b) &&
    Object.entries(texts).every(([name, value]) => Object.entries(b).some(([n, v]) => n === name && v === value))
  );
}

/** A line of the check column. */
export const restoreCheckSchema = z.object({
  id: z.string(),
  kind: z.enum(STATE_KINDS),
  title: z.string(),
  /** What was found. */
  text: z.string(),
  /** What to do about it. */
  advice: z.optional(z.string()),
});
export type RestoreCheck = z.infer<typeof restoreCheckSchema>;

/** A disk that can be restored; the system disk has no LUN. */
export const restoreDiskSchema = z.object({
  name: z.string(),
  lun: z.optional(z.int()),
  sizeBytes: z.optional(z.number()),
});
export type RestoreDisk = z.infer<typeof restoreDiskSchema>;

const choice = z.object({ id: z.string(), name: z.string(), group: z.string() });

/** Everything the restore form starts from. `key` is `{ machineId }`, and `pointId` with it where a point was opened. */
export const restoreSnapshotSchema = z.object({
  machineName: z.string(),
  /** Newest first. */
  points: z.array(pointRowSchema),
  /** Disks of the point that the checks are about; none if the service does not say. */
  disks: z.array(restoreDiskSchema),
  /** What can be done here; `reason` says why one of them cannot be done now. */
  targets: z.array(z.object({ kind: z.enum(RESTORE_TARGETS), reason: z.optional(z.string()) })),
  /** Where disks are written: to a folder that may be looked for, or to one of the storage accounts. */
  place: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('folder') }),
    z.object({ kind: z.literal('account'), accounts: z.array(choice), hidden: z.optional(z.string()) }),
  ]),
  /** Names of the resource groups that a new machine may be put in. */
  groups: z.array(z.string()),
  /** What a new machine is connected to; absent where machines have no networks. */
  networks: z.optional(
    z.object({
      all: z.array(z.extend(choice, { subnets: z.array(z.object({ id: z.string(), name: z.string() })) })),
      hidden: z.optional(z.string()),
    }),
  ),
  /** What this connection cannot do and the form therefore does not ask, one sentence each. */
  notes: z.array(z.string()),
  /** What the form starts with; a draft that the page has kept for the same key wins. */
  draft: restoreFormSchema,
  /** What was checked, and what was found so far; absent before the first check. */
  checked: z.optional(
    z.object({
      form: restoreFormSchema,
      checks: z.array(restoreCheckSchema),
      /** True if nothing stands in the way. */
      ready: z.boolean(),
      /** True if there is a command line for it. */
      canCopy: z.boolean(),
    }),
  ),
  now: z.number(),
});
export type RestoreSnapshot = z.infer<typeof restoreSnapshotSchema>;

/** What the form asks for. The checks come with the next snapshots, as they are done. After `done` the host closes the panel. */
export const restoreRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('check'), form: restoreFormSchema }),
  z.object({ action: z.literal('restore'), form: restoreFormSchema }),
  z.object({ action: z.literal('copyCommand'), form: restoreFormSchema }),
  z.object({ action: z.literal('browse') }),
  z.object({ action: z.literal('cancel') }),
]);
export type RestoreRequest = z.infer<typeof restoreRequestSchema>;

/** `stays`: nothing was started, the form is as it was. */
export const restoreResultSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done') }),
  z.object({ outcome: z.literal('stays') }),
  z.object({ outcome: z.literal('folder'), folder: z.string() }),
]);
export type RestoreResult = z.infer<typeof restoreResultSchema>;

export const restoreProtocol = panelProtocol({
  snapshot: restoreSnapshotSchema,
  request: restoreRequestSchema,
  result: restoreResultSchema,
});
