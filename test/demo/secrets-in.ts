/** A shorter text may appear by chance, and an empty one appears in every text. */
const SHORTEST = 16;

/**
 * The names of the secrets in a text, plain or anywhere in base64 (or base64url). The context shifts a secret by 0, 1 or 2 bytes in
 * base64's groups of three, so each secret has three encodings. Of each, only the characters that depend on the secret alone are
 * searched for.
 * @throws RangeError with the name of a secret that is too short
 */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([name, secret]) => facesOf(name, secret).some((face) => text.includes(face)))
    .map(([name]) => name);
}

function facesOf(name: string, secret: string): string[] {
  if (secret.length < SHORTEST)
    throw new RangeError(`Expected ${name} to have ${SHORTEST} characters or more, got ${secret.length}.`);
  const encodings = ['base64', 'base64url'] as const;
  return [secret, ...encodings.flatMap((encoding) => [0, 1, 2].map((shift) => faceAt(shift, secret, encoding)))];
}

function faceAt(shift: number, secret: string, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
  return bytes.toString(encoding).slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
