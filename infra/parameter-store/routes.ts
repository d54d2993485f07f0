import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import { checkAccess, keyIn, opens } from './access.ts';
import type { StoreKey } from './access.ts';
import { pathOf } from './answers.ts';
import { conditionOf, names } from './conditions.ts';
import * as describe from './descriptions.ts';
import { StoreFault } from './fault.ts';
import type { ParameterFiles } from './files.ts';
import type { Limits } from './limits.ts';
import { checkNewValue, checkStoredValue } from './rule.ts';
import type { ParameterRules } from './rule.ts';
import { checkPrefix, parsePath } from './path.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the request has shown. */
    storeKey: StoreKey | undefined;
  }
}

type PathRequest = FastifyRequest<{ Params: { '*': string } }>;

/** The routes below `/v1`. All require the key. Bodies are valid JSON text. */
export function parameterRoutes(
  app: FastifyInstance,
  options: {
    files: ParameterFiles;
    rules: ParameterRules;
    keys: readonly StoreKey[];
    limits: Limits;
    /** Called with the connection of a request that has a key. */
    trust: (socket: Socket) => void;
    log: Log;
  },
): void {
  const { files, rules, keys, limits, trust, log } = options;
  const path = '/parameters/*';
  const segments = (request: FastifyRequest) => parsePath((request as PathRequest).params['*']);
  const changed = (request: FastifyRequest, what: string) =>
    log.info(`parameter ${what}`, { path: pathOf(request), by: keyOf(request).name });

  app.decorateRequest('storeKey');
  app.addHook('onRequest', async (request, reply) => {
    try {
      request.storeKey = keyIn(request.headers.authorization, keys);
    } catch (error) {
      // Its body is not read.
      void reply.header('connection', 'close');
      await limits.withoutKey(request, reply);
      throw error;
    }
    trust(request.socket);
    await limits.withKey(request, reply, request.storeKey);
  });

  const allowed = (request: FastifyRequest, verb: 'read' | 'write'): string[] => {
    const found = segments(request);
    checkAccess(keyOf(request), verb, found.join('/'));
    return found;
  };

  app.get<{ Querystring: { prefix?: string | string[] } }>(
    '/parameters',
    { schema: describe.list },
    async (request) => {
      const paths = await files.list(checkPrefix([request.query.prefix ?? ''].flat().join('?')));
      return { paths: paths.filter((it) => opens(keyOf(request).read, it)) };
    },
  );

  app.get(path, { schema: describe.get }, async (request, reply) => {
    const wanted = allowed(request, 'read');
    const { text, etag, file } = await files.read(wanted);
    checkStoredValue(rules, wanted.join('/'), text, file);
    reply.header('etag', etag);
    if (names(request.headers['if-none-match'] ?? '', etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(text);
  });

  app.put<{ Body: string | undefined }>(path, { schema: describe.put(rules) }, async (request, reply) => {
    const wanted = allowed(request, 'write');
    if (request.body === undefined)
      throw new StoreFault(400, 'not_json', 'Expected a JSON body, got none. Send the value as JSON.');
    checkNewValue(rules, wanted.join('/'), request.body);
    const { etag, created } = await files.write(wanted, request.body, conditionOf(request.headers));
    changed(request, created ? 'created' : 'replaced');
    return reply
      .code(created ? 201 : 200)
      .header('etag', etag)
      .send({ etag });
  });

  app.delete(path, { schema: describe.remove }, async (request, reply) => {
    await files.remove(allowed(request, 'write'), conditionOf(request.headers));
    changed(request, 'deleted');
    return reply.code(204).send();
  });

  app.route({
    method: ['POST', 'PATCH', 'OPTIONS'],
    url: path,
    schema: { hide: true },
    handler: async (request, reply) => {
      reply.header('allow', 'GET, HEAD, PUT, DELETE');
      throw new StoreFault(
        405,
        'bad_method',
        `Expected GET, PUT or DELETE, got ${request.method}. Use PUT to write the whole value.`,
      );
    },
  });
}

function keyOf({ storeKey }: FastifyRequest): StoreKey {
  if (storeKey === undefined) throw new Error('Expected the key to be checked before the route.');
  return storeKey;
}
