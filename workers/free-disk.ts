import { statfs } from 'node:fs/promises';
import type { MetricMeter } from '@temporalio/common';

const EVERY_MS = 30_000;

/** Publishes the free space of the disk of a directory as a gauge. While the disk cannot be read, the gauge keeps its value. */
export function watchFreeDisk(meter: MetricMeter, directory: string): void {
  const gauge = meter.createGauge(
    'chatlake_disk_free_bytes',
    'int',
    'bytes',
    'Free space on the disk of DATA_DIR, as far as this user may use it',
  );
  const look = (): void => {
    statfs(directory).then(
      ({ bavail, bsize }) => gauge.set(bavail * bsize),
      () => {},
    );
  };
  look();
  setInterval(look, EVERY_MS).unref();
}
