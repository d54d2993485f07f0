import assert from 'node:assert/strict';
import { FactError } from '../../../activities/errors.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { manifestPath, readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import { refineAgain } from '../../../activities/yellow/refinement.ts';
import type { RedTiles } from '../../integration/red-tiles.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';
import { ROOT, message, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete), for hours that it must not simply make again', () => {
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

  describe('with users who opted out', () => {
    const HOUR = '2026-11-25T12';
    const entry = { userId: '9', login: 'lark', since: '2026-11-25T13:00:00Z', forgotten: false };

    it('has no row of theirs, masks mentions, and counts their messages as erased', async () => {
      await red.add('chat', [
        message('a', `${HOUR}:30:00Z`),
        message('a', `${HOUR}:30:00Z`),
        { line: '@id=b;room-id=1;user-id=5 :wren!w@w PRIVMSG #haneul :hi Lark', appendedAt: `${HOUR}:30:00Z` },
      ]);
      deps.readOptOut = () => Promise.resolve({ entries: [entry], damaged: 0 });
      await refine(HOUR);
      assert.deepEqual(await read('chat', HOUR, 'message_id, text'), [['b', 'hi ****']]);
      assert.deepEqual(await read('tallies', HOUR, 'red_messages, yellow_messages, erased_messages'), [
        ['3', '1', '2'],
      ]);
    });

    it('refines an hour again when the list has changed, and not before it is asked to', async () => {
      await red.add('chat', [message('a', `${HOUR}:30:00Z`)]);
      await refine(HOUR);
      assert.deepEqual((await refine(HOUR)).hours, []);
      deps.readOptOut = () => Promise.resolve({ entries: [entry], damaged: 0 });
      assert.deepEqual((await refine(HOUR)).hours, [HOUR]);
      assert.deepEqual((await refine(HOUR)).hours, [], 'the list is the same as in the manifest');
      assert.equal(await hdfs.status(tablePath(ROOT, 'chat', HOUR)), undefined);
      const first = await manifestOf(HOUR);
      deps.readOptOut = () => Promise.resolve({ entries: [{ ...entry, since: '2026-11-26T00:00:00Z' }], damaged: 1 });
      assert.deepEqual((await refine(HOUR)).hours, [], 'who is named counts, not since when');
      deps.readOptOut = () => Promise.resolve({ entries: [], damaged: 0 });
      assert.deepEqual((await refine(HOUR)).hours, [HOUR]);
      assert.notEqual((await manifestOf(HOUR)).tables.chat?.digest, first.tables.chat?.digest);
      assert.deepEqual(await read('chat', HOUR, 'message_id'), [['a']]);
    });

    it('writes nothing while the list cannot be read', async () => {
      await red.add('chat', [message('a', `${HOUR}:30:00Z`)]);
      deps.readOptOut = () => Promise.reject(new Error('the store is away'));
      await assert.rejects(refine(HOUR), /the store is away/);
      assert.equal(await readManifest(hdfs, ROOT, HOUR), undefined);
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
