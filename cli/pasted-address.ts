import { FOREIGN, readAnswer } from '../activities/twitch/authorization.ts';
import type { AuthorizationAnswer } from '../activities/twitch/authorization.ts';
import { Refusal } from '../common/refusal.ts';

/**
 * Reads the answer of Twitch in an address that was pasted. Some browsers copy it without `http://`, and chat programs put quotes or `&amp;`
 * into it.
 * @throws Refusal if it is none
 */
export function readPasted(text: string, state: string): AuthorizationAnswer {
  const bare = text
    .trim()
    .replace(/^["'<`]+|["'>`]+$/g, '')
    .replaceAll('&amp;', '&');
  const address = /^https?:\/\//i.test(bare) ? bare : `http://${bare}`;
  if (!bare.includes('?') || !URL.canParse(address))
    throw new Refusal(78, 'Expected the whole address that the browser shows, got something else. Run `chatlake login --paste` again.'); // prettier-ignore
  const { pathname, searchParams } = new URL(address);
  if (pathname.endsWith('/authorize'))
    throw new Refusal(78, 'Expected the address that the browser shows after the login, got the one to open. Run `chatlake login --paste` again.'); // prettier-ignore
  const answer = readAnswer(searchParams, state);
  if (answer === FOREIGN)
    throw new Refusal(69, 'The login failed: that address is not the answer to this login, or not all of it. Run `chatlake login --paste` again.'); // prettier-ignore
  return answer;
}
