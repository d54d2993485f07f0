import { parseArgs } from 'node:util';

export interface ChaosOptions {
  seed: number;
  minutes: number;
  /** Messages per second of the simulated Twitch. */
  rate: number;
  /** Names of the faults to draw from; empty for all. */
  only: string[];
  /** Runs one fault at a time, each after the recovery from the one before. */
  alone: boolean;
  /** Only lists the faults. */
  list: boolean;
}

export const HELP = `Usage: make chaos [SEED=1] [MINUTES=2] [RATE=40] [ONLY=name,name] [ALONE=1] [LIST=1]

Runs the whole pipeline on real servers with a simulated Twitch, injects faults determined by the seed, and compares the lake with what
was sent. The last line, on stdout, is the verdict as JSON. A failed run exits with 1 and prints the command that repeats it.

  SEED     determines the faults, their order, times and targets, and the messages
  MINUTES  how long faults are injected; starting and catching up take more
  RATE     messages per second
  ONLY     the faults to draw from (LIST=1 lists their names); all by default
  ALONE    one fault at a time, each after the recovery from the one before
`;

/** @throws Error that names each invalid option */
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
