import { appError } from '../../../domain/errorCatalogue';
import { intentRequest } from '../../../protocol/vaultRequests';
import type { IntentRecord } from '../../catalog/records';
import type { ProtectionIntents } from '../../services/protectionIntents';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { FABRIC, param, VAULT, vaultIdIn } from './params';

const INTENT = `${FABRIC}/backupProtectionIntent/:intent`;

/** Protection intents, the portal's way to protect a machine (SPEC §5). */
export function protectionIntentRoutes(vaults: VaultService, intents: ProtectionIntents): Operation[] {
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  const present = (intent: IntentRecord) => ({
    id: intent.id,
    name: intent.name,
    type: 'Microsoft.RecoveryServices/vaults/backupProtectionIntent',
    properties: {
      protectionIntentItemType: 'AzureResourceItem',
      backupManagementType: 'AzureIaasVM',
      sourceResourceId: intent.machineId,
      policyId: intent.policyId,
      protectionState: intents.state(intent),
    },
  });
  return [
    {
      method: 'GET',
      path: `${VAULT}/backupProtectionIntents`,
      handle: (request) => ({
        status: 200,
        body: pageOf(request, (page) => intents.list(vaultOf(request), page), present),
      }),
    },
    {
      method: 'GET',
      path: INTENT,
      handle: (request) => ({ status: 200, body: present(intents.get(vaultOf(request), param(request, 'intent'))) }),
    },
    {
      method: 'PUT',
      path: INTENT,
      handle: (request) => {
        const { properties } = readBody(intentRequest, request.body);
        if (properties.protectionIntentItemType.toLowerCase() !== 'azureresourceitem') {
          throw appError('NotImplemented', { feature: `intents of the type ${properties.protectionIntentItemType}` });
        }
        const { sourceResourceId: machineId, policyId } = properties;
        const intent = intents.put(vaultOf(request), param(request, 'intent'), { machineId, policyId });
        return { status: 200, body: present(intent) };
      },
    },
    {
      method: 'DELETE',
      path: INTENT,
      handle: (request) => {
        intents.delete(vaultOf(request), param(request, 'intent'));
        return { status: 204 };
      },
    },
  ];
}
