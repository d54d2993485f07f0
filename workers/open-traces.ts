import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { Resource, envDetectorSync } from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryActivityInboundInterceptor, makeWorkflowExporter } from '@temporalio/interceptors-opentelemetry';
import type { Log } from '../common/log.ts';
import { isTraced } from '../workflows/traced.ts';
import { createSpanExporter } from './span-exporter.ts';
import type { Traces } from './traces.ts';

/** Limit for sending the last spans, in milliseconds. What is not sent by then is dropped. */
const LAST_SPANS_MS = 1_000;

/** Loaded only if traces are wanted. */
export function openTraces(url: string, attributes: Record<string, string>, log: Log): Traces {
  const resource = Resource.default().merge(new Resource(attributes)).merge(envDetectorSync.detect());
  const processor = new BatchSpanProcessor(createSpanExporter(url, log));
  // A poll whose activities are in another sample than itself would be half a trace.
  const provider = new BasicTracerProvider({ resource, sampler: new AlwaysOnSampler(), spanProcessors: [processor] });
  provider.register({
    contextManager: new AsyncLocalStorageContextManager().enable(),
    propagator: new W3CTraceContextPropagator(),
  });
  const tracer = provider.getTracer('@temporalio/interceptor-activity');
  return {
    isOn: true,
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
    activityInterceptors: [
      (context) =>
        isTraced(context.info.workflowType ?? '')
          ? { inbound: new OpenTelemetryActivityInboundInterceptor(context, { tracer }) }
          : {},
    ],
    async close() {
      // The exporter has said in the log what it could not send.
      const sent = provider.shutdown().catch(() => {});
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, LAST_SPANS_MS).unref())]);
    },
  };
}
