import type { TwitchSimulator } from '../infra/twitch-simulator/index.ts';

/** The variables that make the pipeline use the simulator as Twitch. */
export function simulatorEnvironment(simulator: TwitchSimulator): Record<string, string> {
  return {
    TWITCH_API_URL: simulator.apiUrl,
    TWITCH_ID_URL: simulator.idUrl,
    TWITCH_IRC_URL: simulator.ircUrl,
    TWITCH_CLIENT_ID: simulator.clientId,
    TWITCH_CLIENT_SECRET: simulator.clientSecret,
    TWITCH_CHAT_ANONYMOUS: 'yes',
  };
}
