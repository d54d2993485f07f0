import { Kafka, logLevel } from 'kafkajs';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import { identifyProcess } from '../../../common/process-identity.ts';
import { silentLog } from '../../../common/log.ts';
import { line } from '../kafka/broker-double.ts';

/** A process that collects 2,000 lines while Kafka is away, and dies of `kill -9`. Its argument is the spill directory. */
const producer = createLineProducer({
  kafka: new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }),
  topics: { chat: 'chat', coverage: 'coverage' },
  collector: 'dead',
  log: silentLog,
  highWaterBytes: 10_000,
  spill: {
    directory: process.argv[2] ?? '',
    maxBytes: 1_000_000,
    segmentBytes: 20_000,
    owner: { name: identifyProcess(process.pid) ?? '', fateOf: () => 'lives' },
  },
  sendMessages: () => new Promise(() => {}),
});
for (let number = 0; number < 2_000; number++) producer.send(line('1', number, number));
setImmediate(() => process.kill(process.pid, 'SIGKILL'));
