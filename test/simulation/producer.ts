import { addHours, hourOf, hourStartMs } from '../../workflows/hour.ts';
import { DELAY_MS } from './hour-workflows.ts';
import type { KafkaLog, LogRecord } from './kafka-log.ts';
import type { Lake } from './lake.ts';

const MINUTE_MS = 60_000;
/** No message arrives later than this after it was sent. */
const MOST_LATE_MS = 120 * MINUTE_MS;
/** The same where red is removed: nothing younger is. */
export const MOST_LATE_BEFORE_REMOVAL_MS = 60 * MINUTE_MS;

/** Appends records and moves the time on, with copies, late messages, missing offsets, clocks that step back, and retention. */
export class Producer {
  readonly #lake: Lake;
  readonly #sent: Pick<LogRecord, 'id' | 'sentAtMs'>[] = [];
  readonly #mostMinutes: number;
  #left: number;

  constructor(lake: Lake) {
    const { random } = lake.stage;
    this.#lake = lake;
    this.#left = random.between(4, 20);
    this.#mostMinutes = random.pick(lake.retention.isWanted ? [30, 60] : [4, 10, 20]);
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  act(): boolean {
    if (this.isDone) return false;
    const { stage, logs, clock } = this.#lake;
    const { random, trace, scheduler, faults } = stage;
    const mishaps = faults.areFor('gap') ? 0.4 : 0.06;
    const log = random.pick(logs);
    clock.nowMs += random.between(0, this.#mostMinutes * MINUTE_MS);
    if (random.chance(mishaps)) log.skip(random.between(1, 3));
    const count = random.between(1, 3);
    for (let appended = 0; appended < count && this.#left > 0; appended++, this.#left--) {
      const stepBackMs = random.chance(0.1) ? random.between(1, 30_000) : 0;
      log.append({ ...this.#message(), appendedAtMs: clock.nowMs - stepBackMs });
    }
    trace.add(scheduler.now, 'producer', 'appends', `p${log.partition}`, `up to ${log.end}`);
    if (random.chance(mishaps)) this.#retain(log);
    if (this.isDone && this.#lake.retention.isWanted) this.#endLater();
    // The last hour ends, too.
    if (this.isDone) clock.nowMs = hourStartMs(addHours(hourOf(clock.nowMs), 1)) + DELAY_MS;
    return true;
  }

  /** Some hours later each partition gets one more record, so that no old tile is its newest. */
  #endLater(): void {
    const { logs, clock } = this.#lake;
    clock.nowMs = Math.max(clock.nowMs, Date.parse('2026-11-26T03:10:00Z'));
    for (const log of logs) log.append({ ...this.#message(), appendedAtMs: clock.nowMs });
  }

  /** A new message or a copy. A late message was sent in an earlier hour. */
  #message(): Pick<LogRecord, 'id' | 'sentAtMs'> {
    const { stage, clock } = this.#lake;
    const { random } = stage;
    const mostLateMs = this.#lake.retention.isWanted ? MOST_LATE_BEFORE_REMOVAL_MS : MOST_LATE_MS;
    const known = this.#sent.filter(
      ({ sentAtMs }) => !this.#lake.retention.isWanted || sentAtMs > clock.nowMs - mostLateMs,
    );
    if (known.length > 0 && random.chance(0.2)) return random.pick(known);
    const lateMs = random.chance(0.1)
      ? random.between(1, mostLateMs / MINUTE_MS) * MINUTE_MS
      : random.between(0, 2_000);
    const message = { id: `m${this.#sent.length}`, sentAtMs: clock.nowMs - lateMs };
    this.#sent.push(message);
    return message;
  }

  /**
   * Kafka removes all records before one that was appended later than any of them. (If the first remaining record is in an earlier hour
   * than a removed one, because a clock stepped back, its row may be put into an hour that was refined long ago.)
   */
  #retain(log: KafkaLog): void {
    const { random, trace, scheduler } = this.#lake.stage;
    let latestMs = 0;
    const candidates = log.records.filter((record) => {
      if (record === undefined || record.appendedAtMs < latestMs) return false;
      latestMs = record.appendedAtMs;
      return true;
    });
    log.removeBefore(random.pick(candidates)?.offset ?? 0);
    trace.add(scheduler.now, 'Kafka', 'removes records before', `p${log.partition} ${log.start}`);
  }
}
