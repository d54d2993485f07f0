import type { MetricMeter } from '@temporalio/common';
import type { LoadStatus } from './status.ts';

/** One value of a gauge, as Prometheus shows it. */
export interface GaugeValue {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const units: Record<string, [unit: string, description: string]> = {
  chatlake_red_lag_lines: ['lines', 'Records of a partition that Kafka has and red does not have yet'],
  chatlake_red_tiling_faults: [
    'faults',
    'Holes and overlaps in the newest 24 hours of a partition; any is an incident',
  ],
  chatlake_red_gap_lines: ['lines', 'Offsets of a partition that gap records give up, of all times'],
  chatlake_red_looked_at_seconds: ['seconds', 'When the other gauges of red were told last, in seconds since 1970'],
};

/** What a load status says in numbers. Those of each partition, and when: a status that is read no more leaves its last numbers behind. */
export function gaugesOf(status: LoadStatus, nowMs: number): GaugeValue[] {
  const values = status.partitions.flatMap(({ table, partition, lag, tilingFaults, gapLines }) => {
    const labels = { table, partition: String(partition) };
    return [
      { name: 'chatlake_red_lag_lines', labels, value: Number(lag) },
      { name: 'chatlake_red_tiling_faults', labels, value: tilingFaults },
      { name: 'chatlake_red_gap_lines', labels, value: Number(gapLines) },
    ];
  });
  return [...values, { name: 'chatlake_red_looked_at_seconds', labels: {}, value: Math.floor(nowMs / 1000) }];
}

/** Tells a load status to whoever scrapes this process. */
export function createLoadGauges(meter: MetricMeter): (status: LoadStatus) => void {
  const gauges = new Map(
    Object.entries(units).map(([name, about]) => [name, meter.createGauge(name, 'int', ...about)]),
  );
  return (status) => {
    for (const { name, labels, value } of gaugesOf(status, Date.now())) gauges.get(name)?.set(value, labels);
  };
}
