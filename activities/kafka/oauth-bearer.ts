import type { Mechanism } from 'kafkajs';

/** Ends each part of a message (RFC 7628 §3.1). */
const END = '\u0001';
const LENGTH_BYTES = 4;

/** The broker refused the token. Never has a part of it. */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
  /** kafkajs tries a login again unless an error says no. */
  readonly retriable = false;
}

/**
 * The login OAUTHBEARER (RFC 7628). The one of kafkajs takes the answer to a bad token for a success; its connection is closed later, without
 * a reason.
 * @param readToken called for each login
 */
export function oauthBearer(readToken: () => Promise<string>): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const message = Buffer.from(`n,,${END}auth=Bearer ${await readToken()}${END}${END}`);
        const answer = await saslAuthenticate({
          request: { encode: () => withLength(message) },
          response: { decode: (raw) => raw, parse: (raw) => raw.subarray(LENGTH_BYTES).toString() },
        });
        if (answer !== undefined && answer !== '')
          throw new TokenRefused(`the token was refused (${statusOf(answer)})`);
      },
    }),
  };
}

/** kafkajs sends and receives the texts of a login with their length before them. */
function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(message.length);
  return Buffer.concat([length, message]);
}

/** The broker's reason, such as `invalid_token`. */
function statusOf(answer: string): string {
  return /"status"\s*:\s*"([\w-]{1,100})"/.exec(answer)?.[1] ?? 'without a reason';
}
