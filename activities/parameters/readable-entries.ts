import { z } from 'zod';

/** A list without the entries that cannot be read, from an older release or by hand; empty where there is no list at all. */
export function readableEntries<T>(entry: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((entries) => entries.flatMap((it) => entry.safeParse(it).data ?? []));
}
