import { Random } from '../simulation/random.ts';
import { emptyYellow } from './made-yellow.ts';
import type { Yellow, YellowRow } from './made-yellow.ts';

const MINUTE_MS = 60_000;
const WINDOW_MS = 10_000;
const POLL_MINUTES = 2;

/** A channel that is live, and what its chat says. Lists are gone through in turn. */
export interface PlotBroadcast {
  stream: string;
  channel: string;
  login: string;
  name: string;
  /** ISO 8601 in UTC. */
  from: string;
  minutes: number;
  titles: readonly string[];
  categories: readonly string[];
  languages: readonly string[];
  viewers: number;
  /** Messages in a usual minute. */
  pace: number;
  texts: readonly string[];
  emotes: readonly string[];
  /** Minutes from the beginning in which the collector did not listen, and why. */
  gap?: { from: number; to: number; reason: string };
}

/** All that happens. */
export interface Plot {
  seed: number;
  /** Whoever may write. A channel has those whose number fits, so that some write in several. */
  people: readonly { id: string; login: string; name: string }[];
  collectors: readonly string[];
  broadcasts: readonly PlotBroadcast[];
  /** Kinds of notices and of moderation, and reasons of lines that could not be read, beside the usual ones. */
  kinds?: readonly string[];
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Plays the plot. The same plot gives the same rows. */
export function playPlot(plot: Plot): Yellow {
  const yellow = emptyYellow();
  const random = new Random(plot.seed);
  for (const [index, broadcast] of plot.broadcasts.entries()) {
    const collector = plot.collectors[index % plot.collectors.length] ?? '';
    poll(yellow, broadcast, random);
    listen(yellow, broadcast, collector);
    talk(yellow, plot, broadcast, { collector, index, random });
    notice(yellow, plot, broadcast, { collector, index });
  }
  reportTallies(yellow, plot);
  return yellow;
}

function poll(yellow: Yellow, it: PlotBroadcast, random: Random): void {
  const start = Date.parse(it.from);
  for (let minute = 0; minute < it.minutes; minute += POLL_MINUTES) {
    const step = minute / POLL_MINUTES;
    // A show changes about three times, or each poll if there is much to show.
    const turn = (list: readonly string[]): string =>
      list[Math.floor((step * Math.max(list.length, 3)) / Math.ceil(it.minutes / POLL_MINUTES)) % list.length] ?? '';
    const swell = 1 + 0.4 * Math.sin((minute / it.minutes) * Math.PI);
    yellow.streams.push({
      polled_at: iso(start + minute * MINUTE_MS),
      stream_id: it.stream,
      channel_id: it.channel,
      channel_login: it.login,
      channel_name: it.name,
      game_id: '1',
      game_name: turn(it.categories),
      title: turn(it.titles),
      viewer_count: Math.round(it.viewers * swell) + random.below(20),
      language: turn(it.languages),
      started_at: it.from,
      is_mature: false,
    });
  }
}

/** Coverage of a broadcast: it is joined with the first poll, may be lost for a while, and ends. */
function listen(yellow: Yellow, it: PlotBroadcast, collector: string): void {
  const start = Date.parse(it.from);
  const record = (kind: string, minute: number, reason?: string): void => {
    const at = iso(start + minute * MINUTE_MS + 2_000);
    yellow.coverage.push({
      kind,
      collector,
      happened_at: at,
      channel_id: it.channel,
      channel_login: it.login,
      account: 'anonymous',
      appended_at: at,
      ...(reason === undefined ? {} : { reason }),
    });
  };
  record('join', 0);
  if (it.gap !== undefined) {
    record('loss', it.gap.from, it.gap.reason);
    record('join', it.gap.to);
  }
  record('end', it.minutes, 'the stream has ended');
}

interface Scene {
  collector: string;
  index: number;
  random: Random;
}

function talk(yellow: Yellow, plot: Plot, it: PlotBroadcast, { collector, index, random }: Scene): void {
  const start = Date.parse(it.from);
  const people = plot.people.filter((_one, number) => (number + index) % 3 !== 0);
  let said = 0;
  for (let minute = 1; minute < it.minutes; minute += 1) {
    if (it.gap !== undefined && minute >= it.gap.from && minute < it.gap.to) continue;
    // A few minutes are busy.
    const messages = minute % 29 === 13 ? it.pace * 5 : random.below(it.pace * 2) + 1;
    for (let number = 0; number < messages; number += 1) {
      const person = people[(said * 7 + random.below(3)) % people.length] ?? plot.people[0];
      const text = it.texts[Math.floor(said / 2) % it.texts.length] ?? '';
      const emote = said % 4 < 2 ? it.emotes[Math.floor(said / 4) % it.emotes.length] : undefined;
      yellow.chat.push({
        ...message(it, start + minute * MINUTE_MS + Math.floor((number * 55_000) / messages) + 500, said),
        user_id: person?.id,
        user_login: person?.login,
        display_name: person?.name,
        text: emote === undefined ? text : `${emote} ${text}`,
        collector,
        is_first_message: said % 40 === 0,
        is_returning_chatter: said % 60 === 7,
        is_subscriber: said % 3 === 0,
        is_shared_copy: said % 25 === 11,
        ...(emote === undefined
          ? {}
          : { emote_list: [{ id: '25', begin: 0, end: Array.from(emote).length - 1, text: emote }] }),
      });
      said += 1;
    }
    if (minute % 10 === 0)
      yellow.chat.push({
        ...message(it, start + minute * MINUTE_MS + 58_000, said++),
        user_id: '900',
        user_login: 'nightbot',
        display_name: 'Nightbot',
        text: 'Follow the rules of the chat',
        badges: 'moderator/1,bot-badge/1',
        collector,
        is_shared_copy: false,
      });
  }
}

const message = (it: PlotBroadcast, at: number, number: number): YellowRow => ({
  message_id: `${it.stream}-${number}`,
  channel_id: it.channel,
  channel_login: it.login,
  sent_at: iso(at),
  received_at: iso(at + 40),
  appended_at: iso(at + 90),
});

/** Subscriptions, gifts, a raid, a time-out, a deleted message, and a line that could not be read. */
function notice(yellow: Yellow, plot: Plot, it: PlotBroadcast, { collector, index }: Omit<Scene, 'random'>): void {
  const start = Date.parse(it.from);
  const at = (minute: number): YellowRow => {
    const [sent, received] = [start + minute * MINUTE_MS + 30_000, start + minute * MINUTE_MS + 30_040];
    const times = { sent_at: iso(sent), received_at: iso(received), appended_at: iso(received + 50) };
    return { channel_id: it.channel, channel_login: it.login, collector, ...times };
  };
  const [first, second] = [plot.people[index % plot.people.length], plot.people[(index + 1) % plot.people.length]];
  const kind = plot.kinds?.[index % plot.kinds.length];
  const notices: [string, YellowRow][] = [
    ['sub', {}],
    ['resub', { cumulative_months: 7 }],
    ['submysterygift', { gift_count: 5 }],
    ['raid', { raid_viewers: 120 + index }],
    ...(kind === undefined ? [] : [[kind, {}] as [string, YellowRow]]),
  ];
  for (const [number, [name, more]] of notices.entries())
    yellow.events.push({
      ...at(Math.min(3 + number * 4, it.minutes - 1)),
      ...{ event_id: `${it.stream}-notice-${number}`, kind: name, is_shared_copy: false },
      ...{ user_id: first?.id, user_login: first?.login, display_name: first?.name },
      ...more,
    });
  const usual = { channel_id: it.channel, channel_login: it.login };
  const timedOut = { kind: 'user timed out', target_user_id: second?.id, target_user_login: second?.login };
  const deleted = { kind: 'message deleted', target_user_login: second?.login, target_message_id: `${it.stream}-9` };
  for (const action of [timedOut, deleted, ...(kind === undefined ? [] : [{ kind }])])
    yellow.moderation.push({ ...at(Math.min(6, it.minutes - 1)), ...usual, ...action });
  yellow.quarantine.push({
    ...{ reason: kind ?? 'unknown command', kafka_topic: 'twitch.chat', kafka_partition: 0, kafka_offset: index },
    ...{ appended_at: iso(start + MINUTE_MS), received_at: iso(start + MINUTE_MS), collector, key: it.channel },
    line: ':tmi.twitch.tv WHAT #x',
  });
}

/** Each collector reports all windows of ten seconds from its first message on, in which red and yellow have as much. */
function reportTallies(yellow: Yellow, plot: Plot): void {
  const until = Math.max(...plot.broadcasts.map(({ from, minutes }) => Date.parse(from) + minutes * MINUTE_MS));
  for (const collector of new Set(plot.collectors)) {
    const windows = new Map<number, number>();
    for (const { collector: by, received_at } of yellow.chat) {
      const window = Math.floor(Date.parse(String(received_at)) / WINDOW_MS);
      if (by === collector) windows.set(window, (windows.get(window) ?? 0) + 1);
    }
    const joins = yellow.coverage.filter((it) => it['collector'] === collector && it['kind'] === 'join');
    const days = new Set(joins.map(({ happened_at }) => String(happened_at).slice(0, 10)));
    for (const day of days) {
      const ofDay = joins.map(({ happened_at }) => String(happened_at)).filter((at) => at.startsWith(day));
      const from = Math.floor(Date.parse(ofDay.sort()[0] ?? '') / WINDOW_MS);
      const to = Math.min(until, Date.parse(`${day}T23:59:50Z`)) / WINDOW_MS;
      for (let window = from; window <= to; window += 1) {
        const count = windows.get(window) ?? 0;
        const start = iso(window * WINDOW_MS);
        const tally = { kind: 'tally', collector, happened_at: start, appended_at: iso((window + 1) * WINDOW_MS) };
        yellow.coverage.push({ ...tally, received: count, acknowledged: count });
        const counts = { red_messages: count, yellow_messages: count, erased_messages: 0 };
        if (count > 0) yellow.tallies.push({ collector, window_start: start, ...counts });
      }
    }
  }
}
