import { createHdfs } from '../../../activities/hdfs/client.ts';
import { silentLog } from '../../../common/log.ts';

/* Does one of each with HDFS, below a directory of its own; for tests of what the environment of a process changes. */
const [url = '', user = '', root = ''] = process.argv.slice(2);
const hdfs = createHdfs({ urls: [url], user, log: silentLog, patienceMs: 1 });

await hdfs.mkdirs(root);
await hdfs.writeText(`${root}/a`, 'hello', { createParent: false });
await hdfs.rename(`${root}/a`, `${root}/b`);
await hdfs.replace(`${root}/b`, `${root}/c`);
const listed = (await hdfs.list(root)).map(({ path }) => path.slice(root.length));
const text = await hdfs.readText(`${root}/c`);
await hdfs.remove(root, { recursive: true });
console.log(JSON.stringify({ listed, text, left: (await hdfs.status(root)) === undefined ? 'nothing' : 'something' }));
