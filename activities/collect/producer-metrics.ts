import type { MetricCounter, MetricMeter } from '@temporalio/common';
import type { SpillSize } from '../spill/size.ts';
import type { ProducerProgress } from './line-producer.ts';

/** What a collector has in memory and on disk, and what went through it. */
interface CollectorProgress {
  producer: ProducerProgress;
  spill: SpillSize;
}

/**
 * Creates the metrics of the way into Kafka. Counters are fed with differences, every few seconds and not for each line.
 * @param spillLimitBytes how much may lie on disk
 * @returns a function that updates them
 */
export function createProducerMetrics(
  meter: MetricMeter,
  spillLimitBytes: number,
): (progress: CollectorProgress) => void {
  const counter = (name: string, description: string) => growing(meter.createCounter(name, 'lines', description));
  const received = counter('chatlake_lines_received', 'Lines that Twitch sent to this collector');
  const acknowledged = counter('chatlake_lines_acknowledged', 'Lines that Kafka has, also those of an earlier run');
  const lost = counter('chatlake_lines_lost', 'Lines that Kafka refused, or that could not be read back from disk');
  const records = meter.createCounter(
    'chatlake_coverage_records',
    'records',
    'Joins, losses and ends of rooms, and gaps that were filled',
  );
  const coverage = {
    join: growing(records, { kind: 'join' }),
    loss: growing(records, { kind: 'loss' }),
    end: growing(records, { kind: 'end' }),
    fill: growing(records, { kind: 'fill' }),
  };
  const gauge = (name: string, unit: string, description: string) => meter.createGauge(name, 'int', unit, description);
  const queue = gauge('chatlake_queue_bytes', 'bytes', 'Lines in memory that Kafka has not acknowledged');
  const spill = gauge('chatlake_spill_bytes', 'bytes', 'Lines on the disk of this machine that will be sent to Kafka');
  const damaged = gauge('chatlake_spill_damaged_files', 'files', 'Damaged files of lines, kept for a person');
  gauge('chatlake_spill_limit_bytes', 'bytes', 'SPILL_MAX_MB of this collector').set(spillLimitBytes);

  return ({ producer, spill: { bytes, damagedFiles } }) => {
    received(producer.received);
    acknowledged(producer.acknowledged);
    lost(producer.lost);
    coverage.join(producer.coverage.join);
    coverage.loss(producer.coverage.loss);
    coverage.end(producer.coverage.end);
    coverage.fill(producer.coverage.fill);
    queue.set(producer.waitingBytes);
    spill.set(bytes);
    damaged.set(damagedFiles);
  };
}

/** A counter that is set to totals instead of being added to. It starts at 0, so that its first change counts as one. */
function growing(counter: MetricCounter, labels: Record<string, string> = {}): (total: number) => void {
  let counted = 0;
  counter.add(0, labels);
  return (total) => {
    counter.add(total - counted, labels);
    counted = total;
  };
}
