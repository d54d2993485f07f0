import { ExportResultCode } from '@opentelemetry/core';
import { createOtlpNetworkExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Log } from '../common/log.ts';
import { createSpanTransport } from './span-transport.ts';

/**
 * What a trace may say: which workflow and activity ran, when, and whether they failed. Temporal's interceptors also give inputs of Schedules,
 * results of earlier runs, search attributes, memos, error messages and stacks, which Temporal's web UI shows to those who may see them.
 */
const KEPT = new Set([
  'workflowId',
  'workflowType',
  'runId',
  'taskQueue',
  'namespace',
  'attempt',
  'temporalWorkflowId',
  'temporalActivityId',
  'run_id',
]);

/**
 * Sends spans to a collector, as the standard variables say (`OTEL_EXPORTER_OTLP_HEADERS`, `_TIMEOUT`, `_COMPRESSION`). If it does not take them,
 * the log says it once, and once more when it takes them again. Spans that it did not take are dropped.
 */
export function createSpanExporter(url: string, log: Log): SpanExporter {
  const settings = convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', { 'Content-Type': 'application/x-protobuf' });
  const transport = createSpanTransport(url, settings);
  const delegate = createOtlpNetworkExportDelegate(settings, ProtobufTraceSerializer, transport);
  let isTaken = true;
  return {
    export(spans, done) {
      delegate.export(spans.map(keptOf), (result) => {
        const wasTaken = isTaken;
        isTaken = result.code === ExportResultCode.SUCCESS;
        if (wasTaken && !isTaken) log.warn(refused(url, transport.finding ?? String(result.error)));
        if (!wasTaken && isTaken) log.info('the collector takes traces again', { url });
        done(result);
      });
    },
    shutdown: () => delegate.shutdown(),
    forceFlush: () => delegate.forceFlush(),
  };
}

function refused(url: string, finding: string): string {
  return `Expected the collector of traces at ${url} to take them, but ${finding}. They are dropped until it does; nothing else is affected. Set OTEL_EXPORTER_OTLP_ENDPOINT to an address for OTLP over HTTP, which usually has the port 4318.`;
}

function keptOf(span: ReadableSpan): ReadableSpan {
  const { name, kind, parentSpanId, startTime, endTime, duration, ended, resource, instrumentationLibrary } = span;
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => KEPT.has(key)));
  return {
    ...{ name, kind, startTime, endTime, duration, ended, resource, instrumentationLibrary, attributes },
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    spanContext: () => span.spanContext(),
    status: { code: span.status.code },
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
