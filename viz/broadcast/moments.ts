import { z } from 'zod';

const row = z.object({
  /** The beginning of a minute. */
  at: z.string(),
  kind: z.enum(['word', 'emote']),
  term: z.string(),
});

export type Moment = z.infer<typeof row>;

/** What was said in the busiest minutes: words and emotes, the most frequent first. */
export const moments = {
  sql: `
    SELECT stream_id AS "streamId", strftime(minute, '%Y-%m-%dT%H:%M:%SZ') AS at, kind, term
    FROM moments JOIN chosen_hours USING (channel, hour)
    WHERE minute >= date_trunc('minute', from_at) AND minute < until_at
    ORDER BY stream_id, minute, kind DESC, messages DESC, term`,
  shape: row,
};

const MINUTE = '2026-11-25T14:03'.length;

/** What was said in the minute of a time. */
export function saidAround(at: string, rows: readonly Moment[]): Record<Moment['kind'], string[]> {
  const inMinute = rows.filter((moment) => moment.at.slice(0, MINUTE) === at.slice(0, MINUTE));
  const of = (wanted: Moment['kind']): string[] =>
    inMinute.filter(({ kind }) => kind === wanted).map(({ term }) => term);
  return { word: of('word'), emote: of('emote') };
}
