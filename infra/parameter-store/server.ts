import { constants } from 'node:fs';
import { access, mkdir, realpath } from 'node:fs/promises';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { Log } from '../../common/log.ts';
import { sendFault } from './answers.ts';
import * as describe from './descriptions.ts';
import { removeScratches } from './durable-directory.ts';
import { StoreFault } from './fault.ts';
import { ParameterFiles } from './parameter-files.ts';
import type { ParameterRules } from './parameter-rule.ts';
import { parameterRoutes } from './routes.ts';
import { Sealing } from './sealing.ts';

export interface ParameterStoreOptions {
  /** Where the JSON files are kept; made where absent. One process a directory. May be on NFS. */
  directory: string;
  /** What clients must send as bearer key, at least 16 characters. */
  key: string;
  /** 32 bytes: encrypts what is below `secrets/`. Without it those values are lost. */
  encryptionKey: Uint8Array;
  /** The address to listen on, such as 127.0.0.1. */
  host: string;
  /** 0 for one that is free. */
  port: number;
  /** What some paths may hold. Default: every path any JSON. */
  rules?: ParameterRules;
  log: Log;
}

export interface ParameterStore {
  url: string;
  /** Finishes the requests that have begun, then closes. */
  stop(): Promise<void>;
}

const NO_RULES: ParameterRules = new Map();
const SHORTEST_KEY = 16;
const LONGEST_BODY = 1024 * 1024;

/**
 * The parameter store: JSON values over REST, one file each, with compare-and-set by ETags.
 * @throws Error for a key that is too short, an encryption key that has not 32 bytes, or a port that is taken
 */
export async function startParameterStore(options: ParameterStoreOptions): Promise<ParameterStore> {
  const { key, encryptionKey, host, port, rules = NO_RULES, log } = options;
  if (key.length < SHORTEST_KEY) {
    throw new Error(
      `Expected the store’s key to have at least ${SHORTEST_KEY} characters, found ${key.length}. Make one with \`openssl rand -base64 32\`.`,
    );
  }
  const sealing = new Sealing(encryptionKey);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await realpath(options.directory);
  await removeScratches(directory);

  // No logger of Fastify's: it would write headers and bodies, and with them the key and secrets.
  const app = fastify({
    logger: false,
    bodyLimit: LONGEST_BODY,
    frameworkErrors: (error, request, reply) => void sendFault(error, request, reply, log),
  });
  app.setErrorHandler((error, request, reply) => sendFault(error, request, reply, log));
  app.setNotFoundHandler(async (request) => {
    throw new StoreFault(
      404,
      'no_route',
      `Expected a route of this store, found ${request.method} on another. See /docs.`,
    );
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  bodiesAsJsonText(app);
  // Schemas describe; what they describe is checked where it is used, with better words.
  app.setValidatorCompiler(() => () => true);

  await app.register(swagger, {
    openapi: {
      info: { title: 'Parameter store', version: '1', description: 'JSON values under paths, with compare-and-set.' },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
        schemas: Object.fromEntries([...rules].map(([path, { schema }]) => [describe.schemaName(path), schema])),
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/healthz', { schema: describe.health }, async () => {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
      throw new StoreFault(
        503,
        'storage',
        `Expected ${directory} to be writable, found it is not. Mount it, or correct its rights.`,
        cause,
      );
    });
    return { status: 'ok' };
  });
  const files = new ParameterFiles(directory, sealing);
  await app.register(async (v1) => parameterRoutes(v1, { files, rules, key, log }), { prefix: '/v1' });

  const url = await app.listen({ host, port });
  log.info('parameter store listens', { url, directory });
  return { url, stop: () => app.close() };
}

/** Keeps a body as the text that was sent, so that nothing of it is lost (long numbers, order, spelling), once it is known to be JSON. */
function bodiesAsJsonText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    if (body.length === 0) return undefined;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      JSON.parse(text);
      return text;
    } catch {
      // Without the cause: a parser's message quotes what it read.
      throw new StoreFault(
        400,
        'not_json',
        'Expected a body of JSON in UTF-8, found something else. Send the value as JSON.',
      );
    }
  });
}
