import { vaultInPath } from '../../protocol/ids';

/** What a request does, in the words that Azure counts and permits it by. */
export interface ArmAction {
  /** For example `Microsoft.RecoveryServices/vaults/backupJobs/read`. */
  readonly action: string;
  /** ARM id of the vault that it is about. */
  readonly vaultId?: string;
}

const VERBS: Readonly<Record<string, string>> = { GET: 'read', HEAD: 'read', DELETE: 'delete' };

/** The action of a request by its method and address. Names are left out, so it is the same for all resources of a type. */
export function armAction(method: string, url: string): ArmAction {
  const { pathname } = new URL(url);
  const [scope = '', ...provided] = pathname.split(/\/providers\//i);
  const last = provided.at(-1);
  const [provider = 'Microsoft.Resources', ...parts] =
    last === undefined ? ['Microsoft.Resources', ...namesOf(scope)] : namesOf(last);
  const types = parts.filter((_, i) => i % 2 === 0);
  // A POST ends with what is to be done, not with a resource.
  const verb = VERBS[method] ?? (method === 'POST' ? 'action' : 'write');
  const vaultId = vaultInPath(pathname);
  return { action: [provider, ...types, verb].join('/'), ...(vaultId === undefined ? {} : { vaultId }) };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}
