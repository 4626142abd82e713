import { tagsRequest } from '../../../protocol/computeWire';
import { storageAccountRequest } from '../../../protocol/requests';
import { notFound } from '../../services/notFound';
import type { StorageAccountService } from '../../services/storageAccounts';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentStorageAccount } from '../present/compute';
import { GROUP, param, resourceIdIn, SUBSCRIPTION } from './params';

const TYPE = 'Microsoft.Storage/storageAccounts';
const CLASSIC = 'Microsoft.ClassicStorage/storageAccounts';
const OF_GROUP = `${GROUP}/providers/${TYPE}`;
const ONE = `${OF_GROUP}/:name`;

/** Storage accounts: folders that disks are restored to. There are no classic ones, which clients ask for first (SPEC §1.1). */
export function storageAccountRoutes(storageAccounts: StorageAccountService): Operation[] {
  const list = (request: ArmRequest, group?: string) => ({
    status: 200,
    body: pageOf(request, (page) => storageAccounts.list(group, page), presentStorageAccount),
  });
  const find = (request: ArmRequest) => storageAccounts.get(resourceIdIn(request, TYPE));
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/providers/${TYPE}`, handle: (request) => list(request) },
    { method: 'GET', path: OF_GROUP, handle: (request) => list(request, param(request, 'rg')) },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: presentStorageAccount(find(request)) }) },
    {
      method: 'GET',
      path: `${GROUP}/providers/${CLASSIC}/:name`,
      handle: (request) => {
        throw notFound(resourceIdIn(request, CLASSIC));
      },
    },
    {
      method: 'PUT',
      path: ONE,
      handle: (request) => {
        const { location, tags, sku, kind } = readBody(storageAccountRequest, request.body);
        const account = storageAccounts.put({
          id: resourceIdIn(request, TYPE),
          name: param(request, 'name'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          sku: sku?.name ?? 'Standard_LRS',
          kind: kind ?? 'StorageV2',
        });
        return { status: 200, body: presentStorageAccount(account) };
      },
    },
    {
      method: 'PATCH',
      path: ONE,
      handle: (request) => {
        const { tags } = readBody(tagsRequest, request.body);
        const { createdAt: _createdAt, ...account } = find(request);
        const changed = storageAccounts.put({ ...account, tags: tags ?? account.tags });
        return { status: 200, body: presentStorageAccount(changed) };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle: (request) => {
        storageAccounts.delete(resourceIdIn(request, TYPE));
        return { status: 200 };
      },
    },
  ];
}
