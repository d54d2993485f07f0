import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate and its key, in PEM. */
export interface Certified {
  key: string;
  cert: string;
}

/** An authority of one test: its certificate, and certificates for servers and clients that it signs. */
export interface Authority {
  cert: string;
  /** Of a server for 127.0.0.1 and localhost, or of a client. */
  issue(name: string): Certified;
}

/** A self-signed certificate for 127.0.0.1 and localhost. */
export function selfSigned(): Certified {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf('chatlake test');
  return {
    key: pemKey(keys.privateKey),
    cert: certificate({
      issuer: name,
      signer: keys.privateKey,
      subject: name,
      key: keys.publicKey,
      extension: LOCAL_NAMES,
    }),
  };
}

export function certificateAuthority(): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf(`authority ${randomBytes(4).toString('hex')}`);
  const signer = keys.privateKey;
  return {
    cert: certificate({ issuer, signer, subject: issuer, key: keys.publicKey, extension: IS_AUTHORITY }),
    issue: (name) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        key: pemKey(own.privateKey),
        cert: certificate({ issuer, signer, subject: nameOf(name), key: own.publicKey, extension: LOCAL_NAMES }),
      };
    },
  };
}

interface Parts {
  issuer: Buffer;
  signer: KeyObject;
  subject: Buffer;
  key: KeyObject;
  extension: Buffer;
}

/** X.509 in DER (RFC 5280), encoded by hand, valid for a day. */
function certificate({ issuer, signer, subject, key, extension }: Parts): string {
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer,
    sequence(time(Date.now() - 3_600_000), time(Date.now() + 86_400_000)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const der = sequence(body, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from(commonName)))));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function oid(...bytes: number[]): Buffer {
  return tlv(0x06, Buffer.from(bytes));
}

function time(ms: number): Buffer {
  return tlv(
    0x17,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-T:]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
}

/** subjectAltName: localhost and 127.0.0.1. */
const LOCAL_NAMES = sequence(
  oid(0x55, 0x1d, 0x11),
  tlv(0x04, sequence(tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.from([127, 0, 0, 1])))),
);

/** basicConstraints, critical: CA. */
const IS_AUTHORITY = sequence(
  oid(0x55, 0x1d, 0x13),
  tlv(0x01, Buffer.from([0xff])),
  tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))),
);
