import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';

/** The used part of the generated code, whose own types are those of another kind of schema. */
type Decoder = { decode(body: Buffer): unknown; toObject(message: unknown, options: object): unknown };
type Schema = {
  opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: Decoder } } } } };
};

type Value = { stringValue?: string } & Record<string, unknown>;
type Attributes = { key: string; value: Value }[];

/** A span as a collector of traces gets it. */
export interface SentSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  attributes: Record<string, unknown>;
  status: { code?: number; message?: string };
  events: unknown[];
  links: unknown[];
  resource: Record<string, unknown>;
}

/** A collector of traces on a real socket, which reads OTLP with the schema of the protocol. */
export interface TraceCollector {
  url: string;
  spans: SentSpan[];
  requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
  /** The status of the next answers, or that there are none. Default 200. */
  status: number | 'none';
  stop(): Promise<void>;
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    collector.requests.push({ path: request.url ?? '', headers: request.headers, body });
    if (collector.status === 200) collector.spans.push(...spansIn(body));
    if (collector.status !== 'none') response.writeHead(collector.status).end();
  };
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const collector: TraceCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    requests: [],
    status: 200,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

function spansIn(body: Buffer): SentSpan[] {
  const type = (root as unknown as Schema).opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
  const message = type.toObject(type.decode(body), { bytes: Buffer, longs: String, defaults: false }) as {
    resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  return message.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: String(span['name']),
        traceId: hex(span['traceId']),
        spanId: hex(span['spanId']),
        parentSpanId: hex(span['parentSpanId']),
        attributes: plain(span['attributes'] as Attributes | undefined),
        status: span['status'] as SentSpan['status'],
        events: (span['events'] ?? []) as unknown[],
        links: (span['links'] ?? []) as unknown[],
        resource: plain(resource.attributes),
      })),
    ),
  );
}

const hex = (bytes: unknown): string => Buffer.from((bytes ?? []) as Uint8Array).toString('hex');

const plain = (attributes: Attributes = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value]));
