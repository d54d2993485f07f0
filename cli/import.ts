import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { withAdmin } from '../activities/kafka/admin.ts';
import { createKafka } from '../activities/kafka/client.ts';
import { orConnectionFault } from '../activities/kafka/connection-fault.ts';
import { IMPORT_PREFIX } from '../activities/kafka/imported-line.ts';
import { topicsOf } from '../activities/kafka/topics.ts';
import type { Topics } from '../activities/kafka/topics.ts';
import { importLog } from '../activities/import/import-log.ts';
import type { ImportDeps, ImportReport, LogCounts } from '../activities/import/import-log.ts';
import { readClosedHours } from '../activities/import/closed-hours.ts';
import { openLog, timesUntil } from '../activities/import/read-log.ts';
import type { Log } from '../activities/import/read-log.ts';
import { abortable } from '../common/abortable.ts';
import { silentLog } from '../common/log.ts';
import type { Log as Logger } from '../common/log.ts';
import { Refusal } from '../common/refusal.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { askBrokers, lastKafkaAddress } from '../infra/local/kafka-server.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { kafkaOf } from '../workers/clients.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import { addHours, dayOf, hourOf } from '../workflows/hour.ts';
import type { Hour } from '../workflows/hour.ts';
import { importProgress } from './import-progress.ts';
import { ImportState } from './import-state.ts';
import { Interrupted } from './interrupt.ts';
import { withLake } from './lake.ts';
import { endingQuietly } from './quiet-interruption.ts';
import { terminalLog } from './terminal-log.ts';

interface Imported extends LogCounts {
  files: number;
  /** Lines that an earlier, interrupted import had sent. */
  sentBefore: number;
}

/** A file with many bad lines is probably damaged in one way. */
const SHOWN_PROBLEMS = 20;

/**
 * `chatlake import`: sends the lines of logs to Kafka. Exits with 1 if some could not be read.
 * @throws Refusal 78 if a file cannot be imported, before anything is sent; 69 if Kafka does not answer; 73
 */
export async function importFiles({ paths, json }: { paths: readonly string[]; json: boolean }): Promise<void> {
  // The parameter store is not used, so its key may be missing.
  const config = readConfig({ ...process.env, ...UNUSED_STORE_KEY });
  const local = process.env['KAFKA_BROKERS'] ? undefined : lastKafkaAddress(join(config.DATA_DIR, 'servers', 'kafka'));
  const brokers = local?.brokers ?? config.KAFKA_BROKERS;
  makeUsable([{ variable: 'DATA_DIR', path: config.DATA_DIR }]);
  await endingQuietly(async (signal) => {
    const logs = await openLogs(paths);
    const log = terminalLog(consoleProgress);
    const run = `${IMPORT_PREFIX}${Date.now().toString(36)}-${process.pid}`;
    const createClient = (clientLog: Logger, options: { retries?: number } = {}): Kafka =>
      local === undefined
        ? kafkaOf(config, run, clientLog, options)
        : createKafka({ brokers, clientId: `chatlake-${run}`, log: clientLog, ...options });
    const topics = topicsOf(config.CHATLAKE_INSTALLATION);
    const cluster = await kafkaId(createClient(silentLog, { retries: 0 }), brokers, topics);
    const kafka = createClient(log);
    await withLake('import', async (lake) => {
      const closedHours = await abortable(
        signal,
        readClosedHours(lake, keptSince(config.YELLOW_KEEP_DAYS, Date.now())),
      );
      const state = await ImportState.open(config.DATA_DIR, cluster);
      const deps = { kafka, topics, closedHours, log, now: Date.now };
      const done = await importLogs(deps, logs, { run, state, signal });
      process.stdout.write(json ? `${JSON.stringify(done)}\n` : `${textOf(done, Date.now())}\n`);
      process.exitCode = done.problems > 0 ? 1 : 0;
    });
  });
}

async function importLogs(
  deps: Omit<ImportDeps, 'collector'>,
  logs: readonly Log[],
  { run, state, signal }: { run: string; state: ImportState; signal: AbortSignal },
): Promise<Imported> {
  const bar = importProgress();
  const done: Imported = { files: 0, imported: 0, leftOut: 0, tooLate: 0, problems: 0, sentBefore: 0 };
  const ofBytes = logs.reduce((sum, { bytes }) => sum + bytes, 0);
  let bytesBefore = 0;
  try {
    for (const [index, file] of logs.entries()) {
      const from = state.numberOf(file);
      const { imported: importedBefore } = done;
      const problems = problemPrinter(file, bar.clear);
      const report: ImportReport = {
        problem: problems.print,
        reached: ({ number, read, imported }) => {
          state.reached(file, number);
          done.imported = importedBefore + imported;
          bar.show({ bytes: bytesBefore + read, ofBytes, lines: done.imported });
        },
      };
      const counts = await importLog({ ...deps, collector: `${run}-${index + 1}` }, file, { from, report, signal });
      problems.end();
      bytesBefore += file.bytes;
      done.files++;
      done.sentBefore += from;
      done.imported = importedBefore + counts.imported;
      done.leftOut += counts.leftOut;
      done.tooLate += counts.tooLate;
      done.problems += counts.problems;
    }
    await state.close(true);
    bar.clear();
    return done;
  } catch (error) {
    bar.clear();
    await state.close(false);
    if (signal.reason instanceof Interrupted)
      process.stderr.write(
        `${counted(done.imported, 'line')} acknowledged. Run the same command again to go on from there.\n`,
      );
    throw error;
  }
}

/** All files, oldest first: then few hours are in each file of red. */
async function openLogs(paths: readonly string[]): Promise<Log[]> {
  const times = timesUntil(Date.now());
  const logs: Log[] = [];
  const refusals: Refusal[] = [];
  for (const path of paths) {
    try {
      logs.push(await openLog(path, times));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length > 0) throw new Refusal(78, refusals.map(({ message }) => message).join('\n'));
  return logs.sort((a, b) => a.firstMs - b.firstMs);
}

/** The first hour of which yellow keeps what people wrote; undefined if it keeps all. */
function keptSince(keepDays: number | undefined, nowMs: number): Hour | undefined {
  return keepDays === undefined ? undefined : addHours(`${dayOf(hourOf(nowMs))}T00`, -24 * keepDays);
}

/** @throws Refusal 69 */
async function kafkaId(kafka: Kafka, brokers: string[], { chat, coverage }: Topics): Promise<string> {
  const where = brokers.join(', ');
  try {
    await orConnectionFault(() => askBrokers(kafka));
  } catch (error) {
    throw new Refusal(
      69,
      `Expected Kafka at ${where} to answer, but it did not: ${(error as Error).message}. Start it with \`make up\`, or set KAFKA_BROKERS to the value that \`make demo\` or \`make up\` has printed.`,
      error,
    );
  }
  return withAdmin(kafka, async (admin) => {
    const existing = await admin.listTopics();
    const missing = [chat, coverage].find((topic) => !existing.includes(topic));
    if (missing !== undefined)
      throw new Refusal(
        69,
        `Expected Kafka at ${where} to have the topic ${missing}, found none. Start \`make up\` once.`,
      );
    return (await admin.describeCluster()).clusterId;
  });
}

/** Prints the first problems of a file, and the number of the others. */
function problemPrinter({ path, format }: Log, clear: () => void) {
  let count = 0;
  return {
    print: (number: number | undefined, problem: string): void => {
      count++;
      if (count > SHOWN_PROBLEMS) return;
      const place = number === undefined ? path : format === 'raw' ? `${path}:${number}` : `${path}: comment ${number}`;
      clear();
      process.stderr.write(`${place}: left out, because ${problem}.\n`);
    },
    end: (): void => {
      if (count <= SHOWN_PROBLEMS) return;
      clear();
      process.stderr.write(`${path}: ${counted(count - SHOWN_PROBLEMS, 'more line')} left out.\n`);
    },
  };
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

export function textOf({ files, imported, leftOut, tooLate, problems, sentBefore }: Imported, nowMs: number): string {
  const hour = hourOf(nowMs);
  return [
    `Imported ${counted(imported, 'line')} of ${counted(files, 'file')}.`,
    ...(sentBefore > 0 ? [`Went on after ${counted(sentBefore, 'line')} of an interrupted import.`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'line')} of kinds that no table has.`] : []),
    ...(tooLate > 0
      ? [
          `${counted(tooLate, 'line')} of hours that take no more lines: their raw data was removed, or they are older than YELLOW_KEEP_DAYS.`,
        ]
      : []),
    ...(problems > 0 ? [`${counted(problems, 'line')} could not be read.`] : []),
    `They are in the tables and reports when the hour ${hour} is refined, soon after ${addHours(hour, 1)}:00 UTC.`,
  ].join('\n');
}
