import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import { pathOf } from './answers.ts';
import { conditionOf, names } from './conditions.ts';
import * as describe from './descriptions.ts';
import { StoreFault } from './fault.ts';
import type { ParameterFiles } from './parameter-files.ts';
import { checkNewValue, checkStoredValue } from './parameter-rule.ts';
import type { ParameterRules } from './parameter-rule.ts';
import { checkPrefix, parsePath } from './parameter-path.ts';

type PathRequest = FastifyRequest<{ Params: { '*': string } }>;

/** The routes below `/v1`, all of which ask for the key. Bodies arrive as JSON text, already checked. */
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
      throw new StoreFault(400, 'not_json', 'Expected a body of JSON, found none. Send the value as JSON.');
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
        `Expected GET, PUT or DELETE, found ${request.method}. PUT writes the whole value.`,
      );
    },
  });
}

/** Takes as long for a wrong key as for the right one: what is compared are digests, of one length whatever was sent. */
function isKey(key: string, authorization: string | undefined): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}
