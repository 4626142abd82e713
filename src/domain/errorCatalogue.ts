import { AZURE_ERRORS } from './azureErrors';
import { ENGINE_ERRORS } from './engineErrors';
import type { AppError } from './errors';
import {
  type EntryValues,
  type ErrorEntry,
  type FailureOptions,
  failureOf,
  fillTemplate,
  type PlaceholderIn,
} from './errorTemplates';
import { JOB_ERRORS } from './jobErrors';
import { MACHINE_ERRORS } from './machineErrors';
import { PROTECTION_ERRORS } from './protectionErrors';
import { STORAGE_ERRORS } from './storageErrors';
import { TIME_ZONE_ERRORS } from './timeZoneErrors';
import { WIRE_ERRORS } from './wireErrors';

const ERRORS = {
  ...WIRE_ERRORS,
  ...JOB_ERRORS,
  ...MACHINE_ERRORS,
  ...PROTECTION_ERRORS,
  ...STORAGE_ERRORS,
  ...TIME_ZONE_ERRORS,
  ...ENGINE_ERRORS,
  ...AZURE_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

/** Every code that {@link appError} can throw. */
export type ErrorCode = keyof typeof ERRORS;

/** A value for each placeholder in the texts of a code; `{}` if they have none. */
export type ErrorValues<Code extends ErrorCode> = EntryValues<(typeof ERRORS)[Code]>;

/** What each placeholder stands for. */
export const ERROR_PLACEHOLDERS: Readonly<Record<PlaceholderIn<(typeof ERRORS)[ErrorCode]>, string>> = {
  action: 'operation as in Azure permissions, for example Microsoft.RecoveryServices/vaults/backupJobs/read',
  allowedFrom: 'moment from which it may be tried again, with its zone',
  apiVersion: 'api-version that was asked for',
  attached: 'LUNs of the disks that are there, separated by commas',
  chunk: 'name of a stored chunk',
  command: 'a command as it is typed',
  correlationId: 'x-ms-correlation-request-id of the request',
  count: 'whole number',
  disk: 'name of a disk',
  existingLocation: 'location that the resource has',
  feature: 'word in the request that this engine does not know or support',
  file: 'absolute path of a file',
  folder: 'absolute path of a folder',
  free: 'free space in words, for example 3 GB',
  group: 'name or number of a group of users',
  host: 'Host header of the request',
  limit: 'largest allowed value, in words if it is a size',
  location: 'name of a location',
  locations: 'names of locations, separated by commas',
  luns: 'LUNs of data disks, separated by commas',
  method: 'HTTP method in capitals',
  name: 'name of a resource',
  needed: 'needed space in words, for example 12 GB',
  path: 'absolute path of a disk image or of a restore target',
  percent: 'whole number from 0 to 100',
  platform: 'name of an operating system as Node.js has it',
  points: 'names of the affected recovery points, separated by commas',
  policy: 'name of a backup policy',
  reason: 'a whole sentence, or the text of the cause',
  resource: 'resource type and name, for example Microsoft.RecoveryServices/vaults/home-vault',
  resourceGroup: 'name of a resource group',
  resources: 'ids of resources, separated by commas',
  resourceType: 'resource type, for example Microsoft.RecoveryServices/vaults',
  retryAfter: 'seconds until a new try makes sense',
  role: 'name of a role in Azure, for example Backup Operator',
  scope: 'ARM id of what a permission is for',
  setting: 'setting of a vault in words, for example soft delete',
  status: 'HTTP status of an answer',
  subscriptionId: 'id of a subscription',
  supported: 'what is supported, separated by commas',
  timestamp: 'moment as yyyyMMddTHHmmssZ',
  timeZone: 'time zone id as it was given',
  trackingId: 'x-ms-request-id of the answer',
  until: 'moment on the clock of this computer, with its date if that is not today',
  vault: 'name of a vault',
  vaultLocation: 'location of the vault',
  version: 'version of a program',
  vm: 'name of a virtual machine',
  vmLocation: 'location of the virtual machine',
};

/** True if the catalogue has an entry for `code`; codes that only Azure knows have none. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Every code of the catalogue. */
export function errorCodes(): ErrorCode[] {
  return Object.keys(ERRORS).filter(isErrorCode);
}

/** The entry of a code, its texts with unfilled placeholders. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}

/** What to do about a code that came without its values, for example from an operation; `undefined` if that needs them. */
export function generalRecommendation(code: string): string | undefined {
  const recommendation = isErrorCode(code) ? errorEntry(code).recommendation : '';
  return recommendation === '' || recommendation.includes('{') ? undefined : recommendation;
}

/** The message of a code with its placeholders filled. */
export function errorText<Code extends ErrorCode>(code: Code, values: ErrorValues<Code>): string {
  return fillTemplate(errorEntry(code).message, values);
}

/**
 * The failure of a code, its message and recommendation with the placeholders filled.
 * @param options the cause, the field or resource it is about, and further failures of the same request
 */
export function appError<Code extends ErrorCode>(
  code: Code,
  values: ErrorValues<Code>,
  options?: FailureOptions,
): AppError {
  return failureOf(code, errorEntry(code), values, options);
}

/**
 * The values that a text of the catalogue was filled with, by placeholder: `fillTemplate` backwards, for texts that came
 * over the wire. `undefined` if `text` was not made from `template`.
 */
export function templateValues(template: string, text: string): Record<string, string> | undefined {
  const pattern = template.replaceAll(/[$()*+./?[\\\]^|-]/g, String.raw`\$&`);
  const seen = new Set<string>();
  const groups = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (seen.has(name)) return String.raw`\k<${name}>`;
    seen.add(name);
    return `(?<${name}>[^]*?)`;
  });
  const match = new RegExp(`^${groups}$`).exec(text);
  return match ? { ...match.groups } : undefined;
}
