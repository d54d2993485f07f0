import assert from 'node:assert/strict';
import { HdfsError } from '../../activities/hdfs/error.ts';
import type { FileStatus, Hdfs } from '../../activities/hdfs/hdfs.ts';
import { MemoryHdfs } from '../activities/hdfs/memory-hdfs.ts';
import { NameNode } from './name-node.ts';
import { Random } from './random.ts';

/** The result of a call, or the kind of its error. */
async function outcomeOf(work: () => unknown): Promise<unknown> {
  try {
    return (await work()) ?? 'nothing';
  } catch (error) {
    return error instanceof HdfsError ? error.kind : error;
  }
}

const withoutTime = (found: FileStatus | undefined) => found && { ...found, modificationTimeMs: 0 };

describe('The simulated NameNode', () => {
  it('behaves like the in-memory HDFS, which passes the contract tests', async () => {
    const random = new Random(1);
    for (let round = 0; round < 100; round++) {
      const wanted: Hdfs = new MemoryHdfs();
      const found = new NameNode({ named: () => {}, removed: () => {} });
      const place = () => `/${Array.from({ length: random.between(1, 3) }, () => random.pick(['a', 'b'])).join('/')}`;
      for (let step = 0; step < 60; step++) {
        const [path, other, flag] = [place(), place(), random.chance(0.5)];
        const calls: Record<string, [wanted: () => unknown, found: () => unknown]> = {
          mkdirs: [() => wanted.mkdirs(path), () => found.makeDirectories(path)],
          write: [
            () => wanted.writeText(path, other, { createParent: flag }),
            () => found.close(found.open(path, flag), other),
          ],
          read: [() => wanted.readText(path), () => found.read(path)],
          rename: [() => wanted.rename(path, other), () => found.rename(path, other)],
          status: [() => wanted.status(path), () => withoutTime(found.status(path))],
          list: [() => wanted.list(path), () => found.list(path).map(withoutTime)],
          remove: [() => wanted.remove(path, { recursive: flag }), () => found.remove(path, flag)],
        };
        const [name, [ofWanted, ofFound]] = random.pick(Object.entries(calls));
        const expected = await outcomeOf(ofWanted);
        assert.deepEqual(await outcomeOf(ofFound), expected, `round ${round}, step ${step}: ${name} ${path} ${other}`);
      }
    }
  });

  it('writes an upload that is renamed before its end to the new name, like the real one', () => {
    const nameNode = new NameNode({ named: () => {}, removed: () => {} });
    const file = nameNode.open('/a', false);
    nameNode.rename('/a', '/b');
    nameNode.close(file, 'all of it');
    assert.equal(nameNode.read('/b'), 'all of it');
  });

  it('rejects the end of an upload whose file was removed', () => {
    const nameNode = new NameNode({ named: () => {}, removed: () => {} });
    const file = nameNode.open('/a/b', true);
    nameNode.remove('/a', true);
    assert.throws(() => nameNode.close(file, 'all of it'), /no longer open/);
    assert.equal(nameNode.contentOf('/a/b'), undefined);
  });
});
