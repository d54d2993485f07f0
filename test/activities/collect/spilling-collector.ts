import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import { tryLock } from '../../../activities/spill/lock.ts';
import { silentLog } from '../../../common/log.ts';
import { line } from '../kafka/broker-double.ts';

/** A process that collects 2,000 lines while Kafka is away, and dies of `kill -9`. Its argument is the spill directory. */
const directory = process.argv[2] ?? '';
const release = tryLock(join(directory, 'a'));
if (release === undefined) throw new Error('Expected nobody to hold the lock.');
const producer = createLineProducer({
  kafka: new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }),
  topics: { chat: 'chat', coverage: 'coverage' },
  collector: 'dead',
  log: silentLog,
  highWaterBytes: 10_000,
  spill: { directory, name: 'a', maxBytes: 1_000_000, segmentBytes: 20_000 },
  sendMessages: () => new Promise(() => {}),
});
for (let number = 0; number < 2_000; number++) producer.send(line('1', number, number));
setImmediate(() => process.kill(process.pid, 'SIGKILL'));
