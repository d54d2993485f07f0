import { parseArgs } from 'node:util';

export interface DayOptions {
  seed: number;
  /** How long the script plays; starting, catching up and comparing come on top. */
  minutes: number;
}

export const HELP = `Usage: make day [SEED=1] [MINUTES=6]

Plays a day in the life of a Twitch with 120,000 streams to the whole pipeline on real servers, as a script has it, and holds the sums, the
rooms and the coverage table against the simulated Twitch's own account. The last line, on stdout, has the figures as JSON. A day that went
wrong ends with 1 and says what was off.

  SEED     names the channels, their viewers and what is said
  MINUTES  how long the script plays, from 4 up; the times in it are stretched with it
`;

/** @throws Error that names the option which is not as expected */
export function readOptions(args: readonly string[]): DayOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '6' } },
  });
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  if (values.seed === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`Expected SEED to be a whole number from 0 up, got \`${values.seed}\`.`);
  if (!(minutes >= 4 && minutes <= 600))
    throw new Error(`Expected MINUTES to be a number from 4 to 600, got \`${values.minutes}\`.`);
  return { seed, minutes };
}
