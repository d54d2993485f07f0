import { timingSafeEqual } from 'node:crypto';

/** What the collector needs of a user. Reading chat asks for nothing else. */
export const SCOPES = ['chat:read'];

export interface AuthorizationRequest {
  /** Ends with `/oauth2`. */
  idUrl: string;
  clientId: string;
  /** As it is registered in the developer console, to the letter. */
  redirectUri: string;
  /** Comes back with the code, and proves that the answer is to this request. */
  state: string;
}

/** The address at which a user allows the application to read chat. https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/ */
export function authorizationUrl({ idUrl, clientId, redirectUri, state }: AuthorizationRequest): string {
  const url = new URL(`${idUrl.replace(/\/+$/, '')}/authorize`);
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: SCOPES.join(' '),
    state,
    // Otherwise Twitch answers for whoever is logged in there, without a question.
    force_verify: 'true',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** The answer of Twitch: a code, or why there is none. */
export type AuthorizationAnswer = { code: string } | { fault: AuthorizationFault };

/**
 * Twitch compares redirect addresses letter by letter, also a slash at the end. If that of the request is none of the application, it sends the
 * browser to the first that the application has: https://github.com/twitchdev/issues/issues/762
 */
export type AuthorizationFault = 'not allowed' | 'redirect mismatch' | 'no code' | 'refused';

/** An answer to another request, or of somebody who guesses. */
export const FOREIGN = 'foreign';

const FAULTS = new Map<string, AuthorizationFault>([
  ['access_denied', 'not allowed'],
  ['redirect_mismatch', 'redirect mismatch'],
]);

/** Reads the answer in the query of the address to which Twitch has sent the browser. */
export function readAnswer(query: URLSearchParams, state: string): AuthorizationAnswer | typeof FOREIGN {
  if (!isSame(query.get('state') ?? '', state)) return FOREIGN;
  const error = query.get('error');
  if (error !== null) return { fault: FAULTS.get(error) ?? 'refused' };
  const code = query.get('code') ?? '';
  return code === '' ? { fault: 'no code' } : { code };
}

function isSame(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
