import { AppError } from '../domain/errors';
import { nameIn, parseId } from '../protocol/ids';

/** The names in an ARM id, in the form that the SDKs' methods take them. */

/** @throws AppError `InvalidResourceId` */
export function vaultNames(id: string): { group: string; vault: string } {
  const group = parseId(id)?.resourceGroup;
  const vault = nameIn(id, 'vaults');
  if (group === undefined || vault === undefined) throw badId(id);
  return { group, vault };
}

/** @throws AppError `InvalidResourceId` */
export function itemNamesOf(id: string): { group: string; vault: string; container: string; item: string } {
  const container = nameIn(id, 'protectionContainers');
  const item = nameIn(id, 'protectedItems');
  if (container === undefined || item === undefined) throw badId(id);
  return { ...vaultNames(id), container, item };
}

/** @throws AppError `InvalidResourceId` */
export function jobNames(id: string): { group: string; vault: string; job: string } {
  const job = nameIn(id, 'backupJobs');
  if (job === undefined) throw badId(id);
  return { ...vaultNames(id), job };
}

/** @throws AppError `InvalidResourceId` */
export function pointNameOf(id: string): string {
  const point = nameIn(id, 'recoveryPoints');
  if (point === undefined) throw badId(id);
  return point;
}

/** Id of a job that an operation named. @throws AppError `JobMissing` when it named none */
export function jobIdOf(vaultId: string | undefined, job: string | undefined): string {
  if (vaultId === undefined || job === undefined) throw new AppError('JobMissing', 'The service named no job.');
  return `${vaultId}/backupJobs/${job}`;
}

export function badId(id: string): AppError {
  return new AppError('InvalidResourceId', `"${id}" is not the id of such a resource.`);
}
