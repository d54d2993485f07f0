import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The file of a secret. Bytes are base64. */
const sealed = z.strictObject({
  sealed: z.literal('AES-256-GCM'),
  nonce: z.base64(),
  tag: z.base64(),
  data: z.base64(),
});

/**
 * Encrypts and authenticates values with a 32-byte key, and decrypts those of older keys, too. The path is authenticated too, so a file that was copied to another path cannot
 * be decrypted there.
 */
export class Sealing {
  readonly #key: Buffer;
  readonly #oldKeys: Buffer[];

  constructor(key: Uint8Array, oldKeys: readonly Uint8Array[] = []) {
    const wrong = [key, ...oldKeys].find(({ length }) => length !== KEY_BYTES);
    if (wrong !== undefined) {
      throw new Error(
        `Expected the encryption key to have ${KEY_BYTES} bytes, found ${wrong.length}. Create one with \`openssl rand -base64 32\`.`,
      );
    }
    this.#key = Buffer.from(key);
    this.#oldKeys = oldKeys.map((old) => Buffer.from(old));
  }

  seal(path: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(path));
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const base64 = (bytes: Buffer) => bytes.toString('base64');
    const file = { sealed: 'AES-256-GCM', nonce: base64(nonce), tag: base64(cipher.getAuthTag()), data: base64(data) };
    return `${JSON.stringify(file)}\n`;
  }

  /** @throws Error if it was not sealed for this path with one of the keys. The message has no part of the content. */
  open(path: string, file: string): string {
    return this.openWithAge(path, file).text;
  }

  /** Like {@link open}; `isOld` if it was sealed with an older key. */
  openWithAge(path: string, file: string): { text: string; isOld: boolean } {
    try {
      return { text: openWith(this.#key, path, file), isOld: false };
    } catch (error) {
      for (const key of this.#oldKeys) {
        try {
          return { text: openWith(key, path, file), isOld: true };
        } catch {
          // Another one may fit.
        }
      }
      throw error;
    }
  }
}

function openWith(key: Buffer, path: string, file: string): string {
  const { nonce, tag, data } = sealed.parse(JSON.parse(file));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const decipher = createDecipheriv(ALGORITHM, key, bytes(nonce), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(path))
    .setAuthTag(bytes(tag));
  return Buffer.concat([decipher.update(bytes(data)), decipher.final()]).toString('utf8');
}
