import { appError } from '../../../domain/errorCatalogue';
import { groupRequest } from '../../../protocol/requests';
import type { GroupService } from '../../services/groups';
import type { Site, Sites } from '../../services/sites';
import { readBody } from '../body';
import type { Operation } from '../operation';
import { pageOf } from '../paging';
import { presentGroup } from '../present/compute';
import { GROUP, param, SUBSCRIPTION } from './params';

/** Subscription, locations and resource groups (SPEC §1.1). */
export function subscriptionRoutes(deps: {
  subscriptionId: string;
  tenantId: string;
  sites: Sites;
  groups: GroupService;
}): Operation[] {
  const { subscriptionId, tenantId, sites, groups } = deps;
  const subscription = {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: 'This computer',
    state: 'Enabled',
    subscriptionPolicies: { locationPlacementId: 'Local', quotaId: 'Local', spendingLimit: 'Off' },
    authorizationSource: 'RoleBased',
  };
  const groupsPath = `${SUBSCRIPTION}/resourceGroups`;
  return [
    {
      method: 'GET',
      path: '/subscriptions',
      handle: () => ({ status: 200, body: { value: [subscription], count: { type: 'Total', value: 1 } } }),
    },
    {
      method: 'GET',
      path: '/tenants',
      handle: () => ({
        status: 200,
        body: {
          value: [{ id: `/tenants/${tenantId}`, tenantId, displayName: 'This computer', tenantCategory: 'Home' }],
        },
      }),
    },
    { method: 'GET', path: SUBSCRIPTION, handle: () => ({ status: 200, body: subscription }) },
    {
      method: 'GET',
      path: `${SUBSCRIPTION}/locations`,
      handle: () => ({
        status: 200,
        body: { value: sites.list().map((site) => presentLocation(subscriptionId, site)) },
      }),
    },
    {
      method: 'GET',
      path: groupsPath,
      handle: (request) => ({
        status: 200,
        body: pageOf(
          request,
          (page) => groups.list(page),
          (group) => presentGroup(subscriptionId, group),
        ),
      }),
    },
    {
      method: 'GET',
      path: GROUP,
      handle: (request) => ({ status: 200, body: presentGroup(subscriptionId, groups.get(param(request, 'rg'))) }),
    },
    {
      method: 'HEAD',
      path: GROUP,
      handle: (request) => ({ status: groups.exists(param(request, 'rg')) ? 204 : 404 }),
    },
    {
      method: 'PUT',
      path: GROUP,
      handle: (request) => {
        const { location, tags } = readBody(groupRequest, request.body);
        sites.require(location, 'Microsoft.Resources/resourceGroups');
        const { group, created } = groups.put({ name: param(request, 'rg'), location, tags: tags ?? {} });
        return { status: created ? 201 : 200, body: presentGroup(subscriptionId, group) };
      },
    },
    {
      method: 'DELETE',
      path: GROUP,
      handle: (request) => {
        groups.delete(param(request, 'rg'));
        return {
          status: 202,
          headers: {
            Location: `${request.origin}/subscriptions/${subscriptionId}/operationresults/deleted?api-version=${request.apiVersion}`,
          },
        };
      },
    },
    {
      // A group is gone before its deletion is answered, so every poll finds the end.
      method: 'GET',
      path: `${SUBSCRIPTION}/operationresults/:operation`,
      handle: () => ({ status: 200 }),
    },
  ];
}

/** @throws AppError `SubscriptionNotFound` for every path below a subscription that is not this data folder's */
export function guardSubscription(subscriptionId: string, operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => ({
    ...operation,
    handle: (request) => {
      const asked = request.params.sub;
      if (asked !== undefined && asked.toLowerCase() !== subscriptionId.toLowerCase()) {
        throw appError('SubscriptionNotFound', { subscriptionId: asked });
      }
      return operation.handle(request);
    },
  }));
}

function presentLocation(subscriptionId: string, site: Site) {
  const idOf = (name: string) => `/subscriptions/${subscriptionId}/locations/${name}`;
  return {
    id: idOf(site.name),
    name: site.name,
    type: 'Region',
    displayName: site.displayName,
    regionalDisplayName: site.displayName,
    metadata: {
      regionType: 'Physical',
      regionCategory: 'Other',
      pairedRegion: site.pairedSite === undefined ? [] : [{ name: site.pairedSite, id: idOf(site.pairedSite) }],
    },
  };
}
