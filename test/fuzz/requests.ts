import type { Choices } from './choices';
import { brokenText, mutated, oddPart, oddValue } from './mutate';
import type { Target } from './swagger';
import type { FuzzCall, FuzzWorld } from './world';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const VERSIONS = [
  'api-version=2024-04-01',
  'api-version=2024-04-01',
  'api-version=2024-04-01',
  'api-version=2016-12-01',
  'api-version=2026-07-01',
  'API-Version=2023-06-01',
  'api-version=',
  'api-version=tomorrow',
  'api-version=2024-04-01&api-version=2016-12-01',
  '',
] as const;
const QUERIES = [
  "$filter=backupManagementType eq 'AzureIaasVM'",
  "$filter=backupManagementType eq 'AzureIaasVM' and friendlyName eq 'it''s' and expand eq 'extendedinfo'",
  "$filter=startTime eq '2017-11-29 12:00:00 AM' and endTime eq '2040-01-01 00:00:00 AM' and status eq 'Failed'",
  "$filter=startDate eq '2024-99-99 99:99:99 PM'",
  '$filter=a lt 1',
  "$filter=a eq '",
  '$top=1',
  '$top=0',
  '$top=-1',
  '$top=99999999999999999999',
  '$skipToken=WzFd',
  '$skipToken=W251bGxd',
  '$skipToken=bm90IGpzb24',
  '$expand=instanceView&statusOnly=true',
  'a=1&a=2&__proto__=1',
] as const;

/** A request for an operation, in most cases with something wrong in it. */
export function requestFor(target: Target, world: FuzzWorld, choices: Choices): FuzzCall {
  const method = choices.chance(0.03) ? choices.of(METHODS) : target.method;
  const url = `${pathOf(target, world, choices)}?${queryIn(choices)}`;
  const body = bodyOf(target, world, choices);
  return body === undefined ? { method, url } : { method, url, body };
}

function pathOf({ path }: Target, world: FuzzWorld, choices: Choices): string {
  const spoil = choices.chance(0.2) ? choices.below(path.split('{').length) : -1;
  const filled = path.split('{').map((part, i) => {
    if (i === 0) return part;
    const [name = '', rest = ''] = part.split('}');
    return `${i === spoil ? oddPart(choices) : encodeURI(valueFor(name, world, choices))}${rest}`;
  });
  const text = filled.join('');
  if (choices.chance(0.02)) return `${text}/${oddPart(choices)}`;
  if (choices.chance(0.02)) return text.replaceAll('/', '//');
  return choices.chance(0.1) ? text.toUpperCase() : text;
}

function valueFor(parameter: string, world: FuzzWorld, choices: Choices): string {
  const key = parameter.toLowerCase();
  const { any = ['1'], ...named } = world.names;
  const alias =
    key === 'sub' ? 'subscription' : key === 'rg' ? 'resourcegroup' : key === 'azureregion' ? 'location' : key;
  const [, values = any] = Object.entries(named).find(([name]) => alias.includes(name)) ?? [];
  return values[choices.below(values.length)] ?? '1';
}

function queryIn(choices: Choices): string {
  const version = choices.chance(0.9) ? VERSIONS[0] : choices.of(VERSIONS);
  const more = choices.chance(0.25) ? [choices.of(QUERIES).replaceAll(' ', choices.of(['%20', '+']))] : [];
  const odd = choices.chance(0.03) ? [`$filter=${oddPart(choices)}`] : [];
  return [version, ...more, ...odd].join('&');
}

function bodyOf(target: Target, world: FuzzWorld, choices: Choices): string | undefined {
  const valid = target.body && choices.chance(0.5) ? target.body(choices) : world.bodyFor(target);
  if (valid === undefined) return choices.chance(0.02) ? JSON.stringify(oddValue(choices)) : undefined;
  if (choices.chance(0.05)) return undefined;
  let body: unknown = valid;
  for (let changes = choices.below(4); changes > 0; changes--) body = mutated(body, choices);
  const text = JSON.stringify(body) ?? '';
  return choices.chance(0.03) ? brokenText(text, choices) : text;
}
