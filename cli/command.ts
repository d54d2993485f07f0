import { parseArgs } from 'node:util';
import type { ParseArgsOptionDescriptor } from 'node:util';
import { ConfigError } from '../workers/config.ts';
import { wrapped } from './wrapped.ts';

/** An option of a command, for `parseArgs` and for its help. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  /** The name of its value in the help, like `FILE`; none for a switch. */
  value?: string;
  help: string;
}

type Options = Record<string, CommandOption>;

type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; strict: true; allowPositionals: true }>
>['values'];

export interface CommandSpec<O extends Options> {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** Paragraphs for its own help, separated by an empty line. */
  description: string;
  /** Each exit code and when it is used, for its own help. Any command ends with 1 and a stack trace for a fault of its own. */
  exitCodes: string;
  /** The names of its arguments in the help, like `SQL`. `FILE...` stands for one or more, `[COLUMN...]` for any number. None by default. */
  arguments?: readonly string[];
  options: O;
  /** Lines that work when they are pasted into a shell. */
  examples: [string, ...string[]];
  /** Whether the settings in `.env` apply. */
  readsEnvironmentFile: boolean;
  run(values: Values<O>, args: string[]): Promise<void>;
}

/** A command of `chatlake`. */
export interface Command extends Pick<CommandSpec<Options>, 'name' | 'summary' | 'readsEnvironmentFile'> {
  help: string;
  /**
   * Checks the arguments after the name of the command.
   * @returns the function that runs the command, or `help` if that was asked for
   * @throws ConfigError, or an error of `parseArgs`
   */
  parse(args: string[]): (() => Promise<void>) | 'help';
}

const HELP = { type: 'boolean', short: 'h', help: 'Show this text.' } as const;

export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  const { name, summary, arguments: names = [], readsEnvironmentFile } = spec;
  const usage = ['chatlake', name, ...(Object.keys(spec.options).length > 0 ? ['[OPTIONS]'] : []), ...names].join(' ');
  return {
    name,
    summary,
    readsEnvironmentFile,
    help: helpOf(spec, usage),
    parse(args) {
      const { values, positionals } = parseArgs({
        args,
        options: { ...spec.options, help: HELP },
        allowPositionals: true,
        strict: true,
      });
      if ((values as { help?: boolean }).help === true) return 'help';
      const needed = names.filter((it) => !it.startsWith('[')).length;
      const isEnough = positionals.length >= needed;
      if (!isEnough || (positionals.length > needed && !/\.\.\.\]?$/.test(names.at(-1) ?? ''))) {
        const expected = names.length === 0 ? 'no argument' : names.join(' ');
        const found = positionals.length === 0 ? 'nothing' : positionals.map((it) => `\`${it}\``).join(' ');
        throw new ConfigError(
          `Expected ${expected} after \`chatlake ${name}\`, got ${found}. See \`chatlake ${name} --help\`.`,
        );
      }
      return () => spec.run(values, positionals);
    },
  };
}

function helpOf({ description, exitCodes, options, examples }: CommandSpec<Options>, usage: string): string {
  const rows = Object.entries<CommandOption>({ ...options, help: HELP }).map(([name, { short, value, help }]): Row => {
    const names = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    return [names, help];
  });
  const paragraphs = [...description.split('\n\n'), `Exit codes: ${exitCodes}`].map((it) =>
    wrapped(it.replaceAll(/\s+/g, ' ')),
  );
  return [
    `Usage: ${usage}`,
    ...paragraphs,
    `Options\n${columns(rows)}`,
    `Example${examples.length > 1 ? 's' : ''}\n${examples.map((it) => `  ${it}`).join('\n')}`,
    '',
  ].join('\n\n');
}

type Row = [name: string, text: string];

/** Two columns, the second wrapped. */
export function columns(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) => `  ${name.padEnd(width - 2)}${wrapped(text, width)}`).join('\n');
}
