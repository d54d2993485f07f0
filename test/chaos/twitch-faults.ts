import got from 'got';
import type { FaultKind } from '../../infra/twitch-simulator/faults.ts';
import { NEED_A_CURSOR, FAULT_KINDS } from '../../infra/twitch-simulator/faults.ts';
import type { ChaosFault } from './faults.ts';
import { NotDone } from './not-done.ts';
import { lateLines, oddLines } from './odd-lines.ts';
import type { Stage } from './stage.ts';

const RECONNECT_SECONDS = 10;
const COLLECTING = ['collect-a', 'collect-b'] as const;

/** The simulator's answer: the number of affected connections. */
interface CommandResult {
  asked?: number;
  dropped?: number;
  stalled?: number;
}

/** Faults of Twitch, through the simulator's control port. */
export const twitchFaults: Record<string, ChaosFault> = {
  // It ends when the old connections are closed.
  reconnect: {
    ...command('/connections/reconnect', { afterMs: RECONNECT_SECONDS * 1_000 }),
    seconds: RECONNECT_SECONDS,
  },
  'connections-reset': command('/connections/drop', {}),
  stall: command('/connections/stall', {}),
  'token-revoked': { ...command('/tokens/revoke', { refreshTokens: false }), duties: [...COLLECTING, 'poll'] },
  // This few channels fit on one page, so no cursor is returned.
  ...Object.fromEntries(
    FAULT_KINDS.filter((kind) => !NEED_A_CURSOR.has(kind)).map((kind): [string, ChaosFault] => [
      `helix-${kind}`,
      storm(kind),
    ]),
  ),
  'odd-lines': sendLines((id) => oddLines(id)),
  'late-messages': sendLines((id) => lateLines(id)),
};

function command(path: string, body: object): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: COLLECTING,
    begin: async ({ simulator }) => {
      const result = await got.post(`${simulator.controlUrl}${path}`, { json: body }).json<CommandResult>();
      return (result.asked ?? result.dropped ?? result.stalled) === 0
        ? new NotDone('no connection was open')
        : () => {};
    },
  };
}

/**
 * Faults for the next answers of Helix. Only one empty page is sent: several polls without any stream mean that all streams have ended, and
 * the product is right to believe it.
 */
function storm(kind: FaultKind): ChaosFault {
  return { ...command('/faults', { kind, count: kind === 'empty-page' ? 1 : 5 }), duties: ['poll'] };
}

/** Sends these lines in a channel on air. */
function sendLines(lines: (id: string) => { channel: (login: string) => Buffer }[]): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: COLLECTING,
    begin: async ({ simulator, sent }: Stage, random) => {
      const [channelLogin] = random.shuffle(
        sent.latestBetween(Date.now() - 5_000, Date.now()).map((it) => it.channelLogin),
      );
      if (channelLogin === undefined) return new NotDone('nobody spoke');
      for (const { channel } of lines(random.hex(16))) {
        const line = channel(channelLogin);
        sent.add(channelLogin, line);
        const json = { lines: [line.toString('latin1')], encoding: 'latin1' };
        await got.post(`${simulator.controlUrl}/channels/${channelLogin}/say`, { json });
      }
      return () => {};
    },
  };
}
