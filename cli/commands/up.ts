import { defineCommand } from '../command.ts';

export const upCommand = defineCommand({
  name: 'up',
  summary: 'Run the pipeline on the real Twitch, with the settings in .env',
  description: `Runs the pipeline on the real Twitch until Ctrl-C. Servers whose address is in .env are used; the others are started here.
    .env.example describes every setting.`,
  exitCodes: `0 after Ctrl-C, 130 if it comes during the start or twice. 69 if a tool or server is missing or does not answer, 73 if a directory or the disk cannot be
    used, 78 for a wrong setting.`,
  options: {},
  examples: ['chatlake up'],
  readsEnvironmentFile: true,
  run: async () => (await import('../up.ts')).up(),
});
