import { appError } from '../../../domain/errorCatalogue';
import { diskRequest, tagsRequest } from '../../../protocol/computeWire';
import { idKey } from '../../../protocol/ids';
import type { DiskRecord } from '../../catalog/records';
import type { ComputeService } from '../../services/compute';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentDisk } from '../present/compute';
import { deleted } from './deleted';
import { encryptionIn, imagePath } from './encryption';
import { GROUP, param, resourceIdIn, SUBSCRIPTION } from './params';

const TYPE = 'Microsoft.Compute/disks';
const OF_GROUP = `${GROUP}/providers/${TYPE}`;
const ONE = `${OF_GROUP}/:name`;

/** Disks: images on this computer, imported by their path (SPEC §1.1). */
export function diskRoutes(compute: ComputeService): Operation[] {
  const withUsers = (disks: readonly DiskRecord[]) => {
    const users = compute.machineIdsWith(disks);
    return disks.map((disk) => presentDisk(disk, users.get(idKey(disk.id))));
  };
  const answer = (disk: DiskRecord) => ({ status: 200, body: withUsers([disk])[0] });
  const list = (request: ArmRequest, group?: string) => ({
    status: 200,
    body: pageOf(
      request,
      (page) => {
        const { rows, next } = compute.disks(group, page);
        return { rows: withUsers(rows), next };
      },
      (shown) => shown,
    ),
  });
  return [
    { method: 'GET', path: `${SUBSCRIPTION}/providers/${TYPE}`, handle: (request) => list(request) },
    { method: 'GET', path: OF_GROUP, handle: (request) => list(request, param(request, 'rg')) },
    { method: 'GET', path: ONE, handle: (request) => answer(compute.disk(resourceIdIn(request, TYPE))) },
    {
      method: 'PUT',
      path: ONE,
      handle: async (request) => {
        const { location, tags, sku, zones, properties } = readBody(diskRequest, request.body);
        const { enabled, encryptionSettings } = properties.encryptionSettingsCollection ?? {};
        const disk = await compute.putDisk({
          id: resourceIdIn(request, TYPE),
          name: param(request, 'name'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          sku: sku?.name ?? 'Standard_LRS',
          zones,
          osType: properties.osType,
          hyperVGeneration: properties.hyperVGeneration,
          path: importPath(properties.creationData),
          encryption: enabled ? encryptionIn(encryptionSettings?.[0]) : undefined,
        });
        return answer(disk);
      },
    },
    {
      method: 'PATCH',
      path: ONE,
      handle: (request) => {
        const { tags } = readBody(tagsRequest, request.body);
        const id = resourceIdIn(request, TYPE);
        return answer(tags === undefined ? compute.disk(id) : compute.tagDisk(id, tags));
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle: (request) => (compute.deleteDisk(resourceIdIn(request, TYPE)) ? deleted(request, TYPE) : { status: 204 }),
    },
  ];
}

/** @throws AppError `NotImplemented` for another way to make a disk, `LocalDiskNotAbsolute` for another kind of URI */
function importPath({ createOption, sourceUri }: { createOption: string; sourceUri?: string }): string {
  if (createOption.toLowerCase() !== 'import') {
    throw appError('NotImplemented', { feature: `creating a disk with createOption '${createOption}'` });
  }
  return imagePath(sourceUri);
}
