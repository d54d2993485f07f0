import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import type { StoreKey } from './access.ts';
import { StoreFault } from './fault.ts';

/** How many requests are answered in how much time. A whole installation sends a few in a second. */
interface Limit {
  max: number;
  seconds: number;
}

const WITH_KEY: Limit = { max: 1_000, seconds: 10 };
const WRONG_KEY: Limit = { max: 60, seconds: 60 };
/** /docs and /healthz. */
const OPEN: Limit = { max: 1_000, seconds: 10 };
/** A flood is one line in the log. */
const LOG_EVERY_MS = 60_000;

/** Each counts a request. @throws StoreFault 429, with the header `Retry-After` */
export interface Limits {
  withKey(request: FastifyRequest, reply: FastifyReply, key: StoreKey): Promise<void>;
  withoutKey(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  open(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/**
 * Limits requests by address (IPv6: by /64). Requests with a key, with a wrong key, and to open routes are counted apart: whoever tries keys
 * keeps nobody with a right key out, also not at the same address. The last 5,000 addresses of each kind are remembered.
 */
export async function createLimits(app: FastifyInstance, log: Log): Promise<Limits> {
  await app.register(rateLimit, { global: false });
  let loggedAtMs = -Infinity;

  function limit({ max, seconds }: Limit, what: string, remedy = 'Repeat this one') {
    const count = app.createRateLimit({ max, timeWindow: seconds * 1_000 });
    return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const found = await count(request);
      if (found.isAllowed || !found.isExceeded) return;
      if (performance.now() - loggedAtMs > LOG_EVERY_MS) {
        loggedAtMs = performance.now();
        log.warn('requests are refused because there are too many', { address: request.ip, what });
      }
      reply.header('retry-after', found.ttlInSeconds);
      throw new StoreFault(
        429,
        'too_many',
        `Expected at most ${max} requests ${what} in ${seconds} s from one address, got more. ${remedy} after ${found.ttlInSeconds} s.`,
      );
    };
  }

  const keys = new Map<string, ReturnType<typeof limit>>();
  return {
    withKey(request, reply, { name }) {
      const own = keys.get(name) ?? limit(WITH_KEY, `with the key of ${name}`);
      keys.set(name, own);
      return own(request, reply);
    },
    withoutKey: limit(WRONG_KEY, 'without a key of this store', 'Set PARAMETER_STORE_KEY, and repeat this one'),
    open: limit(OPEN, 'that need no key'),
  };
}
