import { createHdfs } from '../../../activities/hdfs/client.ts';
import { silentLog } from '../../../common/log.ts';
import { hdfs as hdfsServer } from '../../integration/servers.ts';
import { contract } from './contract.ts';
import { MemoryHdfs } from './memory-hdfs.ts';

contract('the real one', async () => {
  const { url, user } = await hdfsServer();
  return createHdfs({ urls: [url], user, log: silentLog });
});

contract('the double of the tests', () => Promise.resolve(new MemoryHdfs()));
