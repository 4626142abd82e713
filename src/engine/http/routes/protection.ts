import { appError } from '../../../domain/errorCatalogue';
import { sameName } from '../../../domain/names';
import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import type { Page, PageRequest } from '../../catalog/page';
import type { ItemRecord, VaultRecord } from '../../catalog/records';
import type { ComputeService } from '../../services/compute';
import type { CrossRegionService } from '../../services/crossRegion';
import type { DiscoveryService } from '../../services/discovery';
import type { MachineFolders } from '../../services/machineFolders';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { PolicyService } from '../../services/policies';
import type { ItemQuery, ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted } from '../asyncLinks';
import type { ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentContainer, presentProtectable } from '../present/backup';
import { wireEra } from '../present/wireEra';
import { isExtended, itemBody } from './items';
import { FABRIC, param, VAULT, vaultIdIn } from './params';
import { copiedOf } from './secondRegion';

const EMPTY: Page<never> = { rows: [] };

interface Deps {
  readonly crossRegion: CrossRegionService;
  readonly compute: ComputeService;
  readonly discovery: DiscoveryService;
  readonly machineFolders: MachineFolders;
  readonly operations: OperationService;
  readonly points: PointService;
  readonly policies: PolicyService;
  readonly protection: ProtectionService;
  readonly vaults: VaultService;
  readonly now: () => number;
}

/** Discovery, and the lists of containers and protected items (SPEC §1.6, §1.7). */
export function protectionRoutes(deps: Deps): Operation[] {
  return [...discoveryRoutes(deps), ...itemListRoutes(deps)];
}

function discoveryRoutes({ discovery, machineFolders, operations, protection, vaults }: Deps): Operation[] {
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  return [
    {
      method: 'POST',
      path: `${FABRIC}/refreshContainers`,
      handle: (request) => {
        const vault = vaultOf(request);
        const { id } = operations.start({
          vaultKey: idKey(vault.id),
          run: async () => {
            await machineFolders.look();
            discovery.refresh(vault);
            return undefined;
          },
        });
        const fabric = `${vault.id}/backupFabrics/${param(request, 'fabric')}`;
        return accepted(request, `${fabric}/operationsStatus/${id}`, `${fabric}/operationResults/${id}`);
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupProtectableItems`,
      handle: (request) => {
        const vault = vaultOf(request);
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => discovery.protectable(vault, page),
            (machine) => presentProtectable(vault, machine),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupProtectionContainers`,
      handle: (request) => {
        const vault = vaultOf(request);
        const query = itemQueryIn(request);
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => (query ? protection.list(vault, query, page) : EMPTY),
            (item) => presentContainer(vault, item, wireEra(request.apiVersion)),
          ),
        };
      },
    },
  ];
}

function itemListRoutes(deps: Deps): Operation[] {
  const { crossRegion, protection, vaults } = deps;
  return [
    {
      method: 'GET',
      path: `${VAULT}/backupProtectedItems`,
      handle: async (request) => {
        const vault = vaults.touch(vaults.get(vaultIdIn(request)));
        const query = itemQueryIn(request);
        const copied = await copiedOf(request, crossRegion, vault);
        const list = (page: PageRequest) => (query ? whereCopied(protection.list(vault, query, page), copied) : EMPTY);
        const input = { vault, extended: isExtended(request) };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => withFacts(deps, list(page), input),
            (facts) => itemBody(deps, request, { ...input, ...facts }),
          ),
        };
      },
    },
  ];
}

/** A page of the items of which the second region has something; it may hold fewer although another page follows. */
function whereCopied({ rows, next }: Page<ItemRecord>, copied: ReadonlySet<string> | undefined): Page<ItemRecord> {
  if (!copied) return { rows, next };
  const machines = new Set([...copied].map((key) => key.split('/').at(-2)));
  return { rows: rows.filter(({ vmId }) => machines.has(vmId)), next };
}

/** A page of items with what is known about the machine and the points of each, asked for all of them at once. */
function withFacts(
  { compute, points, policies }: Deps,
  { rows, next }: Page<ItemRecord>,
  { vault, extended }: { vault: VaultRecord; extended: boolean },
) {
  const inconsistent = extended ? policies.inconsistentIn(vault) : undefined;
  const spans = points.spans(rows, { count: extended });
  const machines = compute.foundMachines(rows.map((item) => item.machineKey));
  return {
    rows: rows.map((item) => ({
      item,
      span: spans.get(idKey(item.id)),
      machineFound: machines.has(item.machineKey),
      policyInconsistent: inconsistent?.has(idKey(item.id)) ?? false,
    })),
    next,
  };
}

/**
 * The conditions that clients send on lists of items and containers; unknown keys are ignored (SPEC §1.12).
 * @returns `undefined` when they exclude every virtual machine
 */
function itemQueryIn(request: ArmRequest): ItemQuery | undefined {
  const text = queryOf(request, '$filter');
  const filter = parseFilter(text);
  if (!filter) throw appError('BMSUserErrorInvalidFilter', { reason: text ?? '' });
  const allows = (key: string, value: string) => sameName(filter.get(key) ?? value, value);
  if (!allows('backupmanagementtype', 'AzureIaasVM') || !allows('itemtype', 'VM') || !allows('status', 'Registered'))
    return undefined;
  return { machineName: filter.get('friendlyname'), policyName: filter.get('policyname') };
}
