/** Built-in roles of Azure that have what is read, what is done, and what is set up or removed in a namespace. */
const ROLES: readonly (readonly [namespace: string, reads: string, acts: string])[] = [
  ['microsoft.recoveryservices', 'Backup Reader', 'Backup Operator'],
  ['microsoft.compute', 'Reader', 'Virtual Machine Contributor'],
  ['microsoft.classiccompute', 'Reader', 'Classic Virtual Machine Contributor'],
  ['microsoft.storage', 'Reader', 'Storage Account Contributor'],
  ['microsoft.network', 'Reader', 'Network Contributor'],
  ['microsoft.dataprotection', 'Reader', 'Backup MUA Operator'],
];
/** What a Backup Operator may not do: set vaults and policies up, and remove backup data. */
const CONTRIBUTORS_ONLY =
  /\/vaults\/(write|delete)$|\/backuppolicies\/(write|delete)$|\/protecteditems\/delete$|\/backup(storageconfig|config|encryptionconfigs)\w*\/write$/;

/**
 * The least of Azure's built-in roles that has a permission.
 * @param action for example `Microsoft.RecoveryServices/vaults/backupJobs/read`
 */
export function roleFor(action: string): string {
  const wanted = action.toLowerCase();
  const isReading = wanted.endsWith('/read');
  const [, reads, acts] = ROLES.find(([namespace]) => wanted.startsWith(`${namespace}/`)) ?? [
    '',
    'Reader',
    'Contributor',
  ];
  if (isReading) return reads;
  return acts === 'Backup Operator' && CONTRIBUTORS_ONLY.test(wanted) ? 'Backup Contributor' : acts;
}
