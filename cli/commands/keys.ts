import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const keysCommand = defineCommand({
  name: 'keys',
  summary: 'Create the keys of a parameter store that runs by itself',
  description: `Creates the keys of a parameter store below a directory, each in a file named key in a directory of its own, which only its owner
    may read: operator (for the store, set-up and you), encryption (for the store), and a key for each of orchestrator, collector, loader and
    refiner. Files that exist are kept. Keep a copy of encryption: without it the stored tokens cannot be decrypted.`,
  options: { directory: { type: 'string', value: 'DIR', help: 'Where to create them.' } },
  examples: ['chatlake keys --directory keys'],
  readsEnvironmentFile: false,
  async run({ directory }) {
    if (directory === undefined) throw new ConfigError('Expected --directory DIR. See `chatlake keys --help`.');
    const { makeKeyFiles } = await import('../key-files.ts');
    for (const { file, isNew } of makeKeyFiles(directory))
      process.stderr.write(`${file} ${isNew ? 'was created' : 'exists and is kept'}.\n`);
  },
});
