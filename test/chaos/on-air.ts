import { spellAt } from '../../infra/twitch-simulator/scenario.ts';
import type { ScenarioChannel } from '../../infra/twitch-simulator/scenario.ts';

/** Since when a channel has been on air at a given time; undefined if it is off air. */
export type OnAirSince = (channelLogin: string, atMs: number) => number | undefined;

/** Uses the scenario of a simulated Twitch that was started at that time. */
export function onAirSince(channels: readonly ScenarioChannel[], startedAtMs: number): OnAirSince {
  const byLogin = new Map(channels.map((channel) => [channel.login, channel]));
  return (channelLogin, atMs) => {
    const channel = byLogin.get(channelLogin);
    const spell = channel === undefined ? undefined : spellAt(channel, (atMs - startedAtMs) / 1_000);
    return spell === undefined ? undefined : startedAtMs + spell.fromSeconds * 1_000;
  };
}
