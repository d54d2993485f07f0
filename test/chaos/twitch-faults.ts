import got from 'got';
import type { FaultKind } from '../../infra/twitch-simulator/faults.ts';
import { faultKinds } from '../../infra/twitch-simulator/faults.ts';
import type { ChaosFault } from './faults.ts';
import { lateLines, oddLines } from './odd-lines.ts';
import type { Stage } from './stage.ts';

const collecting = ['collect-a', 'collect-b'] as const;

/** What Twitch does to its clients, by the simulator's control port. */
export const twitchFaults: Record<string, ChaosFault> = {
  reconnect: order('/connections/reconnect', { afterMs: 10_000 }),
  netsplit: order('/connections/drop', {}),
  stall: order('/connections/stall', {}),
  'token-revoked': order('/tokens/revoke', { refreshTokens: false }),
  ...Object.fromEntries(faultKinds.map((kind): [string, ChaosFault] => [`helix-${kind}`, storm(kind)])),
  'odd-lines': saying((id) => oddLines(id)),
  'late-messages': saying((id) => lateLines(id)),
};

function order(path: string, body: object): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: collecting,
    begin: async ({ simulator }) => {
      await got.post(`${simulator.controlUrl}${path}`, { json: body });
      return () => {};
    },
  };
}

/** One empty sweep and no more: of several Twitch says that all streams have ended, which is then believed. */
function storm(kind: FaultKind): ChaosFault {
  const count = kind === 'empty-page' ? 1 : 5;
  return { ...order('/faults', { kind, count }), duties: ['refine'] };
}

/** Has a channel on air say these lines. */
function saying(lines: (id: string) => { channel: (login: string) => Buffer }[]): ChaosFault {
  return {
    kind: 'other',
    seconds: 0,
    duties: collecting,
    begin: async ({ simulator, said }: Stage, random) => {
      const [channelLogin] = random.shuffle(said.latestSince(Date.now() - 5_000).map((it) => it.channelLogin));
      if (channelLogin === undefined) return () => {};
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
