import { z } from 'zod';

/** The items of a comma-separated list, without the empty ones. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const httpUrl = z.url({ protocol: /^https?$/, error: 'a URL like http://host:port' });

/** Browsers that do not know an offset like +09:00 as a zone are still in use. */
export const timeZone = z
  .string()
  .refine((name) => /^[A-Za-z]/.test(name) && isTimeZone(name), 'a time zone by its name, like Asia/Seoul or UTC');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
