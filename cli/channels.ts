import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { readHealth } from '../activities/health/health.ts';
import { editChannels } from '../activities/twitch/edit-channels.ts';
import { readLiveList } from '../activities/twitch/live-list.ts';
import { readRefusedEntries } from '../activities/twitch/refused-entries.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import { SCHEDULES } from '../workflows/ids.ts';
import { channelRows } from './channel-rows.ts';
import { channelTable } from './channel-table.ts';
import { askChats } from './chats.ts';
import { operatorConfig, operatorParameters } from './operator-parameters.ts';
import { pollNotes } from './poll-notes.ts';
import { withTemporal } from './temporal-client.ts';
import { orRefusal } from './twitch-refusals.ts';
import { wrapped } from './wrapped.ts';

/** @throws Refusal 69 if the parameter store does not answer */
export async function changeChannels(action: 'add' | 'remove', logins: string[], json: boolean): Promise<void> {
  const parameters = operatorParameters(operatorConfig());
  const { changed, channels, intervalMinutes } = await orRefusal(() => editChannels(parameters, action, logins));
  if (json) return void process.stdout.write(`${JSON.stringify({ changed, channels })}\n`);
  const done = action === 'add' ? 'added to' : 'removed from';
  const what =
    changed.length === 0
      ? `The list is as it was: ${logins.join(', ')} ${action === 'add' ? 'was there' : 'was not there'}.`
      : `${changed.join(', ')} ${done} the list, which has ${channels.length} channels now. The next poll uses it, in ${intervalMinutes} min at most.`;
  process.stdout.write(`${what}\n`);
}

/** Parts whose trouble explains why channels are not heard. */
const PARTS = /^(poll|token-[^:]+): /;

/** @throws Refusal 69 if the parameter store or Temporal does not answer */
export async function listChannels(json: boolean): Promise<void> {
  const config = operatorConfig();
  const parameters = operatorParameters(config);
  const nowMs = Date.now();
  const { rows, notes, list } = await orRefusal(async () => {
    const settings = (await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings))?.value ?? streamPollSettings.parse({}); // prettier-ignore
    const list = (await readLiveList(parameters))?.value;
    const entries = await readRefusedEntries(parameters, settings, nowMs);
    const refused = new Set(entries.filter((entry) => entry.list === 'channels').map(({ value }) => value));
    const troubles = (await readHealth(parameters, nowMs)).troubles.filter((trouble) => PARTS.test(trouble));
    const { schedule, answers } = await withTemporal(config, async (client) => ({
      schedule: await scheduleOf(client),
      answers: await askChats(client, (list?.streams ?? []).map(({ channelId }) => channelId)), // prettier-ignore
    }));
    return {
      list,
      rows: channelRows({ channels: settings.channels, list, refused, answers }),
      notes: pollNotes({ list, settings, ...schedule, troubles, isUnanswered: answers.isUnanswered }, nowMs),
    };
  });
  if (json) {
    const { polledAt = null, choice } = list ?? {};
    const poll = { polledAt, accounts: choice?.accounts ?? null, places: choice?.places ?? null, notes };
    return void process.stdout.write([...rows, { poll }].map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const lines = notes.map((note) => `${wrapped(note, 0, NOTES_WIDTH)}\n`);
  process.stdout.write(channelTable(rows, nowMs, width) + (lines.length === 0 ? '' : `\n${lines.join('')}`));
}

const NOTES_WIDTH = 80;

async function scheduleOf(client: Client): Promise<{ isPaused: boolean | undefined; pauseNote: string }> {
  try {
    const { state } = await client.schedule.getHandle(SCHEDULES.streamPoll).describe();
    return { isPaused: state.paused, pauseNote: state.note ?? '' };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { isPaused: undefined, pauseNote: '' };
    throw error;
  }
}
