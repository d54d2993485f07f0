import { parseArgs } from 'node:util';

export interface DayOptions {
  seed: number;
  /** How long the script runs; starting, catching up and comparing take more. */
  minutes: number;
}

export const HELP = `Usage: make day [SEED=1] [MINUTES=6]

Runs the whole pipeline on real servers with a simulated Twitch of 120,000 streams. A script plays the events of a day. Then the sums, the
rooms and the coverage table are compared with the simulator's own account. The last line, on stdout, has the figures as JSON. A failed day
exits with 1 and names the failures.

  SEED     determines the channels, their viewers and the messages
  MINUTES  how long the script runs, at least 4; its times are scaled accordingly
`;

/** @throws Error that names the invalid option */
export function readOptions(args: readonly string[]): DayOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '6' } },
  });
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  if (values.seed === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`Expected SEED to be a whole number of at least 0, got \`${values.seed}\`.`);
  if (!(minutes >= 4 && minutes <= 600))
    throw new Error(`Expected MINUTES to be a number from 4 to 600, got \`${values.minutes}\`.`);
  return { seed, minutes };
}
