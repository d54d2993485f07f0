import { clean } from '../clean.ts';
import { defineCommand } from '../command.ts';

export const cleanCommand = defineCommand({
  name: 'clean',
  summary: 'Remove caches, scratch files, logs and the data of the demo; collected data is kept',
  description: `Removes caches, scratch files, logs and the data of the demo. Collected data is kept. Nothing that is in use is removed.`,
  exitCodes: `0, 73 if something is in use, 78 if the installation is not there or its name was not typed.`,
  options: {
    lake: {
      type: 'string',
      value: 'DIR',
      help: 'Remove the installation in DIR with all its data, keys and tokens, after you have typed its name in a terminal.',
    },
  },
  examples: ['chatlake clean'],
  readsEnvironmentFile: true,
  run: ({ lake }) => clean({ lake, env: process.env }),
});
