import { appError } from '../../domain/errorCatalogue';

type Query = Readonly<Record<string, string | undefined>>;

/** The request's api-version. Any date is accepted; ARM's own errors answer a missing or malformed one. */
export function apiVersionOf(query: Query): string {
  const key = Object.keys(query).find((name) => name.toLowerCase() === 'api-version');
  const version = key === undefined ? undefined : query[key];
  if (!version) throw appError('MissingApiVersionParameter', {});
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/i.test(version)) {
    throw appError('InvalidApiVersionParameter', { apiVersion: version, supported: 'YYYY-MM-DD, YYYY-MM-DD-preview' });
  }
  return version;
}
