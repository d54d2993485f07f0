import type { Kafka } from 'kafkajs';
import { abortable } from '../../common/abortable.ts';
import type { Log as Logger } from '../../common/log.ts';
import { within } from '../../common/within.ts';
import { createLineProducer } from '../collect/line-producer.ts';
import type { LineProducer } from '../collect/line-producer.ts';
import type { Topics } from '../kafka/topics.ts';
import { hourOf } from '../../workflows/hour.ts';
import type { ClosedHours } from './closed-hours.ts';
import { DamagedLog } from './log-file.ts';
import { readLog, timesUntil } from './read-log.ts';
import type { Log } from './read-log.ts';

/** What was done with a log. Lines that an earlier run has sent are not counted again. */
export interface LogCounts {
  /** Lines that Kafka has acknowledged, of all tables. */
  imported: number;
  /** Lines of Twitch that have no row in any table. */
  leftOut: number;
  /** Lines of hours that can take no more lines. */
  tooLate: number;
  /** Lines that cannot be read, and the end of a damaged file. */
  problems: number;
}

/** Everything up to here is acknowledged. */
export interface Position {
  /** The number of a line or comment. */
  number: number;
  /** How much of the file was read. */
  read: number;
  /** Lines that this run has sent. */
  imported: number;
}

export interface ImportDeps {
  kafka: Kafka;
  topics: Topics;
  /** The collector of this log in this run: it begins with `import-`, and is new each time, as that of any collector. */
  collector: string;
  closedHours: ClosedHours;
  log: Logger;
  now: () => number;
}

export interface ImportReport {
  reached(position: Position): void;
  /** @param number of the line or comment; undefined for the file itself */
  problem(number: number | undefined, problem: string): void;
}

/** Lines are acknowledged in steps of this size. At most {@link STEPS} are in memory. */
const STEP_LINES = 5_000;
const STEP_BYTES = 2 * 1024 * 1024;
const STEPS = 3;
const HOUR_MS = 3_600_000;
/** How long Kafka may take for the last lines after Ctrl-C. */
const LAST_MS = 5_000;

/**
 * Sends the lines of a log to Kafka, as a collector sends what it hears. Each line has the time of the log as its arrival time, so that the sums
 * of the day in which it was sent count it.
 * @param from lines up to this number were acknowledged in an earlier run, and are not sent again
 * @throws the reason of the signal. What was acknowledged by then has been reported.
 */
export async function importLog(
  deps: ImportDeps,
  log: Log,
  { from, report, signal }: { from: number; report: ImportReport; signal: AbortSignal },
): Promise<LogCounts> {
  const counts: LogCounts = { imported: 0, leftOut: 0, tooLate: 0, problems: 0 };
  // Tallies of windows follow the times in the log.
  let clockMs = log.firstMs;
  const producer = createLineProducer({
    ...deps,
    now: () => clockMs,
    closing: { keepMs: LAST_MS, giveUpMs: LAST_MS },
  });
  const hours = new LastHour(deps.closedHours);
  const steps = new Steps(producer, report, signal);
  // Without an answer of Kafka, the producer is left as it is: closing it would report lines as received that the next run sends again.
  const endedEarly = async (error: unknown): Promise<unknown> => {
    if (await within(steps.end(), LAST_MS)) await producer.close();
    return error;
  };
  const complain = (number: number | undefined, problem: string): void => {
    counts.problems++;
    report.problem(number, problem);
  };

  try {
    for await (const { lines, read } of readLog(log, timesUntil(deps.now()))) {
      signal.throwIfAborted();
      for (const { number, read: found } of lines) {
        if (number <= from) continue;
        if ('line' in found && (await hours.isClosed(found.line.receivedAtMs))) counts.tooLate++;
        else if ('line' in found) {
          counts.imported++;
          clockMs = Math.max(clockMs, found.line.receivedAtMs);
          producer.send(found.line);
          steps.sent(found.line.line.length);
        } else if ('problem' in found) complain(number, found.problem);
        else counts.leftOut++;
        steps.passed({ number, read, imported: counts.imported });
        if (steps.isDue) await steps.next();
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw await endedEarly(error);
    complain(undefined, error.message);
  }
  try {
    await abortable(signal, steps.end());
  } catch (error) {
    throw await endedEarly(error);
  }
  await producer.close();
  return counts;
}

/** Remembers the hour of the last line, because most lines are of the same one. */
class LastHour {
  readonly #closedHours: ClosedHours;
  #beginsMs = NaN;
  #isClosed = false;

  constructor(closedHours: ClosedHours) {
    this.#closedHours = closedHours;
  }

  async isClosed(timeMs: number): Promise<boolean> {
    const beginsMs = timeMs - (timeMs % HOUR_MS);
    if (beginsMs !== this.#beginsMs) {
      this.#isClosed = await this.#closedHours.has(hourOf(beginsMs));
      this.#beginsMs = beginsMs;
    }
    return this.#isClosed;
  }
}

/** Waits for the acknowledgement of steps of lines, while the next ones are read. */
class Steps {
  readonly #producer: LineProducer;
  readonly #report: ImportReport;
  readonly #signal: AbortSignal;
  readonly #open: Promise<void>[] = [];
  #lines = 0;
  #bytes = 0;
  #position: Position | undefined;

  constructor(producer: LineProducer, report: ImportReport, signal: AbortSignal) {
    this.#producer = producer;
    this.#report = report;
    this.#signal = signal;
  }

  sent(bytes: number): void {
    this.#lines++;
    this.#bytes += bytes;
  }

  passed(position: Position): void {
    this.#position = position;
  }

  get isDue(): boolean {
    return this.#lines >= STEP_LINES || this.#bytes >= STEP_BYTES;
  }

  async next(): Promise<void> {
    this.#begin();
    if (this.#open.length >= STEPS) await abortable(this.#signal, this.#open.shift() ?? Promise.resolve());
  }

  /** Resolves when everything that was sent is acknowledged. */
  async end(): Promise<void> {
    this.#begin();
    await Promise.all(this.#open);
  }

  #begin(): void {
    const position = this.#position;
    this.#lines = 0;
    this.#bytes = 0;
    if (position === undefined) return;
    this.#open.push(this.#producer.flush().then(() => this.#report.reached(position)));
  }
}
