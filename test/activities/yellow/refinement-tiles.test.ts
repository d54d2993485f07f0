import assert from 'node:assert/strict';
import { join } from 'node:path';
import { FactError } from '../../../activities/errors.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { readManifest } from '../../../activities/yellow/manifest.ts';
import type { Manifest } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import type { RefinementDeps } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { RedTiles } from '../../integration/red-tiles.ts';
import type { LakeDeps, TestLake } from '../../integration/test-lake.ts';
import { ROOT, message, tally, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete), from tiles of several kinds', () => {
  const rig = refinementRig();
  const { manifestOf, read, refine } = rig;
  let deps: LakeDeps;
  let hdfs: Hdfs;
  let lake: TestLake;
  let red: RedTiles;

  beforeEach(() => {
    ({ deps, hdfs, lake, red } = rig.opened());
  });

  it('refines an hour with tiles of several releases: with a column fewer, and with one more', async () => {
    const places = [
      await red.add('chat', [message('older', '2026-11-25T12:00:00Z')]),
      await red.add('chat', [message('now', '2026-11-25T12:00:01Z')]),
      await red.add('chat', [message('newer', '2026-11-25T12:00:02Z')]),
    ].map((path) => join(lake.directory, path));
    await red.withDatabase(async (connection) => {
      const rewrite = async (file: string, columns: string): Promise<void> => {
        await connection.run(`CREATE OR REPLACE TABLE tile AS SELECT ${columns} FROM '${file}'`);
        await connection.run(`COPY tile TO '${file}' (FORMAT parquet)`);
      };
      await rewrite(places[0] ?? '', '* EXCLUDE (collector)');
      await rewrite(places[2] ?? '', "*, 'x' AS shard");
    });
    await refine('2026-11-25T12');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
      ['newer', 'c1'],
      ['now', 'c1'],
      ['older', null],
    ]);
  });

  it('reads only the widest of nested tiles', async () => {
    const first = await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    const second = await red.add('chat', [message('b', '2026-11-25T12:00:01Z')]);
    const union = new RedTiles(lake.directory, hdfs, lake.root);
    await union.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:00:01Z')]);
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 2, hours: ['2026-11-25T12'], damaged: [], kept: [] });
    assert.ok((await hdfs.status(first)) && (await hdfs.status(second)), 'the parts still exist');
    assert.deepEqual(await read('tallies', '2026-11-25T12', 'sum(red_messages)'), [['2']]);
  });

  describe('with a compaction', () => {
    const compact = async (hour: string): Promise<{ tilesBefore: number; tilesAfter: number }> =>
      compactRedHour({ ...deps, log: silentLog }, hour, new AbortController().signal);
    const twoHours = async (): Promise<void> => {
      await red.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:59:59Z')]);
      await red.add('chat', [message('a', '2026-11-25T12:00:00Z', { collector: 'c2' })]);
      await red.add('chat', [message('b', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' })]);
      await red.add('chat', [message('c', '2026-11-25T13:00:02Z')]);
      await red.add('coverage', [tally('2026-11-25T12:00:00.000Z', 1)]);
      await red.add('coverage', [tally('2026-11-25T12:59:50.000Z', 1)]);
    };

    it('gives the same yellow from a union as from its parts, and the manifest names the union', async () => {
      await twoHours();
      const hours = ['2026-11-25T12', '2026-11-25T13'];
      const refineAll = async (): Promise<Manifest[]> => {
        for (const hour of hours) await refine(hour);
        return Promise.all(hours.map(manifestOf));
      };
      const before = await refineAll();
      assert.deepEqual(await compact('2026-11-25T12'), { tilesBefore: 4, tilesAfter: 2 });
      assert.deepEqual(await compact('2026-11-25T13'), { tilesBefore: 2, tilesAfter: 1 });
      const after = await refineAll();
      const tables = (manifests: Manifest[]): unknown => manifests.map((manifest) => manifest.tables);
      assert.deepEqual(tables(after), tables(before));
      assert.deepEqual(after[0]?.redFiles, [
        `${ROOT}/red/chat/hour=2026-11-25T12/p0-0-3.parquet`,
        `${ROOT}/red/chat/hour=2026-11-25T13/p0-3-5.parquet`,
        `${ROOT}/red/coverage/hour=2026-11-25T12/p0-0-2.parquet`,
      ]);
      assert.deepEqual(after[1]?.redFiles, [`${ROOT}/red/chat/hour=2026-11-25T13/p0-3-5.parquet`]);
      assert.deepEqual((await refine('2026-11-25T12')).hours, [], 'nothing is left to do');
    });

    /** An HDFS that runs a callback before each of the first `times` downloads. */
    const disturbed = async (times: number, happens: () => Promise<unknown>): Promise<RefinementDeps> => {
      let left = times;
      const download: Hdfs['download'] = async (path, localFile) => {
        if (left-- > 0) await happens();
        return hdfs.download(path, localFile);
      };
      const files = await openCachedFiles({ ...hdfs, download }, join(lake.directory, 'disturbed'), 2 ** 30);
      return { ...deps, files };
    };

    it('lists again when a tile was united before it was read', async () => {
      await twoHours();
      const reader = await disturbed(1, () => compact('2026-11-25T12'));
      await refineRedHour(reader, '2026-11-25T12', true, new AbortController().signal);
      assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
        ['a', 'c1'],
        ['b', 'c1'],
      ]);
    });

    it('fails with a retryable error after three listings whose tiles were gone', async () => {
      const path = await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
      const reader = await disturbed(Infinity, async () => {
        throw new HdfsError('absent', `Expected a file at ${path}, found nothing.`);
      });
      await assert.rejects(refineRedHour(reader, '2026-11-25T12', true, new AbortController().signal), (error) => {
        assert.ok(error instanceof FactError && error.retryable);
        assert.match(error.message, /one gone after each of 3 listings: Expected a file at .*p0-0-1\.parquet/);
        return true;
      });
      assert.equal(await readManifest(hdfs, ROOT, '2026-11-25T12'), undefined);
    });
  });
});
