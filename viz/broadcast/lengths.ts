import type { Words } from '../words.ts';

const minutesOf = (ms: number): { hours: number; minutes: number } => {
  const minutes = Math.round(ms / 60_000);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
};

/** `3 h 12 min` */
export function lengthOf(from: string, to: string, { text }: Words): string {
  const { hours, minutes } = minutesOf(Date.parse(to) - Date.parse(from));
  return hours === 0 ? text('length.minutes', { minutes }) : text('length.hours', { hours, minutes });
}

/** How far a time is into a broadcast: `1:02:03`. Its first slot begins before it. */
export function intoBroadcast(at: string, beganAt: string): string {
  const seconds = Math.max(Math.floor((Date.parse(at) - Date.parse(beganAt)) / 1000), 0);
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  return [Math.floor(seconds / 3600), ...[minutes, rest].map((part) => String(part).padStart(2, '0'))].join(':');
}
