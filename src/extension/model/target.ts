/** What a row stands for, and what a command is asked to act on. Plain data: it also travels in command links. */
export type Target =
  | { readonly kind: 'group'; readonly group: string }
  | {
      readonly kind: 'machine';
      readonly machineId: string;
      /** The policy that it had, for taking a stop back. */
      readonly policyId?: string;
    }
  | { readonly kind: 'disk'; readonly machineId: string; readonly diskId: string }
  | { readonly kind: 'points'; readonly machineId: string; readonly itemId: string }
  | { readonly kind: 'pointDay'; readonly machineId: string; readonly itemId: string; readonly day: string }
  | { readonly kind: 'point'; readonly machineId: string; readonly itemId: string; readonly pointId: string }
  | { readonly kind: 'vault'; readonly vaultId: string }
  | { readonly kind: 'vaultItems'; readonly vaultId: string }
  | { readonly kind: 'vaultPolicies'; readonly vaultId: string }
  | { readonly kind: 'vaultDeleted'; readonly vaultId: string }
  | { readonly kind: 'policy'; readonly vaultId: string; readonly policyId: string }
  | { readonly kind: 'job'; readonly jobId: string }
  /** Somebody who is signed in to Azure. */
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'subscription'; readonly subscriptionId: string }
  | { readonly kind: 'tenant'; readonly accountId: string; readonly tenantId: string }
  /** More rows of a list: of the recovery points of an item where it is named, else of the jobs. */
  | { readonly kind: 'more'; readonly itemId?: string }
  | {
      readonly kind: 'error';
      readonly branch: string;
      /** Everything that is known of it, to be copied. */
      readonly text?: string;
    };

export type TargetKind = Target['kind'];
export type TargetOf<K extends TargetKind> = Extract<Target, { kind: K }>;

const FIELDS: { readonly [K in TargetKind]: readonly string[] } = {
  group: ['group'],
  machine: ['machineId'],
  disk: ['machineId', 'diskId'],
  points: ['machineId', 'itemId'],
  pointDay: ['machineId', 'itemId', 'day'],
  point: ['machineId', 'itemId', 'pointId'],
  vault: ['vaultId'],
  vaultItems: ['vaultId'],
  vaultPolicies: ['vaultId'],
  vaultDeleted: ['vaultId'],
  policy: ['vaultId', 'policyId'],
  job: ['jobId'],
  account: ['accountId'],
  subscription: ['subscriptionId'],
  tenant: ['accountId', 'tenantId'],
  more: [],
  error: ['branch'],
};

/** Reads the target out of a command's argument: a row, a target, or neither. */
export function targetOf(argument: unknown): Target | undefined {
  const candidate = isRecord(argument) && isRecord(argument['target']) ? argument['target'] : argument;
  return isTarget(candidate) ? candidate : undefined;
}

/** The targets of one kind that a command was called with: the selection if there is one, else the row. */
export function targetsOf<K extends TargetKind>(kind: K, args: readonly unknown[]): TargetOf<K>[] {
  const [first, selection] = args;
  const rows = Array.isArray(selection) && selection.length > 0 ? selection : [first];
  return rows.map(targetOf).filter((target): target is TargetOf<K> => target?.kind === kind);
}

function isTarget(value: unknown): value is Target {
  if (!isRecord(value)) return false;
  const fields = Object.entries(FIELDS).find(([kind]) => kind === value['kind'])?.[1];
  return fields?.every((field) => typeof value[field] === 'string') ?? false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
