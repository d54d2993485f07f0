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

/** A note with its version; `note` is undefined where there is none that can be read: Temporal knows it all. */
export interface NoteVersion {
  note: ChatNote | undefined;
  etag: string | undefined;
}

export async function readChatNote(parameters: Parameters): Promise<NoteVersion> {
  const stored = await parameters.get<ChatNote | null>(CHAT_NOTE_PATH, chatNote.nullable().catch(null));
  return { note: stored?.value ?? undefined, etag: stored?.etag };
}

/**
 * Writes the note over the version that was read: a sync that was given up and wakes late must not bring an old note back.
 * @returns the new version
 * @throws ParameterError `precondition` where another sync has written one since
 */
export async function writeChatNote(parameters: Parameters, over: NoteVersion, note: ChatNote): Promise<NoteVersion> {
  const condition = over.etag === undefined ? { ifAbsent: true } : { ifMatch: over.etag };
  return { note, etag: (await parameters.put(CHAT_NOTE_PATH, note, condition)).etag };
}

/** Has the next sync ask Temporal: its data may have been removed, or chats ended by hand, while nothing ran. */
export async function forgetChatNote(parameters: Parameters): Promise<void> {
  await parameters.delete(CHAT_NOTE_PATH);
}
