import { z } from 'zod';

/** Twitch's recording of a broadcast: the row of `viz/queries/broadcast-video.sql`. */
export const vod = z.object({
  /** 1 to 20 digits. */
  id: z.string(),
  /** ISO 8601. */
  beganAt: z.string(),
  /** Null: unknown. */
  durationSeconds: z.number().nullable(),
});

export type Vod = z.infer<typeof vod>;

/** Chat answers what it has seen some seconds before, and a moment wants its beginning. */
export const LEAD_SECONDS = 15;

/**
 * The address of the recording some seconds before a moment, as Twitch writes it: `?t=1h02m03s`. Undefined if the recording does not have the
 * moment.
 * @param at the beginning of the moment, ISO 8601
 * @param lasts how long the moment lasts
 */
export function vodLink(recording: Vod | undefined, at: string, lasts: { seconds: number }): string | undefined {
  if (recording === undefined || !/^\d{1,20}$/.test(recording.id)) return undefined;
  const seconds = Math.floor((Date.parse(at) - Date.parse(recording.beganAt)) / 1000);
  const isIn = seconds + lasts.seconds > 0 && seconds < (recording.durationSeconds ?? Infinity);
  return isIn
    ? `https://www.twitch.tv/videos/${recording.id}?t=${clockOf(Math.max(seconds - LEAD_SECONDS, 0))}`
    : undefined;
}

function clockOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours}h${twoDigits(minutes)}m${twoDigits(seconds % 60)}s`;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');
