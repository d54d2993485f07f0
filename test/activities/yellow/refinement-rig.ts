import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import type { Manifest, YellowTable } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

export const ROOT = '/lake';

export function message(id: string, sentAt: string, more: Partial<TestRow> = {}): TestRow {
  const line = `@id=${id};room-id=1;tmi-sent-ts=${Date.parse(sentAt)};user-id=9 :lark!lark@lark PRIVMSG #haneul :hello ${id}`;
  return { line, appendedAt: sentAt, ...more };
}

export function tally(window: string, received: number): TestRow {
  return {
    line: JSON.stringify({ kind: 'tally', collector: 'c1', window, received, acknowledged: received }),
    appendedAt: window,
  };
}

/** Declares mocha hooks that open an empty lake for each test of the surrounding `describe`, and what tests do with it. */
export function refinementRig() {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('refinement');
  });

  afterEach(() => lake.remove());

  async function readInOrder(table: YellowTable, hour: string, columns: string, order = ''): Promise<unknown[][]> {
    return lake.red.withDatabase(async (connection) => {
      const file = join(lake.directory, tablePath(ROOT, table, hour));
      return (await connection.runAndReadAll(`SELECT ${columns} FROM '${file}' ${order}`)).getRowsJson();
    });
  }

  return {
    /** The lake of the running test, and its parts. */
    opened: () => ({ lake, red: lake.red, deps: lake.deps, hdfs: lake.deps.hdfs }),
    refine: (
      hour: string,
      complete = true,
    ): Promise<{ lines: number; hours: string[]; damaged: string[]; kept: string[] }> =>
      refineRedHour(lake.deps, hour, complete, new AbortController().signal),
    readInOrder,
    read: (table: YellowTable, hour: string, columns: string): Promise<unknown[][]> =>
      readInOrder(table, hour, columns, 'ORDER BY ALL'),
    async manifestOf(hour: string): Promise<Manifest> {
      const manifest = await readManifest(lake.deps.hdfs, ROOT, hour);
      assert.ok(manifest, `${hour} has a manifest`);
      return manifest;
    },
  };
}
