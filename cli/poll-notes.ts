import type { LiveList } from '../activities/twitch/live-list.ts';
import type { StreamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import { SCHEDULES } from '../workflows/ids.ts';
import { shortTime } from './short-time.ts';

/** What is known of the poll that writes the list. */
export interface PollFacts {
  list: Pick<LiveList, 'polledAt' | 'choice'> | undefined;
  settings: Pick<StreamPollSettings, 'intervalMinutes'>;
  /** Whether the Schedule is paused; undefined if there is none. */
  isPaused: boolean | undefined;
  /** The note of the Schedule, which says why it is paused. */
  pauseNote: string;
  /** Of the poll and of tokens, as they have reported them. */
  troubles: readonly string[];
  /** A chat runs, but nobody answers for it. */
  isUnanswered: boolean;
}

/** A list is stale when so many polls are overdue, and so long. */
const LATE = { polls: 3, ms: 120_000 };

/** Whole sentences about the list: whether it is stale and why, which rooms and accounts there are, and what to do. */
export function pollNotes(facts: PollFacts, nowMs: number): string[] {
  const { list, isPaused, troubles, isUnanswered } = facts;
  const notes = [...staleness(facts, nowMs), ...troubles, ...(list?.choice?.notes ?? [])];
  if (list?.choice?.accounts.length === 0)
    notes.push(`Chat is read anonymously, which Twitch does not document, in ${list.choice.places} rooms at most.`);
  if (list?.choice && list.choice.withoutPlace.length > 0)
    notes.push(`${countOf(list.choice.withoutPlace)} live without a room: there are ${list.choice.places}. ${list.choice.more}`); // prettier-ignore
  if (isUnanswered) notes.push('Chats run, but do not answer. Is the orchestrator running?');
  return isPaused === undefined ? [`Temporal has no Schedule ${SCHEDULES.streamPoll}, so nothing is polled. Start the pipeline, or run set-up.`, ...notes] : notes; // prettier-ignore
}

function staleness({ list, settings, isPaused, pauseNote, troubles }: PollFacts, nowMs: number): string[] {
  const { intervalMinutes } = settings;
  const polledAtMs = Date.parse(list?.polledAt ?? '');
  const since = list === undefined || polledAtMs === 0 ? 'There is no list yet' : `The list is ${shortTime(nowMs - polledAtMs)} old, of ${list.polledAt}`; // prettier-ignore
  if (isPaused === true) {
    const why = pauseNote === '' ? '' : ` (${pauseNote})`;
    return [`The poll is paused${why}. ${since}. Continue with \`temporal schedule toggle --unpause --schedule-id ${SCHEDULES.streamPoll} --reason 'go on'\`.`]; // prettier-ignore
  }
  if (list !== undefined && nowMs - polledAtMs <= Math.max(LATE.polls * intervalMinutes * 60_000, LATE.ms)) return [];
  if (troubles.some((trouble) => trouble.startsWith('poll:'))) return [`${since}: the poll fails.`];
  return [`${since}, and a poll is due every ${intervalMinutes} min. Is the orchestrator running?`];
}

const countOf = ({ length }: readonly string[]): string =>
  length === 1 ? '1 listed channel is' : `${length} listed channels are`;
