/** The used part of the npm package `webhdfs` 1.2.0, which has no types. */
declare module 'webhdfs' {
  import type { Agent, IncomingMessage } from 'node:http';
  import type { Socket } from 'node:net';

  /** The running request. When the callback is called, it has the response with the parsed body. */
  export interface WebHdfsRequest {
    response?: IncomingMessage & { body?: unknown };
    on(event: 'data', listener: (chunk: Buffer) => void): unknown;
    on(event: 'socket', listener: (socket: Socket) => void): unknown;
    /** Aborts the connection. The callback is not called. */
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
  }

  /** Used by every request; `qs` is added to the query. */
  export interface RequestParams {
    agent: Agent;
    timeout: number;
    /** `null` ignores HTTP_PROXY. */
    proxy: null;
    qs: Record<string, string>;
    ca?: string;
    cert?: string;
    key?: string;
    followRedirect: boolean;
  }

  const webhdfs: { createClient(options: ClientOptions, params: RequestParams): WebHdfsClient };
  export default webhdfs;
}
