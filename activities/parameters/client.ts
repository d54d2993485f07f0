import type { Got, Method } from 'got';
import got from 'got';
import { z } from 'zod';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';
import type { AskOptions, BoundedAnswer } from '../../common/bounded-answer.ts';
import { isUntrusted, trusting } from '../../common/tls-files.ts';
import type { ReadTls } from '../../common/tls-files.ts';
import { ParameterError } from './error.ts';

interface PutConditions {
  /** Write only if the current version has this ETag. */
  ifMatch?: string;
  /** Write only if there is no value yet. */
  ifAbsent?: boolean;
}

/**
 * The parameter store: JSON values under paths such as `config/pipeline` or `secrets/twitch/<account>`. All methods throw
 * {@link ParameterError}.
 */
export interface Parameters {
  /** The value and its version; undefined if there is none. A value that does not match the schema is an error. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; etag: string } | undefined>;
  /** Writes the whole value. If a condition is false, it writes nothing and throws a `precondition` error. */
  put(path: string, value: unknown, conditions?: PutConditions): Promise<{ etag: string }>;
  /** Returns whether there was a value. */
  delete(path: string): Promise<boolean>;
  /** The paths with this prefix, sorted; all paths for ''. */
  list(prefix: string): Promise<string[]>;
}

export interface ParametersOptions {
  /** The address of the store, such as `http://127.0.0.1:8090`. */
  url: string;
  key: string;
  /** The files for an `https` address. */
  readTls?: ReadTls | undefined;
  /** For one request, to the last byte of its answer. Default 10,000. */
  timeoutMs?: number;
}

/** In bytes, for values and lists. The store limits values to 1 MiB. */
const LONGEST_ANSWER = 8 * 1024 * 1024;
const LONGEST_PAUSE_MS = 300_000;
/** The most characters of the store's message in an error. */
const LONGEST_QUOTE = 500;
/** The most fields in an error, and the most characters of each. */
const MOST_FAULTS = 10;
const LONGEST_NAME = 100;

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const listBody = z.object({ paths: z.array(z.string()) });

/** Creates a client of the store. It does not retry: its callers are Temporal activities, which do. */
export function createParameters(options: ParametersOptions): Parameters {
  const { url, key, readTls, timeoutMs = 10_000 } = options;
  const http = got.extend({
    prefixUrl: `${url.replace(/\/+$/, '')}/v1`,
    headers: { authorization: `Bearer ${key}` },
  });
  const ask = (method: Method, path: string | undefined, request: AskOptions = {}) =>
    askWithin(http, timeoutMs, method, path, { ...request, https: trusting(readTls?.() ?? {}) });
  const expect = (path: string, method: Method, response: BoundedAnswer, ...statuses: number[]): BoundedAnswer => {
    if (statuses.includes(response.status)) return response;
    throw unexpectedStatus(path, method, response, { statuses, key });
  };

  return {
    async get(path, schema) {
      const response = await ask('GET', path);
      if (response.status === 404) return undefined;
      const parsed = schema.safeParse(json(path, expect(path, 'GET', response, 200).body));
      if (!parsed.success) throw unexpectedShape(path, parsed.error);
      return { value: parsed.data, etag: etagOf(path, response) };
    },

    async put(path, value, conditions = {}) {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (conditions.ifMatch !== undefined) headers['if-match'] = conditions.ifMatch;
      if (conditions.ifAbsent === true) headers['if-none-match'] = '*';
      const response = await ask('PUT', path, { body: JSON.stringify(value, undefined, 2) ?? '', headers });
      return { etag: etagOf(path, expect(path, 'PUT', response, 200, 201)) };
    },

    async delete(path) {
      const response = await ask('DELETE', path);
      if (response.status === 404) return false;
      expect(path, 'DELETE', response, 204);
      return true;
    },

    async list(prefix) {
      const response = await ask('GET', undefined, { searchParams: { prefix } });
      const parsed = listBody.safeParse(json('a list', expect('of a list', 'GET', response, 200).body));
      if (!parsed.success) throw unexpectedShape('of a list', parsed.error);
      return parsed.data.paths;
    },
  };
}

async function askWithin(
  http: Got,
  maxMs: number,
  method: Method,
  path: string | undefined,
  request: AskOptions,
): Promise<BoundedAnswer> {
  const url = path === undefined ? 'parameters' : addressOf(path);
  try {
    return await boundedAnswer(http, url, { method, ...request }, { maxBytes: LONGEST_ANSWER, maxMs });
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const { fault, code, message } = error;
    const what = `Expected the parameter store to answer ${method} ${path ?? 'of a list'}, but ${message}.`;
    if (fault === 'too-large')
      throw new ParameterError('unexpected', `${what} Is PARAMETER_STORE_URL a parameter store?`, { path, code });
    const remedy = isUntrusted(code)
      ? 'Set PARAMETER_STORE_TLS_CA_FILE to the certificate of the authority that has signed its certificate.'
      : 'Is the store running, and at PARAMETER_STORE_URL?';
    throw new ParameterError('unavailable', `${what} ${remedy}`, { path, code });
  }
}

/** @throws ParameterError for a path that a URL would change into another */
function addressOf(path: string): string {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    const message = `Expected a path without empty segments, \`.\` and \`..\`, found ${JSON.stringify(path)}. Correct the path.`;
    throw new ParameterError('refused', message, { path });
  }
  return `parameters/${segments.map(encodeURIComponent).join('/')}`;
}

/** Quotes the store's message without the key: a server that is not a store may echo what it was sent. */
function unexpectedStatus(
  path: string,
  method: Method,
  { status, body, headers }: BoundedAnswer,
  { statuses, key }: { statuses: number[]; key: string },
): ParameterError {
  const sent = errorBody.safeParse(parseOrUndefined(body)).data?.error;
  const quoted = (text: string): string => text.replaceAll(key, '…').slice(0, LONGEST_QUOTE);
  return new ParameterError(
    kindOf(status),
    `Expected the parameter store to answer ${method} ${path} with ${statuses.join(' or ')}, got ${status}. ${quoted(sent?.message ?? '')}`.trim(),
    { path, status, code: sent === undefined ? undefined : quoted(sent.code) },
    retryAfterMsIn(headers['retry-after']),
  );
}

/** The store's `Retry-After`, which is in seconds. A proxy may send a date: then Temporal's own pause is used. */
function retryAfterMsIn(header: string | undefined): number | undefined {
  return /^\d+$/.test(header ?? '') ? Math.min(Number(header) * 1_000, LONGEST_PAUSE_MS) : undefined;
}

function kindOf(status: number): ParameterError['kind'] {
  if (status === 401) return 'unauthorized';
  if (status === 412) return 'precondition';
  return status >= 500 || status === 429 ? 'unavailable' : 'refused';
}

function etagOf(path: string, response: BoundedAnswer): string {
  const { etag } = response.headers;
  if (etag === undefined) {
    throw new ParameterError(
      'unexpected',
      `Expected an ETag with ${path}, got none. Is PARAMETER_STORE_URL a parameter store?`,
      {
        path,
      },
    );
  }
  return etag;
}

function json(path: string, body: Buffer): unknown {
  const value = parseOrUndefined(body);
  if (value === undefined) {
    throw new ParameterError(
      'unexpected',
      `Expected JSON at ${path}, got something else. Is PARAMETER_STORE_URL a parameter store?`,
      {
        path,
      },
    );
  }
  return value;
}

function parseOrUndefined(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Names the fields and their faults, never their values. */
function unexpectedShape(path: string, error: z.ZodError): ParameterError {
  const faults = error.issues
    .flatMap((issue) =>
      fieldsOf(issue).map((field) => `\`${field.slice(0, LONGEST_NAME) || 'value'}\` (${issue.code})`),
    )
    .slice(0, MOST_FAULTS);
  return new ParameterError(
    'unexpected',
    `Expected the parameter ${path} to have the shape of this version, but found faults at ${faults.join(', ')}. Correct it in the parameter store.`,
    { path, faults },
  );
}

/** The fields of a fault. For unknown keys, these keys. */
function fieldsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key].join('.')) : [path.join('.')];
}
