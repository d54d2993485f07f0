import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';

export const keysCommand = defineCommand({
  name: 'keys',
  summary: 'Create the two keys of a parameter store, each in a file',
  description: `Creates the keys of a parameter store that runs by itself: the key of its clients, and the key that encrypts its secrets. Each is
    written to a file that only its owner may read, for PARAMETER_STORE_KEY_FILE and PARAMETER_STORE_ENCRYPTION_KEY_FILE. A file that exists is
    kept. Without the second key the stored tokens cannot be decrypted: keep a copy of it. With --roles, the keys of single kinds of processes
    are written, too. They follow from the key of the clients, and the store knows them without a setting.`,
  exitCodes: `0, 78 without the names of both files, 73 if a file cannot be written.`,
  options: {
    key: { type: 'string', value: 'FILE', help: 'The file for the key of the clients.' },
    'encryption-key': { type: 'string', value: 'FILE', help: 'The file for the key that encrypts secrets.' },
    roles: {
      type: 'string',
      value: 'DIRECTORY',
      help: 'A directory for the keys of orchestrator, collector, loader and refiner: files of these names or, if there are directories of these names, key in each.',
    },
  },
  examples: ['chatlake keys --key parameter-store.key --encryption-key encryption.key'],
  readsEnvironmentFile: false,
  async run({ key, 'encryption-key': encryptionKey, roles }) {
    if (key === undefined || encryptionKey === undefined)
      throw new ConfigError('Expected --key FILE and --encryption-key FILE. See `chatlake keys --help`.');
    const { makeKeyFile, makeRoleKeyFiles } = await import('../key-file.ts');
    const tell = (file: string, isNew: boolean): void =>
      void process.stderr.write(isNew ? `${file} was created.\n` : `${file} exists and is kept.\n`);
    for (const file of [key, encryptionKey]) tell(file, makeKeyFile(file));
    if (roles !== undefined) makeRoleKeyFiles(key, roles, tell);
  },
});
