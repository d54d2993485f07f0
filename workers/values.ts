import { z } from 'zod';

/** The items of a comma-separated list, without the empty ones. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const httpUrl = z.url({ protocol: /^https?$/, error: 'a URL like http://host:port' });
