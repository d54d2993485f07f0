import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';

/** Why the process should get no work yet; undefined if it is ready. */
export type WhyNotReady = () => string | undefined | Promise<string | undefined>;

export interface ProbesOptions {
  /** `127.0.0.1:9464`, or `[::1]:9464`. */
  address: string;
  /** Where Temporal's runtime serves its metrics and ours. */
  metricsUrl: string;
  whyNotReady: WhyNotReady;
}

const REQUEST_MS = 5_000;

/**
 * Serves what Kubernetes and Prometheus ask of a process:
 *
 * - `/healthz`: 200 as long as the process answers at all.
 * - `/readyz`: 200 if it works, 503 and the reason while it starts or stops.
 * - `/metrics`: Temporal's metrics and ours, as Prometheus' text.
 * @throws the system's error if the address cannot be used
 */
export async function serveProbes({ address, metricsUrl, whyNotReady }: ProbesOptions): Promise<Server> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'Expected GET or HEAD.\n');
    switch (request.url ?? '') {
      case '/healthz':
        return answer(response, 200, 'ok\n');
      case '/readyz':
        return void sendReadiness(response, whyNotReady);
      case '/metrics':
        return void sendMetrics(response, metricsUrl);
      default:
        return answer(response, 404, 'Expected /healthz, /readyz or /metrics.\n');
    }
  });
  // A probe must not keep the process alive.
  server.unref();
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  server.listen({ host, port: Number(address.slice(colon + 1)) });
  await once(server, 'listening');
  return server;
}

async function sendReadiness(response: ServerResponse, whyNotReady: WhyNotReady): Promise<void> {
  const reason = await whyOr(whyNotReady);
  answer(response, reason === undefined ? 200 : 503, `${reason ?? 'ready'}\n`);
}

/** Without the error's message: it may name a path. */
async function whyOr(whyNotReady: WhyNotReady): Promise<string | undefined> {
  try {
    return await whyNotReady();
  } catch {
    return 'it cannot tell whether it is ready';
  }
}

async function sendMetrics(response: ServerResponse, metricsUrl: string): Promise<void> {
  try {
    const metrics = await fetch(metricsUrl, { signal: AbortSignal.timeout(REQUEST_MS) });
    answer(response, metrics.status, await metrics.text(), metrics.headers.get('content-type') ?? undefined);
  } catch (error) {
    answer(response, 503, `Expected metrics from Temporal's runtime, got: ${(error as Error).message}\n`);
  }
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(text);
}
