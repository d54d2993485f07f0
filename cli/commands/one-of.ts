import { ConfigError } from '../../workers/config.ts';

/** The value of an option that has a few. @throws ConfigError */
export function oneOf<T extends string>(option: string, values: readonly T[], given: string | undefined): T {
  const found = values.find((value) => value === given);
  if (found === undefined)
    throw new ConfigError(
      `Expected ${option} to be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}, got ${given === undefined ? 'nothing' : `\`${given}\``}.`,
    );
  return found;
}
