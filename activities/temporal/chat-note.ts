import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';

/** `streams/chats`: what the last sync left, so that the next needs not ask Temporal for all that runs. */
const chatNote = z.object({
  /** When the note was last compared with Temporal's own list. */
  reconciledAt: z.iso.datetime(),
  chats: z.array(z.object({ channelId: z.string(), channelLogin: z.string() })),
  /** Ids of chats that were asked to cancel and may still run. */
  leaving: z.array(z.string()),
});
export type ChatNote = z.infer<typeof chatNote>;

const CHAT_NOTE_PATH = 'streams/chats';

/** A time so long ago that the next sync asks Temporal. */
export const NEVER = new Date(0).toISOString();

/** Undefined where there is none, or one that cannot be read, from an older release or by hand: Temporal knows it all. */
export async function readChatNote(parameters: Parameters): Promise<ChatNote | undefined> {
  const stored = await parameters.get<ChatNote | null>(CHAT_NOTE_PATH, chatNote.nullable().catch(null));
  return stored?.value ?? undefined;
}

export async function writeChatNote(parameters: Parameters, note: ChatNote): Promise<void> {
  await parameters.put(CHAT_NOTE_PATH, note);
}

/** Has the next sync ask Temporal: its data may have been removed, or chats ended by hand, while nothing ran. */
export async function forgetChatNote(parameters: Parameters): Promise<void> {
  await parameters.delete(CHAT_NOTE_PATH);
}
