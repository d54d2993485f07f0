import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { consoleProgress } from '../infra/local/progress.ts';
import { ConfigError } from '../workers/config.ts';
import { endingOf } from '../workers/ending.ts';
import { clean } from './clean.ts';
import { demo } from './demo.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { prepareEnvironment } from './environment.ts';
import { Interrupted } from './interrupt.ts';
import { up } from './up.ts';

const HELP = `chatlake: collects, stores and shows Twitch chat, run by Temporal

Usage
  chatlake demo [--once] [--seed N] [--transcript FILE]
      Runs the whole pipeline on a simulated Twitch, without an account. With --once it stops after the first report whose sums
      agree, and prints the sums as one JSON line. --transcript reads the chat from a file of recorded IRC lines.
  chatlake up
      Runs the pipeline on the real Twitch, or on the addresses in .env (see .env.example).
  chatlake clean [--lake DIR]
      Removes caches, scratch files, logs and the data of the demo. Collected data is kept. With --lake it removes the installation
      in DIR with all its data, keys and tokens, after you have typed its name in a terminal.

Exit codes: 78 for a wrong setting, 73 for a directory that cannot be used, 69 for a tool or server that is missing or does not answer.

Watch and control the workflows with Temporal's \`temporal\` command: see README.md.
`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      once: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      transcript: { type: 'string' },
      lake: { type: 'string' },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) return void process.stdout.write(HELP);
  if (rest.length > 0 || (command !== 'demo' && command !== 'up' && command !== 'clean')) {
    throw new ConfigError(`Expected the command demo, up or clean, got \`${positionals.join(' ')}\`.\n\n${HELP}`);
  }
  if (command !== 'demo') loadEnvironmentFile();
  prepareEnvironment(process.env, consoleProgress);
  if (command === 'up') return up();
  if (command === 'clean') return clean({ lake: values.lake, env: process.env });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ConfigError(`Expected --seed to be a whole number, got \`${values.seed}\`.`);
  return demo({
    once: values.once,
    seed,
    transcript: values.transcript === undefined ? undefined : resolve(values.transcript),
  });
}

try {
  await main();
} catch (error) {
  if (error instanceof Interrupted) process.exit(130);
  const { code, text } = endingOf(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}
// Kafka and Temporal clients may leave timers that keep the process alive.
process.exit();
