import * as z from 'zod';
import { RETENTION_TAGS } from '../../domain/policy';
import { policyProperties } from '../../protocol/policyWire';
import { replicationSchema } from '../catalog/records';

const keyReference = z.object({ url: z.string(), vaultId: z.string().optional() });

/** What a manifest says about itself: enough to bring a vault back from its folder and recovery key alone (STORE §2). */
export const pointSubject = z.object({
  /** Name of the recovery point. */
  point: z.string(),
  job: z.string(),
  vault: z.string(),
  item: z.string(),
  vm: z.string(),
  machine: z.object({
    name: z.string(),
    group: z.string(),
    location: z.string(),
    osType: z.enum(['Windows', 'Linux']),
    size: z.string(),
    vmId: z.string(),
    tags: z.record(z.string(), z.string()),
  }),
  /** The vault's storage replication; absent in points of the first version. */
  replication: replicationSchema.optional(),
  policy: z.object({ name: z.string(), properties: policyProperties }),
  /** The scheduled moment that the point was taken for (ms UTC); null on demand. */
  slot: z.number().nullable(),
  tags: z.array(z.object({ tag: z.enum(RETENTION_TAGS), expiry: z.number() })),
  /** ms UTC; null keeps the point until somebody deletes it. */
  expiry: z.number().nullable(),
  hold: z.number().nullable(),
  consistency: z.enum(['AppConsistent', 'FileSystemConsistent', 'CrashConsistent']),
  /** What the machine's disks were: managed resources or files of its own description, and their SKUs. */
  storage: z.object({ managed: z.boolean(), skus: z.array(z.string()) }).optional(),
  zones: z.array(z.string()).optional(),
  /** Where the keys of encrypted disks were; the keys themselves are sealed in the manifest. */
  encryption: z.array(z.object({ disk: z.string(), secret: keyReference, key: keyReference.optional() })).optional(),
  /** Format of the disks the point was read from. */
  source: z.string(),
  /** Disks that were left out on purpose; absent when the item had no selection of disks. */
  excludedDisks: z.array(z.object({ name: z.string(), lun: z.number() })).optional(),
});
export type PointSubject = z.infer<typeof pointSubject>;

/**
 * What a point says about itself, said of the vault that it is found in now: another data folder is another subscription,
 * so the ids that were written then would lead nowhere.
 */
export function rehomed(subject: PointSubject, vaultId: string): PointSubject {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(vaultId)?.[0] ?? '';
  return {
    ...subject,
    vault: vaultId,
    item: vaultId + subject.item.slice(subject.vault.length),
    job: vaultId + subject.job.slice(subject.vault.length),
    vm: subject.vm.replace(/^\/subscriptions\/[^/]+/i, subscription),
  };
}
