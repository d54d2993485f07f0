import type { Kafka } from 'kafkajs';
import type { LineProducer } from '../activities/collect/line-producer.ts';
import { createFiller } from '../activities/fill/filler.ts';
import { GapWatch } from '../activities/fill/gap-watch.ts';
import { createRecentMessages } from '../activities/fill/recent-messages.ts';
import type { Listened } from '../activities/irc/index.ts';
import type { LineSink } from '../activities/kafka/line-sink.ts';
import { topicsOf } from '../activities/kafka/topics.ts';
import type { Log } from '../common/log.ts';
import type { Config } from './config.ts';

/** What a collector needs to fill its gaps, if `GAP_FILL_URL` is set. */
export interface GapFilling {
  /** The producer, whose coverage records are watched. */
  sink: LineSink;
  listened?: Listened;
  stop: () => Promise<void>;
}

/** The last tallies of a process that was killed may not have reached Kafka. */
const UNSENT_TALLIES_MS = 20_000;

export function gapFillingOf(
  config: Pick<Config, 'GAP_FILL_URL' | 'CHATLAKE_INSTALLATION' | 'COLLECTOR_NAME'>,
  { kafka, producer, log }: { kafka: Kafka; producer: LineProducer; log: Log },
): GapFilling {
  const { GAP_FILL_URL: url, CHATLAKE_INSTALLATION: installation, COLLECTOR_NAME: name } = config;
  if (url === undefined) return { sink: producer, stop: () => Promise.resolve() };
  const filler = createFiller({
    ask: createRecentMessages(url),
    kafka,
    topics: topicsOf(installation),
    name,
    coverage: (record) => producer.coverage(record),
    log,
  });
  const watch = new GapWatch((gap) => filler.add(gap));
  return {
    sink: {
      ...producer,
      coverage: (record) => {
        producer.coverage(record);
        watch.take(record);
      },
    },
    listened: {
      untilMs: () => producer.progress().talliedUntilMs,
      earlier: (channelId, untilMs) => watch.heardUntil(channelId, untilMs - UNSENT_TALLIES_MS),
    },
    stop: () => filler.stop(),
  };
}
