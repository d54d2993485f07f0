import { setTimeout as delay } from 'node:timers/promises';
import { readLiveList } from '../../activities/twitch/live-list.ts';
import { beQuiet, readTruth } from '../../cli/demo-truth.ts';
import { untilSumsAgree } from '../../cli/demo-check.ts';
import { parametersOf } from '../../workers/clients.ts';
import { LONGEST_ABSENCE_MS, longestAbsence } from './absence.ts';
import type { ReasonedRow } from './compare-coverage.ts';
import { compareCoverage, checkRefusedRooms, reportedUpToMs } from './compare-coverage.ts';
import type { DayOptions } from './options.ts';
import { OrchestratorMemory } from './orchestrator-memory.ts';
import { roomProblems } from './rooms.ts';
import { castOf, runScript } from './script.ts';
import type { Stage } from './stage.ts';
import { pollProblems, readRuns } from './workflows.ts';
import { Yellow, idProblems } from './yellow.ts';

const ROOMS = 100;
/** A hundred JOINs take 55 s; a refused login is tried again after 30 s. */
const JOINED_WITHIN_MS = 240_000;
const MAX_ORCHESTRATOR_MB = 600;

export interface DayOutcome {
  failures: string[];
  figures: Record<string, unknown>;
}

/** Performs one day and compares the result with the simulator's account. */
export async function runDay(
  stage: Stage,
  { seed, minutes }: DayOptions,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<DayOutcome> {
  const { control, pipeline, simulator } = stage;
  const memory = new OrchestratorMemory(stage.dataDirectory);
  try {
    await until('the first hundred rooms to be joined', signal, async () => (await control.joined()).length >= ROOMS);
    const first = await control.joined();
    const warmAtMs = Date.now();
    const firstChats = (await readRuns(stage.temporal, 'channelChat')).length;
    const top = await control.streams(2_000);
    const plain = top.filter(({ oddity }) => oddity === null).map(({ login }) => login);
    const inside = plain.filter((login) => first.includes(login));
    const outside = plain.filter((login) => !first.includes(login)).slice(300);
    say(`${first.length} rooms are joined; starting the script`);

    const script = await runScript({ control, cast: castOf(inside, outside), minutes, say, signal });
    say('the script ended; waiting until every room is joined');
    await until('every room to be joined again', signal, async () => {
      const streams = (await readLiveList(parametersOf(pipeline.config)))?.value.streams ?? [];
      const wanted = streams.map(({ channelLogin }) => channelLogin).filter((login) => !script.shut.includes(login));
      const joined = await control.joined();
      return wanted.length > 0 && wanted.every((login) => joined.includes(login));
    });
    // One more poll, which must not change anything.
    await delay(5_000);
    await beQuiet(simulator.controlUrl);
    const quietAtMs = Date.now();
    say('the chat is quiet; waiting until everything is in yellow');

    const check = {
      pipeline,
      controlUrl: simulator.controlUrl,
      run: stage.collector,
      startedAt: stage.startedAtMs,
      signal,
    };
    let sums = await untilSumsAgree(check);
    const yellow = new Yellow(stage);
    let rows = await yellow.coverage();
    while (sums.mismatches.length === 0 && reportedUpToMs(rows) < quietAtMs && Date.now() < quietAtMs + 240_000) {
      await delay(3_000);
      sums = await untilSumsAgree(check);
      rows = await yellow.coverage();
    }

    const account = await control.attendance();
    const chats = await readRuns(stage.temporal, 'channelChat');
    const polls = await readRuns(stage.temporal, 'streamPoll');
    const rooms = roomProblems({ account, first, chats: chats.length - firstChats, script, listed: stage.listed, top });
    const coverage = compareCoverage({ account, rows, untilMs: quietAtMs, leaves: rooms.leaves(rows) });
    const refused = checkRefusedRooms({
      account,
      rows,
      startedAtMs: (login) => chats.findLast(({ channelLogin }) => channelLogin === login)?.startedAtMs,
    });
    const absence = longestAbsence(account, script.shut);
    const breaches = await control.breaches();
    const refusedLogins = await control.refusedLogins();
    const truth = await readTruth(simulator.controlUrl);
    return {
      failures: [
        ...sums.mismatches,
        ...idProblems(await control.deliveredIds(), await yellow.messageIds()),
        ...missingReasons([...script.reasons, ...(refusedLogins > 0 ? ['login-refused'] : [])], rows),
        ...breaches.map(
          ({ account: who, limit, atMs }) => `${who} exceeded the limit of ${limit} at ${new Date(atMs).toISOString()}`,
        ),
        ...coverage.failures,
        ...rooms.failures,
        ...((absence?.ms ?? 0) <= LONGEST_ABSENCE_MS
          ? []
          : [
              `no connection was in ${absence?.channelLogin} for ${absence?.ms} ms (allowed: ${LONGEST_ABSENCE_MS} ms)`,
            ]),
        ...refused.failures,
        ...pollProblems(polls, warmAtMs, quietAtMs),
        ...(memory.maxMb < MAX_ORCHESTRATOR_MB ? [] : [`the orchestrator used ${memory.maxMb} MiB`]),
      ],
      figures: {
        seed,
        minutes,
        sent: truth.sent,
        ...sums.counts,
        distinctIds: truth.distinctIds,
        stays: coverage.stays,
        coverageGaps: coverage.gaps,
        unheard: coverage.unheard,
        widestMs: coverage.widest,
        longestAbsenceMs: absence?.ms ?? 0,
        refusedRooms: refused.count,
        chatsStarted: chats.length - firstChats,
        startsExpected: script.starts,
        polls: polls.length,
        refusedLogins,
        breaches: breaches.length,
        orchestratorMb: memory.maxMb,
        seconds: Math.round((Date.now() - stage.startedAtMs) / 1_000),
      },
    };
  } finally {
    memory.stop();
  }
}

/** Reasons that the script caused and coverage does not contain. */
function missingReasons(reasons: readonly string[], rows: readonly ReasonedRow[]): string[] {
  return reasons
    .filter((expected) => !rows.some(({ reason }) => reason === expected))
    .map((expected) => `coverage has no record with the reason ${expected}`);
}

/** Until when the collector has reported tallies. */
async function until(what: string, signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + JOINED_WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Expected ${what} within ${JOINED_WITHIN_MS / 1_000} s.`);
    await delay(500, undefined, { signal });
  }
}
