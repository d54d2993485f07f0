import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';

/** An HDFS that records the listed directories, in the order of the calls. */
export function createCountingHdfs(store: Hdfs): { hdfs: Hdfs; listed: string[] } {
  const listed: string[] = [];
  const hdfs = new Proxy(store, {
    get: (target, name: keyof Hdfs) => {
      if (name !== 'list') return target[name].bind(target);
      return (path: string) => {
        listed.push(path);
        return target.list(path);
      };
    },
  });
  return { hdfs, listed };
}
