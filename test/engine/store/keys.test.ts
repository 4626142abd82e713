import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { Chunker, GENERAL_PROFILE } from '../../../src/engine/store/chunker';
import { IdHasher } from '../../../src/engine/store/ids';
import { formatRecoveryKey, parseRecoveryKey } from '../../../src/engine/store/recoveryKey';
import { Repository } from '../../../src/engine/store/repository';
import { inlineEnvironment, KEY_FILE, MIB, noise, requestFor, temporaryFolder, writeImage } from './storeSupport';

describe('the keys of a repository', () => {
  const folder = temporaryFolder();
  const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
  const environment = inlineEnvironment();
  let recoveryKey: string;

  before(async () => {
    const repository = await Repository.create(target, KEY_FILE, environment);
    recoveryKey = await repository.addRecoveryKey();
    await assert.rejects(repository.addRecoveryKey(), { code: 'RecoveryKeyExists' });
    await repository.backup(requestFor([writeImage(folder, noise(1000, 1))]));
    await repository.close();
  });

  it('open it: the key file and the recovery key, however it is typed', async () => {
    assert.match(recoveryKey, /^VMB1(-[0-9A-HJKMNP-TV-Z]{5}){7}$/);
    const typed = ` ${recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    for (const credential of [{ keyFile: KEY_FILE }, { recoveryKey }, { recoveryKey: typed }]) {
      const repository = await Repository.open(target, credential, environment);
      assert.equal((await repository.points()).length, 1);
      await repository.close();
    }
  });

  it('refuse a wrong key file, a wrong recovery key and a mistyped one, each in its own words', async () => {
    const wrong = Repository.open(target, { keyFile: Buffer.alloc(32, 8) }, environment);
    await assert.rejects(wrong, { code: 'LocalVaultUnreadable', message: /key file/ });
    const short = Repository.open(target, { keyFile: Buffer.alloc(31, 7) }, environment);
    await assert.rejects(short, { code: 'LocalVaultUnreadable', message: /32 bytes/ });
    const other = Repository.open(target, { recoveryKey: formatRecoveryKey(Buffer.alloc(20, 3)) }, environment);
    await assert.rejects(other, { code: 'LocalVaultUnreadable', message: /recovery key/ });
    const last = recoveryKey.endsWith('7') ? '8' : '7';
    const typo = Repository.open(target, { recoveryKey: recoveryKey.slice(0, -1) + last }, environment);
    await assert.rejects(typo, { code: 'LocalVaultUnreadable', message: /mistyped/ });
  });

  it('give a recovery key that survives typing and not a wrong digit', () => {
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.nat(34),
        fc.integer({ min: 1, max: 31 }),
        (secret, place, step) => {
          const text = formatRecoveryKey(secret);
          assert.deepEqual([...parseRecoveryKey(text)], [...secret]);
          const at = 5 + place + Math.floor(place / 5);
          const wrong = digits[(digits.indexOf(text[at] ?? '') + step) % 32] ?? '';
          assert.throws(() => parseRecoveryKey(text.slice(0, at) + wrong + text.slice(at + 1)), {
            code: 'LocalVaultUnreadable',
          });
        },
      ),
      // A checksum of 15 bits misses one typo in 32768: the seed makes sure that this run has none.
      { numRuns: 200, seed: 1 },
    );
  });

  it('do not let a second repository be made over the first or over its remains', async () => {
    await assert.rejects(Repository.create(target, KEY_FILE, environment), { code: 'LocalVaultExists' });
    const copy = path.join(folder, 'copy');
    fs.cpSync(target.path, copy, { recursive: true });
    for (const file of ['config', 'config-copy']) fs.rmSync(path.join(copy, file));
    const remains = { kind: 'folder' as const, path: copy };
    await assert.rejects(Repository.create(remains, KEY_FILE, environment), { code: 'LocalVaultUnreadable' });
    await assert.rejects(Repository.open(remains, { keyFile: KEY_FILE }, environment), {
      code: 'LocalVaultUnreadable',
      message: /config/,
    });
  });

  it('do not open a config of a newer format or with a feature that is not known', async () => {
    const newer: [string, (text: string) => string][] = [
      ['format', (text) => text.replace('"format": 1', '"format": 2')],
      ['feature', (text) => text.replace('"read": []', '"read": ["holes"]')],
      ['profile', (text) => text.replace('"general"', '"archive"')],
    ];
    for (const [name, edit] of newer) {
      const copy = path.join(folder, name);
      fs.cpSync(target.path, copy, { recursive: true });
      const at = { kind: 'folder' as const, path: copy };
      const change = (file: string): void => {
        const config = path.join(copy, file);
        fs.writeFileSync(config, edit(fs.readFileSync(config, 'utf8')));
      };
      // A newer program writes the copy first: a config that is alone in what it asks for is damaged, and mended.
      change('config');
      await (await Repository.open(at, { keyFile: KEY_FILE }, environment)).close();
      assert.ok(fs.readFileSync(path.join(copy, 'config')).equals(fs.readFileSync(path.join(target.path, 'config'))));
      for (const file of ['config', 'config-copy']) change(file);
      await assert.rejects(Repository.open(at, { keyFile: KEY_FILE }, environment), {
        code: 'LocalStoreFormatUnknown',
      });
    }
  });

  it('do not trust a config that was changed', async () => {
    const copy = path.join(folder, 'changed');
    fs.cpSync(target.path, copy, { recursive: true });
    for (const file of ['config', 'config-copy']) {
      const config = path.join(copy, file);
      fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace(/"created": \d+/, '"created": 5'));
    }
    const open = Repository.open({ kind: 'folder', path: copy }, { keyFile: KEY_FILE }, environment);
    await assert.rejects(open, { code: 'LocalVaultUnreadable', message: /seal/ });
  });

  it('open by either config, and mend the other', async () => {
    const whole = fs.readFileSync(path.join(target.path, 'config'));
    const edits: [string, (file: string) => void][] = [
      ['gone', (file) => fs.rmSync(file)],
      ['changed', (file) => fs.writeFileSync(file, whole.toString().replace(/"created": \d+/, '"created": 5'))],
      ['no JSON', (file) => fs.writeFileSync(file, 'x')],
    ];
    for (const file of ['config', 'config-copy']) {
      for (const [name, edit] of edits) {
        const copy = path.join(folder, `${file} ${name}`);
        fs.cpSync(target.path, copy, { recursive: true });
        edit(path.join(copy, file));
        const opened = await Repository.open({ kind: 'folder', path: copy }, { keyFile: KEY_FILE }, environment);
        await opened.close();
        for (const each of ['config', 'config-copy']) {
          assert.ok(fs.readFileSync(path.join(copy, each)).equals(whole), `${file} ${name}: ${each}`);
        }
      }
    }
  });

  it('let the recovery key be replaced: the new one opens, the old one does not', async () => {
    const copy = { kind: 'folder' as const, path: path.join(folder, 'rotated') };
    const made = await Repository.create(copy, KEY_FILE, environment);
    const keys = [await made.addRecoveryKey(), await made.rotateRecoveryKey(), await made.rotateRecoveryKey()];
    await assert.rejects(made.addRecoveryKey(), { code: 'RecoveryKeyExists' });
    assert.equal((await made.verify()).ok, true);
    await made.close();
    assert.equal(new Set(keys).size, 3);
    for (const [at, key] of keys.entries()) {
      const opening = Repository.open(copy, { recoveryKey: key }, environment);
      if (at === 2) await (await opening).close();
      else await assert.rejects(opening, { code: 'LocalVaultUnreadable' });
    }
  });

  it('name chunks by HMAC-SHA256 of their SHA-256', () => {
    const key = noise(32, 4);
    const plain = noise(5000, 5);
    const expected = createHmac('sha256', key).update(createHash('sha256').update(plain).digest()).digest();
    assert.ok(new IdHasher(key).id(plain).equals(expected));
  });
});

const aligned = (bytes: Buffer): Buffer => Buffer.from(new Uint8Array(bytes).buffer);

describe('the chunker', () => {
  it('cuts at sectors, within its limits, without gaps, and finds the zeros', () => {
    const chunker = new Chunker(noise(64, 1), GENERAL_PROFILE);
    const segment = aligned(Buffer.concat([noise(5 * MIB, 2), Buffer.alloc(MIB), noise(4 * MIB + 100, 3)]));
    const pieces = chunker.cut(segment);
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
      assert.equal(piece.offset, at);
      assert.equal(piece.offset % 4096, 0);
      at += piece.length;
      if (piece.zero) {
        assert.deepEqual([piece.offset, piece.length], [5 * MIB, MIB]);
        continue;
      }
      assert.ok(piece.length <= GENERAL_PROFILE.max);
      const ends = index === pieces.length - 1 || pieces[index + 1]?.zero === true;
      assert.ok(ends || piece.length >= GENERAL_PROFILE.min);
    }
    assert.equal(at, segment.length);
    const chunks = pieces.filter(({ zero }) => !zero);
    const average = (segment.length - MIB) / chunks.length;
    assert.ok(average > 80 * 1024 && average < 250 * 1024, `average ${average}`);
  });

  it('cuts elsewhere with another seed', () => {
    const segment = aligned(noise(8 * MIB, 7));
    const cuts = (seed: number): number[] =>
      new Chunker(noise(64, seed), GENERAL_PROFILE).cut(segment).map(({ offset }) => offset);
    assert.deepEqual(cuts(1), cuts(1));
    assert.notDeepEqual(cuts(1), cuts(2));
  });
});
