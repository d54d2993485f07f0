import { consoleProgress } from '../infra/local/progress.ts';
import { ConfigError } from '../workers/config.ts';
import { endingOf } from '../workers/ending.ts';
import { columns } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { prepareEnvironment } from './environment.ts';
import { Interrupted } from './interrupt.ts';

const HELP = `chatlake: collects, stores and shows Twitch chat, run by Temporal

Usage: chatlake COMMAND [OPTIONS]

Commands
${columns(COMMANDS.map(({ name, summary }) => [`chatlake ${name}`, summary]))}

\`chatlake COMMAND --help\` describes a command.

Exit codes: 78 for a wrong setting or argument, 73 for a place that cannot be used, 69 for a tool or server that is missing or does
not answer, 130 after Ctrl-C. The help of a command has its own.

Watch and control the workflows with Temporal's \`temporal\` command: see README.md.
`;

async function main([name = '', ...args]: string[]): Promise<void> {
  if (name === '--help' || name === '-h') return void process.stdout.write(HELP);
  const command = COMMANDS.find((it) => it.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((it) => it.name);
    throw new ConfigError(
      `Expected the command ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, got \`${[name, ...args].join(' ')}\`.\n\n${HELP}`,
    );
  }
  const run = command.parse(args);
  if (run === 'help') return void process.stdout.write(command.help);
  if (command.readsEnvironmentFile) loadEnvironmentFile();
  prepareEnvironment(process.env, consoleProgress);
  return run();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Interrupted) process.exit(130);
  const { code, text } = endingOf(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}
// Kafka and Temporal clients may leave timers that keep the process alive.
process.exit();
