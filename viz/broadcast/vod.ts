/** Twitch's recording of a broadcast. */
export interface Vod {
  /** 1 to 20 digits. */
  id: string;
  /** ISO 8601. */
  beganAt: string;
  /** Undefined: unknown. */
  durationSeconds?: number | undefined;
}

/** Chat answers what it has seen some seconds before, and a moment wants its beginning. */
export const LEAD_SECONDS = 15;

/**
 * The address of the recording some seconds before a moment, as Twitch writes it: `?t=1h02m03s`. Undefined if the recording does not have the
 * moment.
 * @param at the beginning of the moment, ISO 8601
 * @param lasts how long the moment lasts
 */
export function vodLink(vod: Vod | undefined, at: string, lasts: { seconds: number }): string | undefined {
  if (vod === undefined || !/^\d{1,20}$/.test(vod.id)) return undefined;
  const seconds = Math.floor((Date.parse(at) - Date.parse(vod.beganAt)) / 1000);
  const isIn = seconds + lasts.seconds > 0 && seconds < (vod.durationSeconds ?? Infinity);
  return isIn ? `https://www.twitch.tv/videos/${vod.id}?t=${clockOf(Math.max(seconds - LEAD_SECONDS, 0))}` : undefined;
}

function clockOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours}h${twoDigits(minutes)}m${twoDigits(seconds % 60)}s`;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');
