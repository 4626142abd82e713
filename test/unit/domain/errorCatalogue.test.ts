import assert from 'node:assert/strict';
import {
  appError,
  ERROR_PLACEHOLDERS,
  type ErrorCode,
  errorCodes,
  errorEntry,
  errorText,
  generalRecommendation,
  isErrorCode,
} from '../../../src/domain/errorCatalogue';

function placeholdersOf(text: string): string[] {
  return Array.from(text.matchAll(/\{([^}]*)\}/g), (match) => match[1] ?? '');
}

/** Texts that other programs compare or people search for: they must stay as the service writes them. */
const EXACT: Partial<Record<ErrorCode, string>> = {
  ResourceNotFound:
    "The Resource 'Microsoft.RecoveryServices/vaults/v1' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  ResourceGroupNotFound: "Resource group 'rg' could not be found.",
  BMSUserErrorInvalidPolicyInput:
    'Input for create or update policy is not in proper format\r\nPlease check format of parameters like schedule time, schedule days, retention time and retention days',
  UserErrorVmRegisteredWithAnotherVault:
    'Virtual machine is already registered\\registering with another recovery services vault Please select a different virtual machine for registration.',
  UserErrorBackupOperationInProgress: 'Unable to initiate backup as another backup operation is currently in progress',
  JobResourceNotFound: 'Could not perform the operation as VM no longer exists.',
  LocalMachineRunning: 'web-01 is running; add it through QEMU or libvirt, or stop it.',
};

const VALUES = { resource: 'Microsoft.RecoveryServices/vaults/v1', resourceGroup: 'rg', vm: 'web-01' };

describe('error catalogue', () => {
  for (const code of errorCodes()) {
    it(`${code} is complete`, () => {
      const { httpStatus, title, message, recommendation } = errorEntry(code);
      assert.ok(httpStatus >= 400 && httpStatus < 600);
      assert.ok(title.length > 0 && message.length > 0 && recommendation.length > 0);
      assert.deepEqual(placeholdersOf(title), []);
      for (const name of [...placeholdersOf(message), ...placeholdersOf(recommendation)]) {
        assert.ok(Object.hasOwn(ERROR_PLACEHOLDERS, name), `{${name}} is not documented`);
      }
    });
  }

  it('fills every placeholder of every code', () => {
    const values = Object.fromEntries(Object.keys(ERROR_PLACEHOLDERS).map((name) => [name, `<${name}>`]));
    for (const code of errorCodes()) {
      const error = appError(code, values as typeof ERROR_PLACEHOLDERS);
      assert.doesNotMatch(`${error.message}${error.details.recommendation}`, /[{}]/, code);
    }
  });

  it('documents no placeholder that no text uses', () => {
    const texts = errorCodes().map(errorEntry);
    const used = new Set(texts.flatMap((entry) => placeholdersOf(entry.message + entry.recommendation)));
    assert.deepEqual(Object.keys(ERROR_PLACEHOLDERS).toSorted(), [...used].toSorted());
  });

  it('ends our own texts as sentences', () => {
    for (const code of errorCodes().filter((name) => /^(Local|Engine|Recovery)/.test(name))) {
      const { message, recommendation } = errorEntry(code);
      assert.match(message, /(\.|\{reason\})$/, code);
      assert.match(recommendation, /\.$/, code);
    }
  });

  it('uses each number of the service once', () => {
    const numbers = errorCodes().flatMap((code) => errorEntry(code).jobErrorCode ?? []);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.equal(errorEntry('JobResourceNotFound').jobErrorCode, 320001);
    assert.equal(errorEntry('JobResourceNotFound').title, 'ResourceNotFound');
  });

  for (const [code, text] of Object.entries(EXACT)) {
    it(`${code} has its exact text`, () => {
      assert.ok(isErrorCode(code));
      assert.equal(errorText(code, VALUES as unknown as typeof ERROR_PLACEHOLDERS), text);
    });
  }

  it('makes an error with message, recommendation, target and cause', () => {
    const cause = new Error('disk');
    const error = appError(
      'LocalTargetNoSpace',
      { path: '/mnt/out', needed: '12 GB', free: '3 GB' },
      { cause, target: 'folder', details: [{ code: 'X', message: 'Y' }] },
    );
    assert.equal(error.code, 'LocalTargetNoSpace');
    assert.equal(error.message, 'The restore to /mnt/out needs 12 GB, but only 3 GB is free there.');
    assert.equal(error.cause, cause);
    assert.deepEqual(error.details, {
      target: 'folder',
      details: [{ code: 'X', message: 'Y' }],
      recommendation: 'Make room, or choose a folder on another drive.',
    });
  });

  it('leaves braces inside a value alone', () => {
    assert.equal(errorText('LocalDiskNotFound', { path: '/a/{vm}.img' }), 'There is no file /a/{vm}.img.');
  });

  it('asks for the values of a code at compile time', () => {
    // @ts-expect-error a value for {path} is missing
    assert.match(errorText('LocalDiskNotFound', {}), /\{path\}/);
  });

  it('knows its codes from others', () => {
    assert.equal(isErrorCode('LocalDiskNotFound'), true);
    assert.equal(isErrorCode('toString'), false);
  });
});

describe('what to do about a code without its values', () => {
  it('is the recommendation of the catalogue when it names nothing', () => {
    assert.equal(generalRecommendation('LocalTargetNotWritable'), errorEntry('LocalTargetNotWritable').recommendation);
  });

  it('is nothing for a recommendation with placeholders, and for codes of others', () => {
    assert.equal(generalRecommendation('LocalMachineRunning'), undefined);
    assert.equal(generalRecommendation('SomeCodeOfAzure'), undefined);
  });
});
