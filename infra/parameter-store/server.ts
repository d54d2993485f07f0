import { mkdir, realpath } from 'node:fs/promises';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { Log } from '../../common/log.ts';
import { lockDirectory, lockDirectoryInTurn } from '../../common/directory-lock.ts';
import { closeServer } from '../../common/close-server.ts';
import { Refusal } from '../../common/refusal.ts';
import { checkKeys, fullAccess } from './access.ts';
import type { StoreKey } from './access.ts';
import { refuseBadHttp, sendFault } from './answers.ts';
import * as describe from './descriptions.ts';
import { removeScratches } from './durable-directory.ts';
import { StoreFault } from './fault.ts';
import { ParameterFiles } from './files.ts';
import { checkHost } from './hosts.ts';
import { createLimits } from './limits.ts';
import { checkDirectory, checkEncryptionKey, whyNot } from './readiness.ts';
import type { ParameterRules } from './rule.ts';
import { parameterRoutes } from './routes.ts';
import { Sealing } from './sealing.ts';
import { limitStrangers } from './strangers.ts';

export interface ParameterStoreOptions {
  /** For the JSON files. Created if necessary. May be on NFS. Only one process may use it. */
  directory: string;
  /** The operator's bearer key, which opens everything, at least 16 characters. */
  key: string;
  /** Keys of single clients, which open some paths. */
  otherKeys?: readonly StoreKey[];
  /** 32 bytes. Encrypts the values below `secrets/`: without it they are lost. */
  encryptionKey: Uint8Array;
  /** Keys that `secrets/` may be encrypted with instead. At the start such values are encrypted with the new key. */
  oldEncryptionKeys?: readonly Uint8Array[];
  /** Names under which clients reach the store, besides IP addresses and names of private networks; see {@link checkHost}. */
  hosts?: readonly string[];
  /** The address to listen on, such as 127.0.0.1. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** Its certificate and key in PEM. Serves HTTPS with them. */
  tls?: { cert: string; key: string } | undefined;
  /** Whether to wait for another process that uses the directory. Default: it is an error. */
  waits?: boolean;
  /** Rules for the values of some paths. Default: any JSON everywhere. */
  rules?: ParameterRules;
  /** Told of each answer. */
  onAnswer?: (answer: StoreAnswer) => void;
  log: Log;
}

/** An answer, for counting. */
export interface StoreAnswer {
  /** The name of its key; undefined without one. */
  client: string | undefined;
  method: string;
  status: number;
}

export interface ParameterStore {
  url: string;
  /** Why it cannot do its work; undefined if it can. */
  whyNotReady(): Promise<string | undefined>;
  survey(): Promise<Survey>;
  /** Finishes open requests within two seconds, then closes. */
  stop(): Promise<void>;
}

/** What lies in a store. */
export interface Survey {
  parameters: number;
  bytes: number;
  secrets: number;
  /** The secrets that no key of the store opens. */
  unreadable: number;
}

const NO_RULES: ParameterRules = new Map();
const PREFIX = '/v1';
/** More than the list of 10,000 rooms. */
const LONGEST_BODY = 4 * 1024 * 1024;
/** A request must have come whole within this time, its headers in half of it. */
const REQUEST_MS = 10_000;
const TIMES = { headersTimeout: REQUEST_MS / 2, connectionsCheckingInterval: 1_000 };
/** More than the collectors, workers and people of an installation need, and fewer than the files that a process may open. */
const MOST_STRANGERS = 256;

/**
 * Starts the parameter store: JSON values over REST, one file per value, with compare-and-set by ETag.
 * @throws Error if a key has the wrong length, another process uses the directory, or the port is taken
 */
export async function startParameterStore(options: ParameterStoreOptions): Promise<ParameterStore> {
  const { key, otherKeys = [], encryptionKey, oldEncryptionKeys = [], hosts = [], host, port, log } = options;
  const { rules = NO_RULES } = options;
  const keys = [fullAccess(key), ...otherKeys];
  checkKeys(keys);
  const sealing = new Sealing(encryptionKey, oldEncryptionKeys);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await realpath(options.directory);

  // Fastify's logger would write headers and bodies, with the key and secrets.
  const app = fastify({
    logger: false,
    bodyLimit: LONGEST_BODY,
    requestTimeout: REQUEST_MS,
    ...(options.tls === undefined
      ? { http: TIMES }
      : { https: { ...TIMES, handshakeTimeout: REQUEST_MS, ...options.tls } }),
    clientErrorHandler: refuseBadHttp,
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
  const trust = limitStrangers(app.server, MOST_STRANGERS);
  const limits = await createLimits(app, log);
  app.addHook('onRequest', async (request, reply) => {
    checkHost(request.headers.host, hosts);
    if (!request.url.startsWith(`${PREFIX}/`)) await limits.open(request, reply);
  });
  app.addHook('onResponse', async ({ storeKey, method }, { statusCode }) => {
    options.onAnswer?.({ client: storeKey?.name, method, status: statusCode });
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
    await checkDirectory(directory, log);
    return { status: 'ok' };
  });
  const files = new ParameterFiles(directory, sealing);
  await app.register(async (v1) => parameterRoutes(v1, { files, rules, keys, limits, trust, log }), {
    prefix: PREFIX,
  });

  const unlock = await lock(directory, options.waits ?? false, log);
  try {
    await removeScratches(directory);
    const sealedAgain = await files.sealAgain();
    if (sealedAgain > 0) log.info('secrets were encrypted with the new key', { secrets: sealedAgain });
    const url = await app.listen({ host, port });
    log.info('parameter store listens', { url, directory });
    return {
      url,
      whyNotReady: () =>
        whyNot(
          () => checkDirectory(directory, log),
          () => checkEncryptionKey(files),
        ),
      survey: async () => ({ ...(await files.measure()), ...(await files.countSecrets()) }),
      stop: () => closeServer(app).finally(unlock),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Two processes would not see each other's writes: both could win the same compare-and-set. Some network file systems have no locks: there
 * the operator has to see to it that only one process runs.
 */
async function lock(directory: string, waits: boolean, log: Log): Promise<() => void> {
  const name = 'parameter-store';
  try {
    const wait = () => log.warn('waiting for another parameter store that uses this directory', { directory });
    const unlock = waits ? await lockDirectoryInTurn(directory, name, wait) : lockDirectory(directory, name);
    if (unlock !== undefined) return unlock;
  } catch (error) {
    const text = 'this directory cannot be locked; run only one parameter store with it';
    log.warn(text, { directory, error: (error as Error).message });
    return () => {};
  }
  throw new Refusal(
    73,
    `Expected no other parameter store to use ${directory}, but a process holds its lock. Stop that one, or set another directory.`,
  );
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
