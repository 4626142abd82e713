import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import { parseId } from '../../protocol/ids';

/** ARM's 404 for a resource id, or for a child of one: the type and names as in the id. */
export function notFound(id: string): AppError {
  const parsed = parseId(id);
  const resource = parsed ? `${parsed.provider}/${parsed.path.map((pair) => pair.join('/')).join('/')}` : id;
  return appError('ResourceNotFound', { resource, resourceGroup: parsed?.resourceGroup ?? '' });
}
