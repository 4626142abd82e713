/** Why a name is not accepted: a code for programs and one sentence that names the broken rule for people. */
export interface NameProblem {
  readonly code: NameProblemCode;
  readonly message: string;
}

export type NameProblemCode = 'TooShort' | 'TooLong' | 'BadStart' | 'BadEnd' | 'BadCharacter';

interface NameRule {
  /** What is named, as the subject of a sentence. */
  readonly subject: string;
  /** Length in UTF-16 code units. */
  readonly min: number;
  readonly max: number;
  readonly allowed: RegExp;
  /** The allowed characters in words. */
  readonly allowedWords: string;
  readonly start?: { readonly pattern: RegExp; readonly words: string };
  readonly end?: { readonly pattern: RegExp; readonly words: string };
}

const A_LETTER = { pattern: /^[a-zA-Z]/, words: 'a letter' };

const VAULT: NameRule = {
  subject: 'A vault name',
  min: 2,
  max: 50,
  start: A_LETTER,
  allowed: /^[a-zA-Z0-9-]*$/,
  allowedWords: 'letters, digits and hyphens',
};

const POLICY: NameRule = {
  subject: 'A policy name',
  min: 3,
  max: 150,
  start: A_LETTER,
  allowed: /^[a-zA-Z0-9_!-]*$/,
  allowedWords: 'letters, digits, hyphens, underscores and exclamation marks',
};

const RESOURCE_GROUP: NameRule = {
  subject: 'A resource group name',
  min: 1,
  max: 90,
  end: { pattern: /[^.]$/, words: 'a period' },
  allowed: /^[\p{L}\p{N}_().-]*$/u,
  allowedWords: 'letters, digits, underscores, hyphens, periods and parentheses',
};

const MACHINE: NameRule = {
  subject: 'A machine name',
  min: 1,
  max: 64,
  start: { pattern: /^[a-zA-Z0-9]/, words: 'a letter or a digit' },
  end: { pattern: /[^.-]$/, words: 'a period or a hyphen' },
  allowed: /^[a-zA-Z0-9_.-]*$/,
  allowedWords: 'letters, digits, hyphens, underscores and periods',
};

const DISK: NameRule = {
  subject: 'A disk name',
  min: 1,
  max: 80,
  allowed: /^[a-zA-Z0-9_.-]*$/,
  allowedWords: 'letters, digits, underscores, hyphens and periods',
};

const STORAGE_ACCOUNT: NameRule = {
  subject: 'A storage account name',
  min: 3,
  max: 24,
  allowed: /^[a-z0-9]*$/,
  allowedWords: 'lower-case letters and digits',
};

const SITE: NameRule = {
  subject: 'A site name',
  min: 1,
  max: 50,
  start: { pattern: /^[a-z]/, words: 'a lower-case letter' },
  allowed: /^[a-z0-9]*$/,
  allowedWords: 'lower-case letters and digits',
};

/** First broken rule of a Recovery Services vault name, `undefined` if the name is good (SPEC §2.1). */
export function vaultNameProblem(name: string): NameProblem | undefined {
  return problem(VAULT, name);
}

/** First broken rule of a backup policy name, `undefined` if the name is good (SPEC §2.5). */
export function policyNameProblem(name: string): NameProblem | undefined {
  return problem(POLICY, name);
}

/** First broken rule of a resource group name, `undefined` if the name is good (ARM; letters of every script). */
export function resourceGroupNameProblem(name: string): NameProblem | undefined {
  return problem(RESOURCE_GROUP, name);
}

/** First broken rule of a virtual machine name, `undefined` if the name is good (ARM, the Linux length). */
export function machineNameProblem(name: string): NameProblem | undefined {
  return problem(MACHINE, name);
}

/** First broken rule of a disk name, `undefined` if the name is good (ARM). */
export function diskNameProblem(name: string): NameProblem | undefined {
  return problem(DISK, name);
}

/** First broken rule of a storage account name, `undefined` if the name is good (ARM). */
export function storageAccountNameProblem(name: string): NameProblem | undefined {
  return problem(STORAGE_ACCOUNT, name);
}

/** First broken rule of a site name, `undefined` if the name is good: sites are locations, and are called like Azure's. */
export function siteNameProblem(name: string): NameProblem | undefined {
  return problem(SITE, name);
}

/** The resource group that resources are put into where nobody chose one. */
export const DEFAULT_GROUP = 'vm-backup';

/** True if two resource names mean the same resource: ARM compares names without case (SPEC §0). */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Canonical form of a location: `East Asia`, `eastasia` and `EastAsia` are one (SPEC §2.2). */
export function locationKey(location: string): string {
  return location.replaceAll(/\s+/g, '').toLowerCase();
}

/** True if two locations are the same one. */
export function sameLocation(a: string, b: string): boolean {
  return locationKey(a) === locationKey(b);
}

function problem(rule: NameRule, name: string): NameProblem | undefined {
  const { subject } = rule;
  if (name.length < rule.min) {
    return { code: 'TooShort', message: `${subject} needs at least ${characters(rule.min)}.` };
  }
  if (name.length > rule.max) {
    return { code: 'TooLong', message: `${subject} has at most ${characters(rule.max)}.` };
  }
  if (rule.start && !rule.start.pattern.test(name)) {
    return { code: 'BadStart', message: `${subject} must start with ${rule.start.words}.` };
  }
  if (!rule.allowed.test(name)) {
    return { code: 'BadCharacter', message: `${subject} has only ${rule.allowedWords}.` };
  }
  if (rule.end && !rule.end.pattern.test(name)) {
    return { code: 'BadEnd', message: `${subject} must not end with ${rule.end.words}.` };
  }
  return undefined;
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}
