import { z } from 'zod';

/** A list without the entries that do not match the schema (from an older release, or edited by hand); empty if it is not a list. */
export function readableEntries<T>(entry: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((entries) => entries.flatMap((it) => entry.safeParse(it).data ?? []));
}
