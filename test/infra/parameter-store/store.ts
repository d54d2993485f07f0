import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import { silentLog } from '../../../common/log.ts';
import { encryptionKey, key } from './running-store.ts';

// A store process for tests that kill it or fill its disk: serves the given directory, and prints its URL to stdout.
const [, , directory = ''] = process.argv;
const store = await startParameterStore({ directory, key, encryptionKey, host: '127.0.0.1', port: 0, log: silentLog });
process.stdout.write(`${store.url}\n`);
