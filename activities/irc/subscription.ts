import type { Room } from './room.ts';
import type { RoomState } from './room-state.ts';

/** One caller's subscription to a channel. */
export interface Subscription {
  /** Whether the room is joined now. */
  readonly joined: boolean;
  readonly state: RoomState;
  /** How many messages the room has received. */
  readonly messages: number;
  /** The account that reads the room. */
  readonly account: string;
  /** Never resolves. Rejects with a `FactError` when the room is given up, for example because the login was refused. */
  readonly failed: Promise<never>;
  /** Ends the subscription. The last one of a channel leaves the room, and resolves when all its lines are in the sink. */
  leave(reason: string): Promise<void>;
  /** Ends the subscription. If it was the last one and the room is joined, it stays so for `keepRoomMs`: another is expected. */
  handOver(reason: string): Promise<void>;
}

export function subscribe(
  room: Room,
  { leave, keepRoomMs }: { leave: (room: Room, reason: string) => Promise<void>; keepRoomMs: number },
): Subscription {
  room.listeners += 1;
  clearTimeout(room.kept);
  let isActive = true;

  /** @returns whether it was the last one */
  function end(): boolean {
    if (!isActive) return false;
    isActive = false;
    room.listeners -= 1;
    return room.listeners === 0;
  }

  return {
    get joined() {
      return isActive && room.joined;
    },
    get state() {
      return room.state;
    },
    get messages() {
      return room.messages;
    },
    account: room.account,
    failed: room.failed,
    async leave(reason) {
      if (end()) await leave(room, reason);
    },
    async handOver(reason) {
      if (!end()) return;
      if (!room.joined) return leave(room, reason);
      room.kept = setTimeout(() => void leave(room, reason), keepRoomMs);
    },
  };
}
