import { z } from 'zod';

const endpoint = z
  .url({ protocol: /^https?$/, error: 'a URL like http://collector:4318' })
  .refine((url) => !url.includes('@'), 'without a user or a password; OTEL_EXPORTER_OTLP_HEADERS is for them')
  .optional();

/** The collector of traces. The names are the standard ones of OpenTelemetry, whose library reads the other OTEL_ variables. */
export const TRACES = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint };

interface TracesSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
}

/**
 * Where spans are sent, or undefined if no traces are wanted.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 */
export function tracesUrl(settings: TracesSettings): string | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url } = settings;
  return url ?? (base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`);
}
