import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';
import { HOUR_OPTIONS, readHourRange } from '../hour-range.ts';

export const refineCommand = defineCommand({
  name: 'refine',
  summary: 'Refine hours again, for example after a repair',
  description: `Refines hours that have ended, by the same workflow as each hour: hourlyRefinement. It waits until red covers the hour, compacts it,
    and writes yellow and the reports again if something has changed. Doing it twice does no harm.

    A few hours are under way at once, oldest first, and the open hour has priority. An hour that fails is named at the end, and does not stop the
    others. Ctrl-C starts no more hours; those under way go on, as Temporal's web interface shows.`,
  exitCodes: `0, 1 if an hour failed, 78 for hours that have not ended, 69 if Temporal does not answer, 130 after Ctrl-C.`,
  options: { ...HOUR_OPTIONS, json: { type: 'boolean', default: false, help: 'Print the result as JSON.' } },
  examples: [
    'chatlake refine --from 2026-11-25 --to 2026-11-27',
    'chatlake refine --from 2026-11-25T14 --to 2026-11-25T14 --json',
  ],
  readsEnvironmentFile: true,
  async run({ from, to, json }) {
    const { from: first, to: last } = readHourRange({ from, to });
    if (first === undefined || last === undefined)
      throw new ConfigError('Expected --from and --to, each an hour or a day. See `chatlake refine --help`.');
    const { refine } = await import('../refine.ts');
    return refine({ first, last, json });
  },
});
