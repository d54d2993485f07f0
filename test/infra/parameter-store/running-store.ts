import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../../common/log.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';

export const key = 'a key of the tests, long enough'.replaceAll(' ', '-');
export const encryptionKey = Buffer.alloc(32, 'k');

export interface RunningStore {
  url: string;
  directory: string;
  /** The store's log as JSON lines. */
  logged(): string;
  /** Sends a request with the key to `/v1/parameters/<path>`. `path` is not normalised. */
  ask(method: string, path: string, options?: { body?: string; headers?: Record<string, string> }): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export async function runningStore(): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), 'chatlake-store-'));
  const lines: string[] = [];
  const write = (message: string, facts?: Record<string, unknown>) =>
    void lines.push(JSON.stringify({ message, ...facts }));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const store = await startParameterStore({ directory, key, encryptionKey, host: '127.0.0.1', port: 0, log });
  return {
    url: store.url,
    directory,
    logged: () => lines.join('\n'),
    ask: (method, path, options) => ask(store.url, method, path, options),
    async stop() {
      await store.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function ask(
  url: string,
  method: string,
  path: string,
  options: { body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...options.headers };
  const response = await fetch(`${url}/v1/parameters/${path}`, {
    method,
    headers,
    ...(options.body !== undefined && { body: options.body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The code in an error answer. */
export function codeOf(answer: Answer): string {
  const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } };
  if (typeof error.message !== 'string' || error.message === '')
    throw new Error(`Expected a message, found ${answer.text}`);
  return error.code;
}
