import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';

/** `streams/chats`: the result of the last sync. With it the next sync need not list all running chats from Temporal. */
const chatNote = z.object({
  /** When the note was last compared with Temporal's own list. */
  reconciledAt: z.iso.datetime(),
  chats: z.array(
    z.object({
      channelId: z.string(),
      channelLogin: z.string(),
      account: z.string().optional(),
      language: z.string().optional(),
      category: z.string().optional(),
    }),
  ),
  /** Ids of cancelled chats that may still run. */
  leaving: z.array(z.string()),
});
export type ChatNote = z.infer<typeof chatNote>;

const CHAT_NOTE_PATH = 'streams/chats';

/** Makes the next sync list the chats from Temporal. */
export const NEVER = new Date(0).toISOString();

/** A note with its version. `note` is undefined if there is none, or it cannot be read: Temporal has the same information. */
export interface NoteVersion {
  note: ChatNote | undefined;
  etag: string | undefined;
}

export async function readChatNote(parameters: Parameters): Promise<NoteVersion> {
  const stored = await parameters.get<ChatNote | null>(CHAT_NOTE_PATH, chatNote.nullable().catch(null));
  return { note: stored?.value ?? undefined, etag: stored?.etag };
}

/**
 * Writes the note if its version has not changed: a late sync that timed out must not restore an old note.
 * @returns the new version
 * @throws ParameterError `precondition` if another sync has written a note
 */
export async function writeChatNote(parameters: Parameters, over: NoteVersion, note: ChatNote): Promise<NoteVersion> {
  const condition = over.etag === undefined ? { ifAbsent: true } : { ifMatch: over.etag };
  return { note, etag: (await parameters.put(CHAT_NOTE_PATH, note, condition)).etag };
}

/** Makes the next sync list the chats from Temporal. While nothing ran, its data may have been deleted or chats ended by hand. */
export async function forgetChatNote(parameters: Parameters): Promise<void> {
  await parameters.delete(CHAT_NOTE_PATH);
}
