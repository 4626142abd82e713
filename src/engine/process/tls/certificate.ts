import 'reflect-metadata'; // the certificate library expects it
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { writePrivateFile } from '../files';

const DAY_MS = 86_400_000;
/** Clients such as Python's and Apple's refuse longer ones. */
const VALID_DAYS = 800;
/** A certificate is made anew this long before it ends. */
const RENEW_DAYS = 30;
const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A server's certificate and key, and the authority that clients must trust, also as a file. All PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  readonly authority: string;
  readonly authorityFile: string;
}

/**
 * The certificate of `localhost` in `<folder>/tls`, made on first use and again before it ends. Its authority signs this one
 * certificate; the authority's key is thrown away at once, so nobody can sign another.
 * @param now ms UTC
 */
export async function serverCertificate(folder: string, now: number): Promise<ServerCertificate> {
  const tls = join(folder, 'tls');
  const authorityFile = join(tls, 'ca.pem');
  const files = { cert: join(tls, 'server.pem'), key: join(tls, 'server.key') };
  const found = await Promise.all([authorityFile, files.cert, files.key].map(readIfThere));
  const [authority, cert, key] = found;
  if (authority && cert && key && isGood(cert, authority, now)) return { cert, key, authority, authorityFile };
  const made = await makeCertificate(now);
  await mkdir(tls, { recursive: true, mode: 0o700 });
  await writePrivateFile(files.key, made.key);
  await writePrivateFile(files.cert, made.cert);
  await writePrivateFile(authorityFile, made.authority);
  return { ...made, authorityFile };
}

async function makeCertificate(now: number): Promise<{ authority: string; cert: string; key: string }> {
  const dates = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + VALID_DAYS * DAY_MS) };
  const authorityKeys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: 'CN=VM Backup on this computer',
    keys: authorityKeys,
    signingAlgorithm: KEY,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const keys = await newKeys();
  const cert = await X509CertificateGenerator.create({
    ...dates,
    subject: 'CN=localhost',
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: KEY,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${lines(pkcs8.toString('base64'))}\n-----END PRIVATE KEY-----\n`;
  return { authority: `${authority.toString('pem')}\n`, cert: `${cert.toString('pem')}\n`, key };
}

async function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
}

function isGood(cert: string, authority: string, now: number): boolean {
  try {
    const [server, signer] = [new X509Certificate(cert), new X509Certificate(authority)];
    const lasts = Date.parse(server.validTo) - now > RENEW_DAYS * DAY_MS;
    return lasts && server.verify(signer.publicKey) && server.checkHost('localhost') !== undefined;
  } catch {
    return false; // damaged: made anew
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function lines(base64: string): string {
  return base64.replaceAll(/(.{64})(?=.)/g, '$1\n');
}
