import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import pMap from 'p-map';
import pRetry from 'p-retry';
import { abortable } from '../../common/abortable.ts';
import type { Log } from '../../common/log.ts';
import { within } from '../../common/within.ts';
import { createLineProducer } from '../collect/line-producer.ts';
import type { SendMessages } from '../collect/send-queue.ts';
import { FactError } from '../errors.ts';
import type { FillRecord } from '../kafka/coverage-record.ts';
import { IMPORT_PREFIX } from '../kafka/imported-line.ts';
import type { Topics } from '../kafka/topics.ts';
import type { Gap } from './gap.ts';
import { limitOf, linesOfGap } from './lines-of-gap.ts';
import type { LinesOfGap } from './lines-of-gap.ts';
import type { AskRecentMessages } from './recent-messages.ts';
import { WaitingGaps } from './waiting-gaps.ts';

export interface FillerOptions {
  ask: AskRecentMessages;
  kafka: Kafka;
  topics: Topics;
  /** The name of the collector. */
  name: string;
  /** Takes the records of what was filled. */
  coverage: (record: FillRecord) => void;
  log: Log;
  now?: () => number;
  times?: Partial<FillerTimes>;
  /** Replaces the Kafka producer, for tests. */
  sendMessages?: SendMessages;
}

interface FillerTimes {
  /** How long to wait after a gap: the service gets its lines a little later than we do, and gaps of many rooms come together. */
  settleMs: number;
  /** The first of three pauses after a failure. Each is three times as long as the one before. */
  retryMs: number;
}

export interface Filler {
  add(gap: Gap): void;
  /** Gives up what is not filled. */
  stop(): Promise<void>;
}

const DEFAULT_TIMES: FillerTimes = { settleMs: 3_000, retryMs: 5_000 };
/** Each has at most 2 MiB of lines. */
const CHANNELS_AT_ONCE = 10;
const REQUESTS_AT_ONCE = 2;
const RETRIES = 3;
/** How long Kafka may take for the last lines when the filler stops. With {@link COUNTS_MS}, it takes no longer than closing the sockets. */
const LAST_MS = 1_000;
/** How long Kafka may take for the last counts. Disconnecting takes two more seconds at most. */
const COUNTS_MS = 2_000;
const NOT_FILLED = 'a gap is not filled';

/**
 * Fetches the lines of gaps from a service, and sends them to Kafka under the name of a collector of its own, as an import of a log. When they are
 * acknowledged, a record of kind `fill` says which part of a gap is filled. A gap that cannot be filled stays a gap.
 *
 * Lines that were heard before are sent once more; yellow keeps one row per id.
 */
export function createFiller(options: FillerOptions): Filler {
  const { ask, kafka, topics, name, coverage, log, now = Date.now } = options;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiting = new WaitingGaps();
  let running: Promise<void> | undefined;
  let runs = 0;

  async function run(): Promise<void> {
    while (!waiting.isEmpty) {
      await delay(times.settleMs, undefined, { signal });
      await fill(waiting.take(CHANNELS_AT_ONCE, { nowMs: now(), settleMs: times.settleMs }));
    }
  }

  async function fill(channels: Gap[][]): Promise<void> {
    const found = (await pMap(channels, linesOf, { concurrency: REQUESTS_AT_ONCE })).filter((it) => it !== undefined);
    const lines = found.flatMap((it) => it.lines).sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    const collector = `${IMPORT_PREFIX}fill-${name}-${now().toString(36)}-${++runs}`;
    const refused = await send(collector, lines);
    if (refused > 0) {
      log.warn(NOT_FILLED, { error: 'Kafka refused lines', refused, collector });
      return;
    }
    const fills = found.flatMap((it) => it.fills);
    for (const { channelId, channelLogin, fromMs, untilMs } of fills) {
      const [at, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString()) as [string, string];
      coverage({ kind: 'fill', collector, channelId, channelLogin, at, until });
    }
    if (found.length > 0) log.info('gaps filled', { gaps: fills.length, lines: lines.length, collector });
  }

  /** Undefined if the service does not give any. */
  async function linesOf(gaps: Gap[]): Promise<(Pick<LinesOfGap, 'lines'> & { fills: Gap[] }) | undefined> {
    const last = gaps.at(-1);
    if (last === undefined) return undefined;
    const { channelId, channelLogin } = last;
    // The channel may have been renamed since the first gap. The lines have its present name.
    const whole = { ...last, fromMs: Math.min(...gaps.map(({ fromMs }) => fromMs)) };
    try {
      const answer = await pRetry(() => abortable(signal, ask(channelLogin, limitOf(whole, now()))), {
        retries: RETRIES,
        minTimeout: times.retryMs,
        factor: 3,
        signal,
        shouldRetry: ({ error }) => error instanceof FactError && error.retryable,
      });
      const { lines, rejected } = linesOfGap(whole, answer, now());
      const fills = gaps.flatMap((gap) => {
        const { filled } = linesOfGap(gap, answer, now());
        return filled === undefined ? [] : [{ ...gap, ...filled }];
      });
      const { error, aheadMs } = answer;
      if (fills.length < gaps.length)
        log.warn(NOT_FILLED, { channelId, channelLogin, error, rejected, aheadMs, lines: lines.length });
      return { lines, fills };
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(NOT_FILLED, { channelId, channelLogin, error: reason });
      return undefined;
    }
  }

  /** Returns how many lines Kafka refused for good. */
  async function send(collector: string, lines: LinesOfGap['lines']): Promise<number> {
    if (lines.length === 0) return 0;
    const { sendMessages } = options;
    // Tallies of windows follow the times of the lines.
    let clockMs = 0;
    const producer = createLineProducer({
      kafka,
      topics,
      collector,
      log,
      now: () => clockMs,
      closing: { keepMs: COUNTS_MS, giveUpMs: COUNTS_MS },
      ...(sendMessages === undefined ? {} : { sendMessages }),
    });
    for (const line of lines) {
      clockMs = Math.max(clockMs, line.receivedAtMs);
      producer.send(line);
    }
    const sent = producer.flush();
    try {
      await abortable(signal, sent);
    } catch (error) {
      // Without an answer of Kafka, the counts would call lines received that red may lack.
      if (await within(sent, LAST_MS)) await producer.close();
      throw error;
    }
    await producer.close();
    return producer.progress().lost;
  }

  function start(): void {
    running ??= run()
      .catch((error: unknown) => {
        if (!signal.aborted) log.error('gaps are not filled', { error });
      })
      .finally(() => {
        running = undefined;
        if (!waiting.isEmpty && !signal.aborted) start();
      });
  }

  return {
    add(gap) {
      if (signal.aborted) return;
      for (const { channelId, channelLogin } of waiting.add(gap, now()))
        log.warn(NOT_FILLED, { channelId, channelLogin, error: 'too many wait' });
      start();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
