import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The file of a secret. Bytes are base64. */
const sealed = z.strictObject({
  sealed: z.literal('AES-256-GCM'),
  nonce: z.base64(),
  tag: z.base64(),
  data: z.base64(),
});

/**
 * Encrypts and authenticates values with a 32-byte key. The path is authenticated too, so a file that was copied to another path cannot
 * be decrypted there.
 */
export class Sealing {
  readonly #key: Buffer;

  constructor(key: Uint8Array) {
    if (key.length !== 32) {
      throw new Error(
        `Expected the encryption key to have 32 bytes, found ${key.length}. Create one with \`openssl rand -base64 32\`.`,
      );
    }
    this.#key = Buffer.from(key);
  }

  seal(path: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(path));
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const base64 = (bytes: Buffer) => bytes.toString('base64');
    const file = { sealed: 'AES-256-GCM', nonce: base64(nonce), tag: base64(cipher.getAuthTag()), data: base64(data) };
    return `${JSON.stringify(file)}\n`;
  }

  /** @throws Error if it was not sealed for this path with this key. The message has no part of the content. */
  open(path: string, file: string): string {
    const { nonce, tag, data } = sealed.parse(JSON.parse(file));
    const bytes = (text: string) => Buffer.from(text, 'base64');
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes(nonce), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(path))
      .setAuthTag(bytes(tag));
    return Buffer.concat([decipher.update(bytes(data)), decipher.final()]).toString('utf8');
  }
}
