import { defineCommand } from '../command.ts';

export const upCommand = defineCommand({
  name: 'up',
  summary: 'Run the pipeline on the real Twitch, with the settings in .env',
  description: `Runs the pipeline on the real Twitch until Ctrl-C. Servers whose address is in .env are used; the others are started here.
    .env.example describes every setting.`,
  options: {},
  examples: ['chatlake up'],
  readsEnvironmentFile: true,
  run: async () => (await import('../up.ts')).up(),
});
