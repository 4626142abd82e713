import * as z from 'zod';
import { AppError } from '../domain/errors';
import type { FileRecoveryInput, FileRecoveryScript } from './advanced';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import type { CallOptions } from './connection';
import { itemNamesOf, pointNameOf } from './idNames';
import { runToEnd } from './waiting';

const FABRIC = 'Azure';
/** The last part of a script's name: the 32 digits of an id, then the password in the middle of what follows. */
const NAME_SUFFIX = /^(.*_.{32})(.{15})([^_]*)$/;

const provisioned = z.object({
  recoveryTarget: z.object({
    clientScripts: z.array(
      z.object({
        osType: z.string().nullish(),
        url: z.string().nullish(),
        scriptContent: z.string().nullish(),
        scriptExtension: z.string().nullish(),
        scriptNameSuffix: z.string(),
      }),
    ),
  }),
});

type Script = z.infer<typeof provisioned>['recoveryTarget']['clientScripts'][number];

/**
 * Has the service connect the disks of a point, and waits until they are.
 * @throws AppError `FileRecoveryUnclear` when it told no script that can be run
 */
export async function openFileRecovery(
  backup: ArmClients['backup'],
  { pointId, machineId }: FileRecoveryInput,
  options: CallOptions,
): Promise<FileRecoveryScript[]> {
  const { group, vault, container, item } = itemNamesOf(pointId);
  const point = pointNameOf(pointId);
  const properties = {
    objectType: 'IaasVMILRRegistrationRequest',
    recoveryPointId: pointId,
    virtualMachineId: machineId,
    initiatorName: 'vm-backup',
    renewExistingRegistration: false,
  } as const;
  const told = await runToEnd(backup, options, async (onResponse) =>
    backup.itemLevelRecoveryConnections.provision(
      vault,
      group,
      FABRIC,
      container,
      item,
      point,
      { properties },
      { onResponse, abortSignal: options.signal },
    ),
  );
  const scripts = (provisioned.safeParse(told).data?.recoveryTarget.clientScripts ?? []).flatMap(
    (script) => readScript(script) ?? [],
  );
  if (scripts.length === 0) throw new AppError('FileRecoveryUnclear', 'The service gave no script for file recovery.');
  return scripts;
}

/** Disconnects the disks of a point. */
export async function closeFileRecovery(
  backup: ArmClients['backup'],
  { pointId }: FileRecoveryInput,
  options: CallOptions,
): Promise<void> {
  const { group, vault, container, item } = itemNamesOf(pointId);
  await asAppErrors(async () =>
    runToEnd(backup, options, async (onResponse) =>
      backup.itemLevelRecoveryConnections.revoke(vault, group, FABRIC, container, item, pointNameOf(pointId), {
        onResponse,
        abortSignal: options.signal,
      }),
    ),
  );
}

function readScript(script: Script): FileRecoveryScript | undefined {
  const [, before, password, after] = NAME_SUFFIX.exec(script.scriptNameSuffix) ?? [];
  const content = script.url
    ? { url: script.url }
    : script.scriptContent && { bytes: new Uint8Array(Buffer.from(script.scriptContent, 'base64')) };
  if (password === undefined || !content) return undefined;
  return {
    system: script.osType === 'Windows' ? 'Windows' : 'Linux',
    fileName: `${before}${after}${script.scriptExtension ?? ''}`,
    password,
    content,
  };
}
