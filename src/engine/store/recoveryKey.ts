import { hash } from 'node:crypto';
import { unreadable } from './errors';

/** Crockford's alphabet: no I, L, O and U, which people mistake for others. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = 'VMB1';
const SECRET_BYTES = 20;
const SECRET_DIGITS = 32;
const CHECK_DIGITS = 3;
const GROUP = 5;

function encode(secret: Uint8Array): string {
  const bits = Array.from(secret, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => DIGITS.charAt(Number.parseInt(five, 2)));
}

function checkDigits(secret: Uint8Array): string {
  return encode(hash('sha256', Buffer.concat([Buffer.from(PREFIX), secret]), 'buffer')).slice(0, CHECK_DIGITS);
}

/** Bytes of randomness in a recovery key. */
export const RECOVERY_SECRET_BYTES = SECRET_BYTES;

/** Writes 20 secret bytes as `VMB1-XXXXX-…` (seven groups, the last three digits are a checksum). */
export function formatRecoveryKey(secret: Uint8Array): string {
  const digits = encode(secret) + checkDigits(secret);
  return [PREFIX, ...(digits.match(new RegExp(`.{${GROUP}}`, 'g')) ?? [])].join('-');
}

/**
 * The secret of a recovery key as a person typed it: case, spaces and dashes do not matter, O is 0, I and L are 1.
 * Throws `LocalVaultUnreadable` (target `recoveryKey`) if it is mistyped.
 */
export function parseRecoveryKey(text: string): Buffer {
  const clean = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const digits = clean.slice(PREFIX.length);
  const values = Array.from(digits, (digit) => DIGITS.indexOf(digit));
  const wellFormed = digits.length === SECRET_DIGITS + CHECK_DIGITS && !values.includes(-1);
  if (wellFormed && clean.startsWith(PREFIX.replace(/[IL]/g, '1'))) {
    const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
    const secret = Buffer.from(
      bits
        .slice(0, SECRET_BYTES * 8)
        .match(/.{8}/g)
        ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
    );
    if (digits.endsWith(checkDigits(secret))) return secret;
  }
  throw unreadable('recoveryKey', 'This is not a recovery key: a digit is missing or mistyped.');
}
