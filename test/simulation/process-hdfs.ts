import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { pointOf } from './crash-points.ts';
import type { Activity, Operation } from './crash-points.ts';
import type { CallKind } from './faults.ts';
import type { NameNode } from './name-node.ts';
import type { ProcessDisk } from './process-disk.ts';
import type { Process } from './process.ts';

/** The HDFS of one process for one kind of work. Each call is a step, and an upload is two. */
export function createProcessHdfs(process: Process, disk: ProcessDisk, nameNode: NameNode, activity: Activity): Hdfs {
  const call = <T>(operation: Operation, kind: CallKind, path: string, work: () => T, breakOff?: () => void) => {
    const point = pointOf(activity, operation, path);
    if (point === undefined) return process.refuseUnnamed<T>(`${activity}, ${operation} ${path}`);
    return process.call({ point, path, kind, work, ...(breakOff === undefined ? {} : { breakOff }) });
  };

  const store = async (path: string, content: string, createParent: boolean): Promise<void> => {
    const file = await call('begun', 'change', path, () => nameNode.open(path, createParent));
    await call(
      'uploaded',
      'upload',
      path,
      () => nameNode.close(file, content),
      () => nameNode.close(file, content.slice(0, content.length / 2)),
    );
  };

  return {
    mkdirs: (path) => call('made', 'change', path, () => nameNode.makeDirectories(path)),
    rename: (from, to) => call('renamed', 'change', to, () => nameNode.rename(from, to)),
    replace: (from, to) => call('renamed', 'change', to, () => nameNode.replace(from, to)),
    remove: (path, { recursive = false } = {}) =>
      call('removed', 'change', path, () => nameNode.remove(path, recursive)),
    status: (path) => call('looked for', 'read', path, () => nameNode.status(path)),
    list: (path) => call('listed', 'read', path, () => nameNode.list(path)),
    readText: (path) => call('read', 'read', path, () => nameNode.read(path)),
    upload: async (localFile, path, { createParent }) => store(path, disk.read(localFile), createParent),
    writeText: (path, text, { createParent }) => store(path, text, createParent),
    download: (path, localFile) =>
      call(
        'read',
        'download',
        path,
        () => void disk.files.set(localFile, nameNode.read(path)),
        () => void disk.files.set(localFile, nameNode.read(path).slice(1)),
      ),
  };
}
