import type { MetricMeter } from '@temporalio/common';
import type { StoreAnswer, Survey } from '../infra/parameter-store/server.ts';

const EVERY_MS = 15_000;
const WRITES = new Set(['PUT', 'DELETE']);

/** Tells the metrics of the parameter store what happens in it. */
interface StoreMetrics {
  answered(answer: StoreAnswer): void;
  /** Takes a survey now and every {@link EVERY_MS}. While none succeeds, the gauges keep their values. */
  watch(survey: () => Promise<Survey>): void;
}

/** Creates the metrics of the parameter store. No label has a path: a request that a stranger makes up would be a series. */
export function createStoreMetrics(meter: MetricMeter): StoreMetrics {
  const answers = meter.createCounter(
    'chatlake_parameter_requests',
    'requests',
    'Requests by the name of their key, method and status; 401 and 429: refused',
  );
  const writeFailed = meter.createGauge(
    'chatlake_parameter_write_failed',
    'int',
    '',
    '1 if the last value that was sent could not be written to the disk',
  );
  writeFailed.set(0);
  // From 0 on, so that the first one counts as an increase.
  for (const status of [401, 429]) answers.add(0, { client: '', method: 'GET', status: String(status) });
  const gauge = (name: string, unit: string, description: string) => meter.createGauge(name, 'int', unit, description);
  const parameters = gauge('chatlake_parameters', 'parameters', 'Values in the parameter store');
  const bytes = gauge('chatlake_parameter_bytes', 'bytes', 'The files of all values');
  const unreadable = gauge(
    'chatlake_parameter_unreadable_secrets',
    'secrets',
    'Secrets that no key of the store opens',
  );

  return {
    answered({ client = '', method, status }) {
      answers.add(1, { client, method, status: String(status) });
      if (WRITES.has(method) && (status < 400 || status >= 500)) writeFailed.set(status < 400 ? 0 : 1);
    },
    watch(survey) {
      const look = (): void => {
        survey().then(
          (found) => {
            parameters.set(found.parameters);
            bytes.set(found.bytes);
            unreadable.set(found.unreadable);
          },
          () => {},
        );
      };
      look();
      setInterval(look, EVERY_MS).unref();
    },
  };
}
