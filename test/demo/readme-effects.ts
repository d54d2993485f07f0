import type { Client } from '@temporalio/client';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { SCHEDULES, refinementId } from '../../workflows/ids.ts';
import { hoursBackfilled } from './readme-lines.ts';

/** A line of the README that was run. */
interface RanLine {
  line: string;
  stdout: string;
  startedAt: Date;
}

export interface Effect {
  line: RegExp;
  /** The effect of the line: true soon after it ran, and only because of it. */
  cameTrue(ran: RanLine): Promise<boolean>;
}

/** The effects of all lines. `readAccessToken` reads the stored token; `tokenBefore` is the token before the lines ran. */
export function readmeEffects(deps: {
  client: Client;
  tokenBefore: string;
  readAccessToken: () => Promise<string>;
}): Effect[] {
  const { client, tokenBefore, readAccessToken } = deps;

  const isPaused = async (): Promise<boolean> =>
    (await client.schedule.getHandle(SCHEDULES.streamPoll).describe()).state.paused;

  return [
    {
      line: /publishReport/,
      // The run that it started, or a running one that serves the request. Both end after the request.
      async cameTrue({ stdout, startedAt }) {
        const [, workflowId = '', runId] = /WorkflowId\s+(\S+)[^]*?RunId\s+(\S+)/.exec(stdout) ?? [];
        const { status, closeTime } = await client.workflow.getHandle(workflowId, runId).describe();
        return status.name === 'COMPLETED' && closeTime !== undefined && closeTime > startedAt;
      },
    },
    {
      line: /rejoin/,
      async cameTrue({ line }) {
        const [chat = ''] = /chat\/\d+/.exec(line) ?? [];
        return (await client.workflow.getHandle(chat).query<ChannelChatStatus, []>('status')).rejoins >= 1;
      },
    },
    { line: /chat\/.*--type status/, cameTrue: async ({ stdout }) => stdout.includes('"channelLogin"') },
    {
      line: /refreshNow/,
      cameTrue: async ({ stdout }) => stdout.includes('lastRefresh') && (await readAccessToken()) !== tokenBefore,
    },
    { line: /--pause/, cameTrue: isPaused },
    { line: /--unpause/, cameTrue: async () => !(await isPaused()) },
    {
      line: /backfill/,
      async cameTrue({ startedAt }) {
        const hours = hoursBackfilled(startedAt.getTime());
        const completed = hours.map(async (hour) => {
          const { status, startTime } = await client.workflow.getHandle(refinementId(hour)).describe();
          return status.name === 'COMPLETED' && startTime >= startedAt;
        });
        return (await Promise.all(completed)).every(Boolean);
      },
    },
    {
      line: /^chatlake sql .*channel_login/,
      cameTrue: async ({ stdout }) => /^channel_login +messages\n(-|\s)+\n\w+ +\d+\n/.test(stdout),
    },
    {
      line: /^chatlake sql "FROM gaps/,
      cameTrue: async ({ stdout }) => stdout.startsWith('channel_id,channel_login,began_at,'),
    },
    { line: /loadStatus/, cameTrue: async ({ stdout }) => stdout.includes('"lag"') },
  ];
}
