import type { Connection } from '../client/connection';
import { AppError } from '../domain/errors';
import { sameName } from '../domain/names';
import type { Machine, ProtectedItem, Vault, VaultPolicy } from '../domain/views';

/** Finds things by the names that people type; a missing or ambiguous name says what there is instead. */

export async function findVault(connection: Connection, name: string, group?: string): Promise<Vault> {
  const all = await connection.vaults();
  const found = all.filter((v) => sameName(v.name, name) && (group === undefined || sameName(v.resourceGroup, group)));
  return only(
    found,
    `vault ${name}`,
    all.map((vault) => `${vault.name} in ${vault.resourceGroup}`),
  );
}

export async function findMachine(connection: Connection, name: string): Promise<Machine> {
  const all = await connection.machines();
  return only(
    all.filter((m) => sameName(m.name, name)),
    `machine ${name}`,
    all.map((machine) => machine.name),
  );
}

export async function findPolicy(connection: Connection, vault: Vault, name: string): Promise<VaultPolicy> {
  const all = await connection.policies(vault.id);
  return only(
    all.filter((p) => sameName(p.name, name)),
    `policy ${name} in ${vault.name}`,
    all.map((policy) => policy.name),
  );
}

/** The protected item of a machine, in whichever vault it is. */
export async function findItem(connection: Connection, machine: string): Promise<ProtectedItem> {
  const items: ProtectedItem[] = [];
  for (const vault of await connection.vaults()) items.push(...(await connection.protectedItems(vault.id)));
  const found = items.filter((item) => sameName(item.machineName, machine));
  return only(
    found,
    `protected machine ${machine}`,
    items.map((item) => item.machineName),
    `Protect it first: vm-backup protect ${machine} --vault <name>.`,
  );
}

function only<T>(found: readonly T[], what: string, all: readonly string[], advice = ''): T {
  const [first, second] = found;
  if (first === undefined) {
    throw new AppError('NotFound', `There is no ${what}.`, {
      details: {
        recommendation: `${all.length > 0 ? `Known: ${all.join(', ')}.` : 'There is none yet.'} ${advice}`.trim(),
      },
    });
  }
  if (second !== undefined) {
    throw new AppError('Ambiguous', `More than one ${what} was found: ${all.join(', ')}.`, {
      details: { recommendation: 'Name the resource group too.' },
    });
  }
  return first;
}
