import { gzipSync } from 'node:zlib';
import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import got from 'got';
import { DIRECT_AND_FRESH, boundedAnswer } from '../common/bounded-answer.ts';

/** Limit for an answer, in bytes. One that takes all spans is empty. */
const LONGEST_ANSWER = 64 * 1024;
/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = new Set([429, 502, 503, 504]);

export interface SpanTransport extends IExporterTransport {
  /** Why the last request failed; undefined if it did not. */
  readonly finding: string | undefined;
}

/**
 * Sends spans in OTLP over HTTP. The library's own transport limits neither the bytes of an answer nor, if they keep coming, its time. Compression and
 * headers are those of its settings.
 */
export function createSpanTransport(
  url: string,
  { headers, compression }: { headers: () => Record<string, string>; compression: 'gzip' | 'none' },
): SpanTransport {
  let finding: string | undefined;
  const isZipped = compression === 'gzip';

  async function send(data: Uint8Array, timeoutMillis: number): Promise<ExportResponse> {
    const request = {
      method: 'POST',
      headers: { ...headers(), ...(isZipped ? { 'content-encoding': 'gzip' } : {}) },
      body: isZipped ? gzipSync(data) : Buffer.from(data),
      agent: DIRECT_AND_FRESH,
    } as const;
    try {
      const bounds = { maxBytes: LONGEST_ANSWER, maxMs: timeoutMillis };
      const { status, body } = await boundedAnswer(got, url, request, bounds);
      finding = status >= 200 && status < 300 ? undefined : `it answered ${status}`;
      if (finding === undefined) return { status: 'success', data: body };
      if (RETRYABLE.has(status)) return { status: 'retryable' };
    } catch (error) {
      finding = (error as Error).message;
    }
    return { status: 'failure', error: new Error(finding) };
  }

  return {
    send,
    shutdown: () => {},
    get finding() {
      return finding;
    },
  };
}
