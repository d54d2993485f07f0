import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '../workers/config.ts';
import { demo } from './demo.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { Interrupted } from './interrupt.ts';
import { up } from './up.ts';

const HELP = `chatlake: collects, keeps and shows Twitch chat, run by Temporal

Usage
  chatlake demo [--once] [--seed N] [--transcript FILE]
      The whole pipeline beside a simulated Twitch; no account is needed. With --once it ends after the first report whose sums agree,
      and prints them as one JSON line. --transcript takes the text from a file of recorded IRC lines.
  chatlake up
      The pipeline for real Twitch, or for the addresses in .env (see .env.example).

What runs can be watched and driven with Temporal's own command, \`temporal\`: see README.md.
`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      once: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      transcript: { type: 'string' },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) return void process.stdout.write(HELP);
  if (rest.length > 0 || (command !== 'demo' && command !== 'up')) {
    throw new ConfigError(`Expected the command demo or up, got \`${positionals.join(' ')}\`.\n\n${HELP}`);
  }
  if (command === 'up') {
    loadEnvironmentFile();
    return up();
  }
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
  const expected = error instanceof ConfigError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${expected ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
// Clients of Kafka and Temporal may keep timers of their own; all that matters has been stopped by now.
process.exit();
