/** The part of the npm package `webhdfs` 1.2.0 that is used here; it ships no types. */
declare module 'webhdfs' {
  import type { Agent, IncomingMessage } from 'node:http';
  import type { Socket } from 'node:net';

  /** The running request. It has its response, with the parsed body, by the time that the callback is called. */
  export interface WebHdfsRequest {
    response?: IncomingMessage & { body?: unknown };
    on(event: 'data', listener: (chunk: Buffer) => void): unknown;
    on(event: 'socket', listener: (socket: Socket) => void): unknown;
    /** Breaks the connection off. The callback is not called after it. */
    abort(): void;
  }

  type Callback = (error: (Error & { code?: string }) | null | undefined) => void;

  export interface WebHdfsClient {
    mkdir(path: string, mode: string, callback: Callback): WebHdfsRequest;
    rename(path: string, destination: string, callback: Callback): WebHdfsRequest;
    stat(path: string, callback: Callback): WebHdfsRequest;
    unlink(path: string, recursive: boolean, callback: Callback): WebHdfsRequest;
  }

  export interface ClientOptions {
    protocol: string;
    host: string;
    port: number;
    path: string;
    user: string;
  }

  /** What every request is made with; `qs` adds to the query. */
  export interface RequestParams {
    agent: Agent;
    timeout: number;
    /** `null`: straight to the server, whatever HTTP_PROXY says. */
    proxy: null;
    qs?: Record<string, string>;
    followRedirect: boolean;
  }

  const webhdfs: { createClient(options: ClientOptions, params: RequestParams): WebHdfsClient };
  export default webhdfs;
}
