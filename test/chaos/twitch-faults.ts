import got from 'got';
import type { FaultKind } from '../../infra/twitch-simulator/faults.ts';
import { NEED_A_CURSOR, FAULT_KINDS } from '../../infra/twitch-simulator/faults.ts';
import type { ChaosFault } from './faults.ts';
import { NotDone } from './not-done.ts';
import { lateLines, oddLines } from './odd-lines.ts';
import type { Stage } from './stage.ts';

const RECONNECT_SECONDS = 10;
const COLLECTING = ['collect-a', 'collect-b'] as const;

/** The simulator's answer, which counts the connections that an order was for. */
interface Told {
  asked?: number;
  dropped?: number;
  stalled?: number;
}

/** What Twitch does to its clients, by the simulator's control port. */
export const twitchFaults: Record<string, ChaosFault> = {
  // It is over when the old connections are ended.
  reconnect: { ...order('/connections/reconnect', { afterMs: RECONNECT_SECONDS * 1_000 }), seconds: RECONNECT_SECONDS },
  'connections-reset': order('/connections/drop', {}),
  stall: order('/connections/stall', {}),
  'token-revoked': { ...order('/tokens/revoke', { refreshTokens: false }), duties: [...COLLECTING, 'poll'] },
  // So few channels fit on one page, and nobody is given a cursor.
  ...Object.fromEntries(
    FAULT_KINDS.filter((kind) => !NEED_A_CURSOR.has(kind)).map((kind): [string, ChaosFault] => [
      `helix-${kind}`,
      storm(kind),
    ]),
  ),
  'odd-lines': saying((id) => oddLines(id)),
  'late-messages': saying((id) => lateLines(id)),
};

function order(path: string, body: object): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: COLLECTING,
    begin: async ({ simulator }) => {
      const told = await got.post(`${simulator.controlUrl}${path}`, { json: body }).json<Told>();
      return (told.asked ?? told.dropped ?? told.stalled) === 0 ? new NotDone('no connection was open') : () => {};
    },
  };
}

/**
 * The next answers of Helix. Only one of them is an empty page: several sweeps without anybody live are Twitch saying that all streams have
 * ended, and the product is right to believe it.
 */
function storm(kind: FaultKind): ChaosFault {
  return { ...order('/faults', { kind, count: kind === 'empty-page' ? 1 : 5 }), duties: ['poll'] };
}

/** Has a channel on air say these lines. */
function saying(lines: (id: string) => { channel: (login: string) => Buffer }[]): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: COLLECTING,
    begin: async ({ simulator, said }: Stage, random) => {
      const [channelLogin] = random.shuffle(
        said.latestBetween(Date.now() - 5_000, Date.now()).map((it) => it.channelLogin),
      );
      if (channelLogin === undefined) return new NotDone('nobody spoke');
      for (const { channel } of lines(random.hex(16))) {
        const line = channel(channelLogin);
        said.add(channelLogin, line);
        const json = { lines: [line.toString('latin1')], encoding: 'latin1' };
        await got.post(`${simulator.controlUrl}/channels/${channelLogin}/say`, { json });
      }
      return () => {};
    },
  };
}
