import type { Client } from '@temporalio/client';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { SCHEDULES, chatId, refinementId, reportId } from '../../workflows/ids.ts';
import type { Subjects } from './readme-lines.ts';

/** A line of the README that was run. */
export interface RanLine {
  stdout: string;
  startedAt: Date;
  /** The run that it started, where it starts one. */
  runId: string | undefined;
}

export interface Effect {
  line: RegExp;
  /** What the line is for: it must come true a little after it ran, and by nothing else. */
  cameTrue(ran: RanLine): Promise<boolean>;
}

/** The effects of all lines. `readAccessToken` gives the token that is stored, `tokenBefore` the one from before the lines. */
export function readmeEffects(deps: {
  client: Client;
  subjects: Subjects;
  tokenBefore: string;
  readAccessToken: () => Promise<string>;
}): Effect[] {
  const { client, subjects, tokenBefore, readAccessToken } = deps;

  const isCompleted = async (workflowId: string, { startedAt }: RanLine, runId?: string): Promise<boolean> => {
    const { status, startTime } = await client.workflow.getHandle(workflowId, runId).describe();
    return status.name === 'COMPLETED' && startTime >= startedAt;
  };
  const isPaused = async (): Promise<boolean> =>
    (await client.schedule.getHandle(SCHEDULES.streamPoll).describe()).state.paused;

  return [
    {
      line: /publishReport/,
      cameTrue: async (ran) => ran.runId !== undefined && isCompleted(reportId(subjects.day), ran, ran.runId),
    },
    {
      line: /rejoin/,
      async cameTrue() {
        const chat = client.workflow.getHandle(chatId(subjects.channelId));
        return (await chat.query<ChannelChatStatus, []>('status')).rejoins >= 1;
      },
    },
    {
      line: /chat\/.*--type status/,
      cameTrue: async ({ stdout }) => stdout.includes('"channelLogin"') && stdout.includes(subjects.channelId),
    },
    {
      line: /refreshNow/,
      cameTrue: async ({ stdout }) => stdout.includes('lastRefresh') && (await readAccessToken()) !== tokenBefore,
    },
    { line: /--pause/, cameTrue: isPaused },
    { line: /--unpause/, cameTrue: async () => !(await isPaused()) },
    {
      line: /backfill/,
      async cameTrue(ran) {
        const completed = await Promise.all(subjects.hours.map((hour) => isCompleted(refinementId(hour), ran)));
        return completed.every(Boolean);
      },
    },
    { line: /chat-load/, cameTrue: async ({ stdout }) => stdout.includes('"lag"') },
  ];
}

/**
 * Whether the run that a start was answered with is a refinement's, which is its parent. Temporal gives that one where it is under way
 * already; it is waited out here, so that the next start may get a run of its own.
 */
export async function isOfAnother(client: Client, workflowId: string, { runId }: RanLine): Promise<boolean> {
  if (runId === undefined) return false;
  const handle = client.workflow.getHandle(workflowId, runId);
  if ((await handle.describe()).parentExecution === undefined) return false;
  await handle.result();
  return true;
}
