import { parseArgs } from 'node:util';

export interface ChaosOptions {
  seed: number;
  minutes: number;
  /** Messages per second that the simulated Twitch says. */
  rate: number;
  /** Names of the faults to draw from; all where it is empty. */
  only: string[];
  /** One fault after the other, each when the one before has been recovered from. */
  alone: boolean;
  /** Says which faults there are, and does nothing. */
  list: boolean;
}

export const HELP = `Usage: make chaos [SEED=1] [MINUTES=2] [RATE=40] [ONLY=name,name] [ALONE=1] [LIST=1]

Runs the whole pipeline on real servers beside a simulated Twitch, does faults to it as the seed says, and holds what is in the lake
against what was said. The last line, on stdout, is the verdict as JSON. A run that fails ends with 1 and says how to repeat it.

  SEED     draws the faults, their order, times and victims, and what is said
  MINUTES  how long faults are done; starting and catching up come on top
  RATE     messages per second
  ONLY     the faults to draw from (LIST=1 tells their names); all by default
  ALONE    one fault at a time, each after the recovery from the last
`;

/** @throws Error that names each option which is not as expected */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '40' },
      only: { type: 'string', default: '' },
      alone: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  return {
    seed: numberOf('SEED', values.seed, 0, Number.MAX_SAFE_INTEGER, true),
    minutes: numberOf('MINUTES', values.minutes, 0.2, 600, false),
    rate: numberOf('RATE', values.rate, 1, 10_000, true),
    only: values.only.split(',').filter((name) => name !== ''),
    alone: values.alone,
    list: values.list,
  };
}

function numberOf(name: string, text: string, from: number, to: number, whole: boolean): number {
  const value = Number(text);
  if (text !== '' && value >= from && value <= to && (!whole || Number.isInteger(value))) return value;
  throw new Error(`Expected ${name} to be a ${whole ? 'whole ' : ''}number from ${from} to ${to}, got \`${text}\`.`);
}

/** The command that repeats a run. */
export function commandOf({ seed, minutes, rate, only, alone }: ChaosOptions): string {
  const parts = [`make chaos SEED=${seed} MINUTES=${minutes} RATE=${rate}`];
  if (only.length > 0) parts.push(`ONLY=${only.join(',')}`);
  if (alone) parts.push('ALONE=1');
  return parts.join(' ');
}
