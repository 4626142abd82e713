import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAppError } from '../../../src/domain/errors';
import { serverCertificate } from '../../../src/engine/process/tls/certificate';
import { clientOf } from '../../../src/engine/process/tls/clientFile';

const DAY = 86_400_000;

describe('Serving with TLS', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    file = join(folder, 'client.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('certificate', () => {
    it('is for localhost, signed by its authority, and its key is private', async () => {
      const { cert, authority, authorityFile } = await serverCertificate(folder, Date.now());
      const server = new X509Certificate(cert);
      assert.ok(server.checkHost('localhost') && server.checkIP('127.0.0.1'));
      assert.ok(server.verify(new X509Certificate(authority).publicKey));
      assert.equal(readFileSync(authorityFile, 'utf8'), authority);
      assert.equal(statSync(join(folder, 'tls', 'server.key')).mode & 0o777, 0o600);
    });

    it('stays the same, until 30 days before it ends', async () => {
      const now = Date.now();
      const first = await serverCertificate(folder, now);
      assert.equal((await serverCertificate(folder, now + 769 * DAY)).cert, first.cert);
      const second = await serverCertificate(folder, now + 771 * DAY);
      assert.notEqual(second.cert, first.cert);
    });

    it('is made again when a file of it is damaged', async () => {
      const first = await serverCertificate(folder, Date.now());
      writeFileSync(join(folder, 'tls', 'server.pem'), 'no certificate');
      assert.notEqual((await serverCertificate(folder, Date.now())).cert, first.cert);
    });
  });

  describe('client file', () => {
    it('is made with a random secret that only its owner may read', async () => {
      const client = await clientOf(file);
      assert.ok(client.clientSecret.length >= 32);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(await clientOf(file), client);
    });

    it('is refused when others may read it', async () => {
      await clientOf(file);
      chmodSync(file, 0o640);
      await assert.rejects(clientOf(file), (error) => isAppError(error, 'LocalClientFileOpen'));
    });

    for (const [what, content] of [
      ['no JSON', 'clientId=a'],
      ['no secret', '{"clientId":"a"}'],
      ['a short secret', '{"clientId":"a","clientSecret":"short"}'],
    ] as const) {
      it(`is refused with ${what}`, async () => {
        writeFileSync(file, content, { mode: 0o600 });
        await assert.rejects(clientOf(file), (error) => isAppError(error, 'LocalClientFileInvalid'));
      });
    }
  });
});
