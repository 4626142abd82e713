import type * as z from 'zod';
import { type siteReply, siteRequest } from '../../../protocol/local';
import type { Site, Sites } from '../../services/sites';
import { readBody } from '../body';
import type { Operation } from '../operation';
import { param } from './params';

const SITES = '/providers/VmBackup.Local/sites';
const SITE = `${SITES}/:name`;

/** The sites of this computer: what stands behind its locations (LIMITATIONS.md). */
export function siteRoutes(sites: Sites): Operation[] {
  return [
    {
      method: 'GET',
      path: SITES,
      handle: () => ({ status: 200, body: { value: sites.list().map(presentSite) } }),
    },
    {
      method: 'GET',
      path: SITE,
      handle: (request) => ({ status: 200, body: presentSite(sites.get(param(request, 'name'))) }),
    },
    {
      method: 'PUT',
      path: SITE,
      handle: async (request) => {
        const { properties } = readBody(siteRequest, request.body);
        const { site, created } = await sites.put({ name: param(request, 'name'), ...properties });
        return { status: created ? 201 : 200, body: presentSite(site) };
      },
    },
    {
      method: 'DELETE',
      path: SITE,
      handle: (request) => ({ status: sites.delete(param(request, 'name')) ? 200 : 204 }),
    },
  ];
}

function presentSite({ name, displayName, folder, pairedSite, zoneFolder }: Site): z.infer<typeof siteReply> {
  return {
    id: `${SITES}/${name}`,
    name,
    type: 'VmBackup.Local/sites',
    properties: { displayName, folder, pairedSite, zoneFolder },
  };
}
