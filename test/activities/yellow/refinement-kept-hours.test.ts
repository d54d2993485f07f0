import assert from 'node:assert/strict';
import { FactError } from '../../../activities/errors.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { manifestPath } from '../../../activities/yellow/manifest.ts';
import { refineAgain } from '../../../activities/yellow/refinement.ts';
import type { RedTiles } from '../../integration/red-tiles.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';
import { ROOT, message, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete), for hours that stay as they are', () => {
  const rig = refinementRig();
  const { manifestOf, read, refine } = rig;
  let deps: LakeDeps;
  let hdfs: Hdfs;
  let red: RedTiles;

  beforeEach(() => {
    ({ deps, hdfs, red } = rig.opened());
  });

  describe('with red that is gone', () => {
    const HOUR = '2026-11-25T12';

    it('leaves an hour as it is, whatever asks for it: late lines, a backfill, another list of opt-outs', async () => {
      const path = await red.add('chat', [message('a', `${HOUR}:30:00Z`)]);
      await red.add('chat', [message('b', `${HOUR}:31:00Z`)]);
      await refine(HOUR);
      const before = await manifestOf(HOUR);
      await hdfs.remove(path);
      await red.add('chat', [message('late', `${HOUR}:40:00Z`, { appendedAt: '2026-11-27T12:40:00Z' })]);
      assert.deepEqual(await refine('2026-11-27T12'), {
        lines: 1,
        hours: ['2026-11-27T12'],
        damaged: [],
        kept: [HOUR],
      });
      deps.readOptOut = () =>
        Promise.resolve({
          entries: [{ userId: '9', since: '2026-11-25T13:00:00Z', forgotten: false }],
          damaged: 0,
        });
      assert.deepEqual((await refine(HOUR)).kept, [HOUR]);
      await assert.rejects(refineAgain(deps, HOUR, new AbortController().signal), /The hour stays as it is/);
      assert.deepEqual(await manifestOf(HOUR), before);
      assert.deepEqual(await read('chat', HOUR, 'message_id'), [['a'], ['b']]);
      assert.deepEqual(await hdfs.list('/lake/yellow/.refinements'), []);
    });

    it('leaves an hour as it is when nothing of its red is left', async () => {
      const path = await red.add('chat', [message('a', `${HOUR}:30:00Z`)]);
      await refine(HOUR);
      await hdfs.remove(path);
      assert.deepEqual(await refine(HOUR), { lines: 0, hours: [], damaged: [], kept: [HOUR] });
      assert.deepEqual(await read('chat', HOUR, 'message_id'), [['a']]);
    });
  });

  describe('with a damaged manifest', () => {
    const old = '2026-11-25T12';
    const whole = {
      hour: old,
      redHours: [old],
      redFiles: [],
      sql: 'x',
      complete: true,
      refinedAt: '2026-11-25T13:00:00Z',
    };

    async function damage(text: string): Promise<void> {
      await hdfs.remove(manifestPath(ROOT, old));
      await hdfs.writeText(manifestPath(ROOT, old), text, { createParent: true });
    }

    for (const [what, text, finding] of [
      ['was cut', JSON.stringify(whole).slice(0, 40), 'text that is not JSON'],
      ['is empty', '', 'text that is not JSON'],
      ['is null', 'null', 'invalid fields: `value`'],
      ['lacks a field', JSON.stringify({ ...whole, tables: undefined }), 'invalid fields: `tables`'],
      [
        'has a field of another kind',
        JSON.stringify({ ...whole, tables: { chat: { rows: '7', digest: '1' } } }),
        'invalid fields: `tables.chat.rows`',
      ],
    ] as const) {
      it(`rejects the hour whose manifest ${what}, with the remedy`, async () => {
        await red.add('chat', [message('a', `${old}:30:00Z`)]);
        await refine(old);
        await damage(text);
        await assert.rejects(refine(old), (error) => {
          assert.ok(error instanceof FactError && !error.retryable, String(error));
          assert.ok(
            error.message.includes(`${manifestPath(ROOT, old)} `) && error.message.includes(finding),
            error.message,
          );
          assert.match(
            error.message,
            /Restore it from a copy, or remove it and refine the hour and the week after it again/,
          );
          return true;
        });
        assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
      });
    }

    it('accepts a manifest of a release with fewer tables', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await damage(JSON.stringify({ ...whole, tables: { chat: { rows: 1, digest: '1' } } }));
      await refine(old);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
    });

    it('refines an hour with late lines for it, skips it, and returns it as damaged', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await refine(old);
      await damage('{');
      await red.add('chat', [message('late', `${old}:40:00Z`, { appendedAt: '2026-11-27T12:40:00Z' })]);
      await red.add('chat', [message('b', '2026-11-27T12:41:00Z')]);
      assert.deepEqual(await refine('2026-11-27T12'), { lines: 2, hours: ['2026-11-27T12'], damaged: [old], kept: [] });
      assert.deepEqual(await read('chat', '2026-11-27T12', 'message_id'), [['b']]);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
    });

    it('has all lines again after it was removed and the hours were refined again', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await red.add('chat', [message('late', `${old}:40:00Z`, { appendedAt: '2026-11-27T12:40:00Z' })]);
      await hdfs.writeText(manifestPath(ROOT, old), '{', { createParent: true });
      await refine('2026-11-27T12');
      await hdfs.remove(manifestPath(ROOT, old));
      for (const hour of [old, '2026-11-27T12']) await refine(hour);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a'], ['late']]);
      assert.equal((await manifestOf(old)).complete, true);
    });
  });
});
