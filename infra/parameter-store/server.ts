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
import { ParameterFiles } from './files.ts';
import type { ParameterRules } from './rule.ts';
import { parameterRoutes } from './routes.ts';
import { Sealing } from './sealing.ts';

export interface ParameterStoreOptions {
  /** For the JSON files. Created if necessary. May be on NFS. Only one process may use it. */
  directory: string;
  /** The bearer key of the clients, at least 16 characters. */
  key: string;
  /** 32 bytes. Encrypts the values below `secrets/`: without it they are lost. */
  encryptionKey: Uint8Array;
  /** The address to listen on, such as 127.0.0.1. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** Its certificate and key in PEM. Serves HTTPS with them. */
  tls?: { cert: string; key: string } | undefined;
  /** Rules for the values of some paths. Default: any JSON everywhere. */
  rules?: ParameterRules;
  log: Log;
}

export interface ParameterStore {
  url: string;
  /** Finishes open requests, then closes. */
  stop(): Promise<void>;
}

const NO_RULES: ParameterRules = new Map();
const SHORTEST_KEY = 16;
const LONGEST_BODY = 1024 * 1024;

/**
 * Starts the parameter store: JSON values over REST, one file per value, with compare-and-set by ETag.
 * @throws Error if a key has the wrong length, or the port is taken
 */
export async function startParameterStore(options: ParameterStoreOptions): Promise<ParameterStore> {
  const { key, encryptionKey, host, port, rules = NO_RULES, log } = options;
  if (key.length < SHORTEST_KEY) {
    throw new Error(
      `Expected the store’s key to have at least ${SHORTEST_KEY} characters, found ${key.length}. Create one with \`openssl rand -base64 32\`.`,
    );
  }
  const sealing = new Sealing(encryptionKey);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await realpath(options.directory);
  await removeScratches(directory);

  // Fastify's logger would write headers and bodies, with the key and secrets.
  const app = fastify({
    logger: false,
    ...(options.tls === undefined ? {} : { https: options.tls }),
    bodyLimit: LONGEST_BODY,
    frameworkErrors: (error, request, reply) => void sendFault(error, request, reply, log),
  });
  app.setErrorHandler((error, request, reply) => sendFault(error, request, reply, log));
  app.setNotFoundHandler(async (request) => {
    throw new StoreFault(
      404,
      'no_route',
      `Expected a route of this store, got ${request.method} for another. See /docs.`,
    );
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  bodiesAsJsonText(app);
  // The schemas are for /docs only. The handlers check values, with better messages.
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
        `Expected ${directory} to be writable, but it is not. Mount it, or correct its permissions.`,
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

/** Checks that a body is JSON, and keeps its text unchanged: parsing would lose long numbers, key order and spelling. */
function bodiesAsJsonText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    if (body.length === 0) return undefined;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      JSON.parse(text);
      return text;
    } catch {
      // Without the cause: the parser's message quotes the value.
      throw new StoreFault(
        400,
        'not_json',
        'Expected a JSON body in UTF-8, got something else. Send the value as JSON.',
      );
    }
  });
}
