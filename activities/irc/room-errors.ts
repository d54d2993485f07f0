import { FactError } from '../errors.ts';
import type { RoomInput } from './room.ts';

export function wrongChannel({ channelId, channelLogin }: RoomInput, roomId: string): FactError {
  const message = `Expected the login ${channelLogin} to belong to channel ${channelId}, but it now belongs to another channel. The next poll finds the new login.`;
  return new FactError(message, { facts: { channelId, channelLogin, roomId }, retryable: false });
}

export function invalidLogin(channelLogin: string): FactError {
  const message = `Expected a login of at most 25 letters a to z, digits and _, got ${JSON.stringify(channelLogin)}. No channel can have this name.`;
  return new FactError(message, { facts: { channelLogin }, retryable: false });
}
