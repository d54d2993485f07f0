import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { TALLY_WINDOW_MS } from '../../../activities/kafka/coverage-record.ts';
import { segmentsIn } from '../../../activities/spill/segment.ts';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import { silentLog } from '../../../common/log.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { createBroker, line } from '../kafka/broker-double.ts';

const BEGAN_AT_MS = 1_000_000_000_000;

/** Flips one bit in the middle. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(path, bytes);
}

describe('createLineProducer({ spill }), when a segment cannot be read', () => {
  const temporaryDirectory = temporaryDirectories();
  const neverUsed = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
  let directory: string;
  let broker: ReturnType<typeof createBroker>;
  let nowMs: number;

  beforeEach(() => {
    directory = join(temporaryDirectory(), 'spill');
    broker = createBroker();
    nowMs = BEGAN_AT_MS;
  });

  const create = (collector: string) =>
    createLineProducer({
      kafka: neverUsed,
      topics: { chat: 'chat', coverage: 'coverage' },
      collector,
      log: silentLog,
      sendMessages: broker.send,
      now: () => nowMs,
      highWaterBytes: 2_000,
      spill: { directory, maxBytes: 10_000_000, segmentBytes: 5_000, retryMs: 20, name: 'a' },
      closing: { keepMs: 20, giveUpMs: 40 },
    });
  type Producer = ReturnType<typeof create>;

  /** Sends 500 lines, every third of which is no message, in some windows, most of them to disk. */
  const spill = async (producer: Producer) => {
    broker.treat = () => 'refuse';
    for (let number = 0; number < 500; number++, nowMs += 79) {
      producer.send({ ...line('1', number, nowMs), isMessage: number % 3 !== 0 });
      if (number % 50 === 0) await Promise.resolve();
    }
    await waitFor('a refusal', () => broker.sends > 0);
  };
  const segments = () => segmentsIn(join(directory, 'a'));
  /** The messages that the topic holds, by window. */
  const heldByWindow = () => {
    const counts: Record<string, number> = {};
    for (const { value, headers } of broker.held('chat')) {
      if (Number(/id=(\d+)/.exec(String(value))?.[1]) % 3 === 0) continue;
      const startMs = Math.floor(Number(headers?.['receivedAt']) / TALLY_WINDOW_MS) * TALLY_WINDOW_MS;
      const window = new Date(startMs).toISOString();
      counts[window] = (counts[window] ?? 0) + 1;
    }
    return counts;
  };
  const toldAcknowledged = () =>
    Object.fromEntries(
      broker.tallies().flatMap(({ window, acknowledged }) => (acknowledged > 0 ? [[window, acknowledged]] : [])),
    );

  for (const [what, harm] of [
    ['lost', (path: string) => rmSync(path)],
    ['damaged', damage],
  ] as const) {
    it(`tells the windows of an own segment that is ${what} without its messages, and goes on telling`, async () => {
      const producer = create('c1');
      await spill(producer);
      const paths = segments();
      assert.ok(paths.length > 4, `${paths.length} segments`);
      harm(paths[1] ?? '');
      harm(paths[3] ?? '');
      broker.treat = () => 'take';
      await producer.flush();
      nowMs += TALLY_WINDOW_MS;
      await producer.flush();
      assert.ok(broker.held('chat').length < 500, 'some are lost');
      const received = broker.tallies().reduce((sum, tally) => sum + tally.received, 0);
      assert.equal(received, 333);
      assert.deepEqual(toldAcknowledged(), heldByWindow());
      producer.send(line('1', 500, nowMs));
      nowMs += TALLY_WINDOW_MS;
      await producer.flush();
      assert.deepEqual(broker.tallies().at(-1)?.received, 1, 'a later window, while it lives');
      await producer.close();
    });
  }

  it('tells nothing of the lines of another run that are damaged', async () => {
    const dead = create('dead');
    await spill(dead);
    damage(segments()[1] ?? '');
    await dead.close();
    broker.treat = () => 'take';
    const producer = create('c1');
    producer.send(line('1', 500, nowMs));
    nowMs += TALLY_WINDOW_MS;
    await producer.flush();
    await producer.close();
    const own = broker.tallies().filter(({ collector, received }) => collector === 'c1' && received > 0);
    assert.deepEqual(
      own.map(({ received, acknowledged }) => ({ received, acknowledged })),
      [{ received: 1, acknowledged: 1 }],
    );
    assert.ok(readdirSync(join(directory, 'damaged')).length > 0, 'it was read');
  });
});
