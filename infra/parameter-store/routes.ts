import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import { pathOf } from './answers.ts';
import { conditionOf, names } from './conditions.ts';
import * as describe from './descriptions.ts';
import { StoreFault } from './fault.ts';
import type { ParameterFiles } from './files.ts';
import { checkNewValue, checkStoredValue } from './rule.ts';
import type { ParameterRules } from './rule.ts';
import { checkPrefix, parsePath } from './path.ts';

type PathRequest = FastifyRequest<{ Params: { '*': string } }>;

/** The routes below `/v1`. All require the key. Bodies are valid JSON text. */
export function parameterRoutes(
  app: FastifyInstance,
  options: { files: ParameterFiles; rules: ParameterRules; key: string; log: Log },
): void {
  const { files, rules, key, log } = options;
  const path = '/parameters/*';
  const segments = (request: FastifyRequest) => parsePath((request as PathRequest).params['*']);
  const changed = (request: FastifyRequest, what: string) => log.info(`parameter ${what}`, { path: pathOf(request) });

  app.addHook('onRequest', async (request) => {
    if (!isKey(key, request.headers.authorization)) {
      throw new StoreFault(
        401,
        'unauthorized',
        'Expected `Authorization: Bearer <key>` with the key of this store. Set PARAMETER_STORE_KEY.',
      );
    }
  });

  app.get<{ Querystring: { prefix?: string | string[] } }>(
    '/parameters',
    { schema: describe.list },
    async (request) => {
      return { paths: await files.list(checkPrefix([request.query.prefix ?? ''].flat().join('?'))) };
    },
  );

  app.get(path, { schema: describe.get }, async (request, reply) => {
    const { text, etag, file } = await files.read(segments(request));
    checkStoredValue(rules, segments(request).join('/'), text, file);
    reply.header('etag', etag);
    if (names(request.headers['if-none-match'] ?? '', etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(text);
  });

  app.put<{ Body: string | undefined }>(path, { schema: describe.put(rules) }, async (request, reply) => {
    if (request.body === undefined)
      throw new StoreFault(400, 'not_json', 'Expected a JSON body, got none. Send the value as JSON.');
    checkNewValue(rules, segments(request).join('/'), request.body);
    const { etag, created } = await files.write(segments(request), request.body, conditionOf(request.headers));
    changed(request, created ? 'created' : 'replaced');
    return reply
      .code(created ? 201 : 200)
      .header('etag', etag)
      .send({ etag });
  });

  app.delete(path, { schema: describe.remove }, async (request, reply) => {
    await files.remove(segments(request), conditionOf(request.headers));
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

/** Takes the same time for right and wrong keys: it compares digests, which have one length. */
function isKey(key: string, authorization: string | undefined): boolean {
  const sent = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(sent), digest(key));
}
