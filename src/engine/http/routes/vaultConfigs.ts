import {
  encryptionConfigRequest,
  extendedInfoRequest,
  storageConfigRequest,
  type VaultPatch,
  vaultConfigRequest,
} from '../../../protocol/vaultRequests';
import type { VaultRecord } from '../../catalog/records';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import {
  presentEncryptionConfig,
  presentExtendedInfo,
  presentStorageConfig,
  presentVaultConfig,
} from '../present/vaultConfig';
import { VAULT, vaultIdIn } from './params';

/** Settings of a vault that have resources of their own; all change the vault itself (SPEC §1.3, §1.4). */
export function vaultConfigRoutes(vaults: VaultService): Operation[] {
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  return [
    ...storageConfig(vaults, vaultOf),
    ...vaultConfig(vaults, vaultOf),
    ...encryptionConfig(vaults, vaultOf),
    ...extendedInfo(vaults),
  ];
}

type VaultOf = (request: ArmRequest) => VaultRecord;

function storageConfig(vaults: VaultService, vaultOf: VaultOf): Operation[] {
  const path = `${VAULT}/backupstorageconfig/vaultstorageconfig`;
  const present = ({ apiVersion }: ArmRequest, vault: VaultRecord) =>
    presentStorageConfig(vault, { apiVersion, locked: vaults.storageLocked(vault) });
  const change = (request: ArmRequest): VaultRecord => {
    const {
      storageModelType,
      storageType,
      crossRegionRestoreFlag: flag,
    } = readBody(storageConfigRequest, request.body).properties;
    const redundancySettings = {
      standardTierStorageRedundancy: storageModelType ?? storageType,
      crossRegionRestore: typeof flag === 'boolean' ? onOff(flag) : undefined,
    };
    return vaults.change(vaultOf(request).id, { properties: { redundancySettings } });
  };
  return [
    { method: 'GET', path, handle: (request) => ({ status: 200, body: present(request, vaultOf(request)) }) },
    { method: 'PUT', path, handle: (request) => ({ status: 200, body: present(request, change(request)) }) },
    {
      method: 'PATCH',
      path,
      handle: (request) => {
        change(request);
        return { status: 204 };
      },
    },
  ];
}

function vaultConfig(vaults: VaultService, vaultOf: VaultOf): Operation[] {
  const path = `${VAULT}/backupconfig/vaultconfig`;
  const change = (request: ArmRequest) => {
    const { resourceGuardOperationRequests, ...given } = readBody(vaultConfigRequest, request.body).properties;
    const properties: VaultPatch['properties'] = {
      resourceGuardOperationRequests,
      securitySettings: {
        softDeleteSettings: {
          softDeleteState: given.softDeleteFeatureState,
          softDeleteRetentionPeriodInDays: given.softDeleteRetentionPeriodInDays,
          enhancedSecurityState: given.enhancedSecurityState,
        },
      },
    };
    const vault = vaults.change(vaultOf(request).id, { properties });
    return { status: 200, body: presentVaultConfig(vault, request) };
  };
  return [
    {
      method: 'GET',
      path,
      handle: (request) => ({ status: 200, body: presentVaultConfig(vaultOf(request), request) }),
    },
    { method: 'PATCH', path, handle: change },
    { method: 'PUT', path, handle: change },
  ];
}

function encryptionConfig(vaults: VaultService, vaultOf: VaultOf): Operation[] {
  const path = `${VAULT}/backupEncryptionConfigs/backupResourceEncryptionConfig`;
  return [
    { method: 'GET', path, handle: (request) => ({ status: 200, body: presentEncryptionConfig(vaultOf(request)) }) },
    {
      method: 'PUT',
      path,
      handle: (request) => {
        const { id } = vaultOf(request);
        const given = readBody(encryptionConfigRequest, request.body).properties;
        const state = given.infrastructureEncryptionState;
        const encryption = {
          keyVaultProperties: { keyUri: given.keyUri },
          kekIdentity: given,
          infrastructureEncryption: state === 'Invalid' ? undefined : state,
        };
        // Azure's own keys are the state before the first key, so there is nothing to change for them.
        if (given.encryptionAtRestType === 'CustomerManaged') vaults.change(id, { properties: { encryption } });
        return { status: 200 };
      },
    },
  ];
}

function extendedInfo(vaults: VaultService): Operation[] {
  const path = `${VAULT}/extendedInformation/vaultExtendedInfo`;
  const change = (request: ArmRequest) => {
    const { properties } = readBody(extendedInfoRequest, request.body);
    const vault = vaults.putExtendedInfo(vaults.get(vaultIdIn(request)), properties);
    return { status: 200, body: presentExtendedInfo(vault) };
  };
  return [
    {
      method: 'GET',
      path,
      handle: (request) => ({ status: 200, body: presentExtendedInfo(vaults.get(vaultIdIn(request))) }),
    },
    { method: 'PUT', path, handle: change },
    { method: 'PATCH', path, handle: change },
  ];
}

function onOff(on: boolean): 'Enabled' | 'Disabled' {
  return on ? 'Enabled' : 'Disabled';
}
