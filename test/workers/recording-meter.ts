import type { MetricMeter, MetricTags } from '@temporalio/common';

/** A metric as it was created, by the name that code uses, and its values by their labels. */
export interface RecordedMetric {
  kind: 'counter' | 'histogram' | 'gauge';
  name: string;
  unit: string;
  values: Map<string, number>;
}

/** A meter that keeps what is created and recorded. The values of a counter are its sums. */
export function recordingMeter(): { meter: MetricMeter; metrics: Map<string, RecordedMetric> } {
  const metrics = new Map<string, RecordedMetric>();
  const create = (kind: RecordedMetric['kind'], name: string, unit = '', valueType: 'int' | 'float' = 'int') => {
    const values = new Map<string, number>();
    metrics.set(name, { kind, name, unit, values });
    const keep = (value: number, tags: MetricTags = {}): void => {
      const key = Object.values(tags).join(' ');
      values.set(key, kind === 'counter' ? (values.get(key) ?? 0) + value : value);
    };
    const metric = { name, unit, valueType, kind, add: keep, record: keep, set: keep, withTags: () => metric };
    return metric as never;
  };
  const meter: MetricMeter = {
    createCounter: (name, unit) => create('counter', name, unit),
    createHistogram: (name, valueType, unit) => create('histogram', name, unit, valueType),
    createGauge: (name, valueType, unit) => create('gauge', name, unit, valueType),
    withTags: () => meter,
  };
  return { meter, metrics };
}

/** The name of a metric on the page, by the rules of Temporal's exporter. `metrics.test.ts` asks a real one. */
export function pageName({ kind, name, unit }: RecordedMetric): string {
  if (kind === 'counter') return `${name}_total`;
  return kind === 'histogram' ? `${name}_${unit}` : name;
}
