import pMap from 'p-map';
import { editChannels } from '../activities/twitch/edit-channels.ts';
import { readLiveList } from '../activities/twitch/live-list.ts';
import { readRefusedEntries } from '../activities/twitch/refused-entries.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import type { TextColumn } from '../activities/query/text-columns.ts';
import type { ChannelChatStatus } from '../workflows/channel-chat.ts';
import { chatId } from '../workflows/ids.ts';
import { channelRows } from './channel-rows.ts';
import type { ChannelRow } from './channel-rows.ts';
import { operatorConfig, operatorParameters } from './operator-parameters.ts';
import { asTable } from './rows/table.ts';
import { withTemporal } from './temporal-client.ts';
import { orRefusal } from './twitch-refusals.ts';

const AT_ONCE = 8;
const COLUMNS: TextColumn[] = [
  { name: 'channel', kind: 'text' },
  { name: 'listed', kind: 'text' },
  { name: 'viewers', kind: 'number' },
  { name: 'state', kind: 'text' },
];

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

/** @throws Refusal 69 if the parameter store or Temporal does not answer */
export async function listChannels(json: boolean): Promise<void> {
  const config = operatorConfig();
  const parameters = operatorParameters(config);
  const rows = await orRefusal(async () => {
    const settings = (await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings))?.value ?? streamPollSettings.parse({}); // prettier-ignore
    const streams = (await readLiveList(parameters))?.value.streams ?? [];
    const entries = await readRefusedEntries(parameters, settings, Date.now());
    const chats = new Map<string, ChannelChatStatus>();
    await withTemporal(config, (client) =>
      pMap(
        streams,
        async ({ channelId }) => {
          const handle = client.workflow.getHandle(chatId(channelId));
          const status = await handle.query<ChannelChatStatus>('status').catch(() => undefined);
          if (status !== undefined) chats.set(channelId, status);
        },
        { concurrency: AT_ONCE },
      ),
    );
    const refused = new Set(entries.filter(({ list }) => list === 'channels').map(({ value }) => value));
    return channelRows({ channels: settings.channels, streams, refused, chats });
  });
  process.stdout.write(json ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : tableOf(rows));
}

function tableOf(rows: ChannelRow[]): string {
  if (rows.length === 0)
    return 'No channel is listed, and none has a room. Add one with `chatlake channels add LOGIN`.\n';
  const cells = rows.map(({ channel, listed, viewers, state }) => [
    channel,
    listed ? 'yes' : '',
    viewers === null ? '' : String(viewers),
    state,
  ]);
  const table = asTable(process.stdout.isTTY ? process.stdout.columns : undefined)(COLUMNS);
  return table.head(cells) + table.rows(cells);
}
