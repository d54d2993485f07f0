import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import got from 'got';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { readLineHead, tagOf } from '../../activities/irc/line-kind.ts';
import { TOPICS } from '../integration/default-topics.ts';
import { drain } from './draining.ts';
import { done } from './duties.ts';
import type { Duty } from './duties.ts';
import { faultNames } from './faults.ts';
import { Excuses } from './excuses.ts';
import { runFaults } from './run-faults.ts';
import { forgetSomebody } from './forgetting.ts';
import { Memory } from './memory.ts';
import type { ChaosOptions } from './options.ts';
import { Reader } from './reader.ts';
import { readRecords } from './records.ts';
import { compareRed } from './compare-red.ts';
import { Refinements } from './refinements.ts';
import { COLLECTORS } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Findings } from './verdict.ts';
import { compareYellow } from './compare-yellow.ts';

const ALL_DUTIES: readonly Duty[] = ['collect-a', 'collect-b', 'load', 'refine'];

/** Performs one run: start up, inject faults, wait until everything has arrived, compare. */
export async function runChaos(
  stage: Stage,
  options: ChaosOptions,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<Findings> {
  const { seed, minutes, only, alone } = options;
  const startedAt = Date.now();
  const withDatabase = createDatabases({
    memoryLimitMb: 1024,
    threads: 1,
    scratchDirectory: join(stage.directory, 'looking'),
  });
  const refinements = new Refinements(stage.temporal, startedAt);
  const reader = new Reader(stage, withDatabase);
  const memory = new Memory(stage.dataDirectory);
  try {
    refinements.start();
    await everyChannelJoined(stage);
    const joinedAt = Date.now();
    await Promise.all(ALL_DUTIES.map((duty) => done(duty, stage, refinements, joinedAt)));
    const warmUntilMs = Date.now();
    say('the pipeline is running; injecting faults');
    reader.start();
    const kinds = faultNames(only);
    const { faults, failures } = await runFaults({ stage, refinements, seed, minutes, kinds, alone, say, signal });
    say('no more faults; waiting until everything has arrived');
    const ends = await drain(stage, refinements);
    await reader.stop();
    say(
      `comparing with the calm run (${reader.reads.tables} tables and ${reader.reads.pages} pages were read meanwhile)`,
    );
    const red = [
      await compareRed(stage, withDatabase, 'chat', ends.chat),
      await compareRed(stage, withDatabase, 'coverage', ends.coverage),
    ];
    const inKafka = await messagesInKafka(stage);
    const excuses = new Excuses({ warmUntilMs, faults, onAirSince: stage.onAirSince });
    const yellow = await compareYellow(stage, withDatabase, excuses);
    say('forgetting a user, with more faults');
    const forgetting = await forgetSomebody(stage, withDatabase, seed);
    say(
      `memory at most: ${Object.entries(memory.mostMb)
        .map(([name, mb]) => `${name} ${mb} MiB`)
        .join(', ')}`,
    );
    return {
      seed,
      sent: stage.sent.messages,
      faults,
      faultFailures: failures,
      red,
      yellow,
      forgetting,
      inKafka,
      reads: reader.reads,
      brokenReads: reader.broken,
      maxRssMb: memory.maxMb,
    };
  } finally {
    memory.stop();
    await reader.stop();
    await refinements.stop();
  }
}

/** Resolves when both collectors are in every active channel. */
async function everyChannelJoined({ simulator, sent }: Stage): Promise<void> {
  for (;;) {
    const { joined } = await got(`${simulator.controlUrl}/truth`).json<{ joined: Record<string, number> }>();
    const speaking = sent.latestBetween(Date.now() - 5_000, Date.now()).map(({ channelLogin }) => channelLogin);
    if (speaking.length > 0 && speaking.every((login) => joined[login] === COLLECTORS.length)) return;
    await delay(500);
  }
}

/** The ids of all messages in Kafka that have one. */
async function messagesInKafka({ kafka }: Stage): Promise<Set<string>> {
  const ids = new Set<string>();
  await readRecords(kafka, TOPICS.chat, ({ value }) => {
    if (value !== null && readLineHead(value).kind === 'PRIVMSG') ids.add(tagOf(value, 'id'));
  });
  ids.delete('');
  return ids;
}
