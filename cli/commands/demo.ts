import { resolve } from 'node:path';
import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Run the whole pipeline on a simulated Twitch, without an account',
  description: `Runs the whole pipeline on a simulated Twitch until Ctrl-C, and prints where to look. It needs no account and reads no .env.
    The data stays in data/demo, and the next start uses it.`,
  exitCodes: `0 after Ctrl-C, 130 if it comes during the start or twice. With --once, 0 if the sums agree, 1 if they differ, 130 after Ctrl-C. 69 if a tool or server is missing or does not
    answer, 73 if a directory or the disk cannot be used, 78 for a wrong argument.`,
  options: {
    once: {
      type: 'boolean',
      default: false,
      help: 'Stop after the first report whose sums agree, and print the sums as one JSON line.',
    },
    seed: { type: 'string', default: '1', value: 'N', help: 'Simulate another Twitch. A whole number; 1 by default.' },
    containers: {
      type: 'boolean',
      default: false,
      help: 'Build the container images, and run all processes but the servers in them. Needs podman.',
    },
    transcript: { type: 'string', value: 'FILE', help: 'Read the chat from a file of recorded IRC lines.' },
  },
  examples: ['chatlake demo --once --seed 7'],
  readsEnvironmentFile: false,
  async run({ once, seed, transcript, containers }) {
    const number = Number(seed);
    if (!Number.isSafeInteger(number) || number < 0)
      throw new ConfigError(`Expected --seed to be a whole number, got \`${seed}\`.`);
    if (containers) {
      if (transcript !== undefined) throw new ConfigError('Expected either --containers or --transcript, got both.');
      const { demoContainers } = await import('../demo-containers.ts');
      return demoContainers({ once, seed: number });
    }
    const { demo } = await import('../demo.ts');
    return demo({ once, seed: number, transcript: transcript === undefined ? undefined : resolve(transcript) });
  },
});
