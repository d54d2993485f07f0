import assert from 'node:assert/strict';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import type { RedTiles } from '../../integration/red-tiles.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';
import { ROOT, message, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete)', () => {
  const rig = refinementRig();
  const { manifestOf, read, readInOrder, refine } = rig;
  let deps: LakeDeps;
  let hdfs: Hdfs;
  let red: RedTiles;

  beforeEach(() => {
    ({ deps, hdfs, red } = rig.opened());
  });

  it('keeps one row per id: the copy that Kafka had first', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:00Z', { collector: 'c1' }),
      message('a', '2026-11-25T12:00:00Z', { collector: 'c2' }),
    ]);
    await red.add('chat', [
      message('a', '2026-11-25T12:00:00Z', { collector: 'c3' }),
      message('b', '2026-11-25T12:00:01Z'),
    ]);
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 4, hours: ['2026-11-25T12'], damaged: [], kept: [] });
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
      ['a', 'c1'],
      ['b', 'c1'],
    ]);
  });

  it('keeps one row of a message whose copies arrived before and after the hour began', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:59:59Z')]);
    await red.add('chat', [message('a', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' })]);
    await refine('2026-11-25T12');
    await refine('2026-11-25T13');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id'), [['a']]);
    assert.equal(await hdfs.status(tablePath(ROOT, 'chat', '2026-11-25T13')), undefined);
  });

  it('sorts chat by channel and time, with or without copies', async () => {
    const at = (id: string, room: string, time: string): TestRow => ({
      line: `@id=${id};room-id=${room};tmi-sent-ts=${Date.parse(time)} :lark!lark@lark PRIVMSG #haneul :hi`,
      appendedAt: '2026-11-25T12:59:59Z',
    });
    const rows = ['07', '03', '05'].flatMap((minute) => [
      at(`b${minute}`, '2', `2026-11-25T12:${minute}:00Z`),
      at(`a${minute}`, '1', `2026-11-25T12:${minute}:00Z`),
    ]);
    const sorted = [['a03'], ['a05'], ['a07'], ['b03'], ['b05'], ['b07']];
    await red.add('chat', rows);
    await refine('2026-11-25T12');
    assert.deepEqual(await readInOrder('chat', '2026-11-25T12', 'message_id'), sorted);
    await red.add('chat', rows.slice(0, 3));
    await refine('2026-11-25T12');
    assert.deepEqual(await readInOrder('chat', '2026-11-25T12', 'message_id'), sorted);
  });

  it('puts a message that is two days late into the hour it was sent in', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:30:00Z')]);
    await refine('2026-11-25T12');
    await red.add('chat', [message('late', '2026-11-25T12:40:00Z', { appendedAt: '2026-11-27T12:40:00Z' })]);
    assert.deepEqual((await refine('2026-11-27T12')).hours, ['2026-11-25T12', '2026-11-27T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id'), [['a'], ['late']]);
    assert.deepEqual((await manifestOf('2026-11-25T12')).redHours, ['2026-11-25T12', '2026-11-27T12']);
  });

  it('gives the same digests in any order of refinement', async () => {
    const lake = async (order: string[]): Promise<unknown> => {
      for (const hour of order) await refine(hour);
      const manifests = await Promise.all(['2026-11-25T12', '2026-11-25T13'].map(manifestOf));
      await hdfs.remove(`${ROOT}/yellow`, { recursive: true });
      return manifests.map(({ tables, redFiles }) => ({ tables, redFiles }));
    };
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:59:59Z')]);
    await red.add('chat', [
      message('b', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' }),
      message('c', '2026-11-25T13:00:02Z'),
    ]);
    const forwards = await lake(['2026-11-25T12', '2026-11-25T13']);
    assert.deepEqual(await lake(['2026-11-25T13', '2026-11-25T12']), forwards);
    assert.deepEqual(await lake(['2026-11-25T13', '2026-11-25T12', '2026-11-25T13', '2026-11-25T12']), forwards);
  });

  it('skips an hour whose red has not changed', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    await refine('2026-11-25T12');
    assert.deepEqual((await refine('2026-11-25T12')).hours, []);
  });

  it('writes an hour again when red has grown, and marks it complete only at the end', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    await refine('2026-11-25T12', false);
    assert.equal((await manifestOf('2026-11-25T12')).complete, false);
    await red.add('chat', [message('b', '2026-11-25T12:00:05Z')]);
    await refine('2026-11-25T12', false);
    assert.equal((await manifestOf('2026-11-25T12')).tables.chat?.rows, 2);
    await refine('2026-11-25T12', true);
    assert.equal((await manifestOf('2026-11-25T12')).complete, true);
  });

  it('does nothing for an hour without red', async () => {
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 0, hours: [], damaged: [], kept: [] });
  });

  it('keeps one of two copies of a message even if the clock of one collector is hours behind', async () => {
    const sentAt = '2026-11-25T12:00:00Z';
    await red.add('chat', [
      message('a', sentAt),
      message('a', sentAt, { collector: 'b1', receivedAt: '2026-11-25T10:00:00Z' }),
      message('b', sentAt, { collector: 'b1', receivedAt: '2026-11-10T10:00:00Z' }),
    ]);
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, sent_at::VARCHAR, collector'), [
      ['a', '2026-11-25 12:00:00+00', 'c1'],
      ['b', '2026-11-25 12:00:00+00', 'b1'],
    ]);
  });

  it('puts a line with an implausible arrival time into the hour in which it was appended', async () => {
    for (const receivedAt of ['+275760-09-13T00:00:00.000Z', '1970-01-01T00:00:00Z']) {
      const line = `PRIVMSG #haneul :from ${receivedAt}`;
      await red.add('chat', [{ line, appendedAt: '2026-11-25T12:00:01Z', receivedAt }]);
    }
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'count(*)'), [['2']]);
  });

  it('keeps one row of a deletion whose copies have no time, and of a ban from two collectors', async () => {
    const deletion = '@login=lark;room-id=;target-msg-id=m1 :tmi.twitch.tv CLEARMSG #haneul :bad';
    const ban = '@room-id=7001;target-user-id=9 :tmi.twitch.tv CLEARCHAT #haneul :lark';
    const action = (line: string, collector: string, second: string, key = '7001'): TestRow => {
      return { line, collector, key, appendedAt: `2026-11-25T12:00:${second}Z` };
    };
    await red.add('chat', [
      action(deletion, 'c1', '01.000'),
      action(deletion, 'c2', '41.500', 'haneul'),
      action(ban, 'c1', '02.000'),
      action(ban, 'c2', '02.100'),
      action(ban, 'c1', '40.000'),
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('moderation', '2026-11-25T12', 'kind, appended_at::VARCHAR, collector'), [
      ['message deleted', '2026-11-25 12:00:01+00', 'c1'],
      ['user banned', '2026-11-25 12:00:02+00', 'c1'],
      ['user banned', '2026-11-25 12:00:40+00', 'c1'],
    ]);
  });

  for (const command of ['PRIVMSG', 'USERNOTICE', 'CLEARMSG'])
    it(`refines a ${command} with a hundred thousand unknown tags, and keeps the last 4,096`, async () => {
      const names = Array.from({ length: 100_000 }, (_, index) => `t${index}`);
      const line = `@id=1;target-msg-id=1;${names.join(';')} :lark!lark@lark ${command} #haneul :hi`;
      await red.add('chat', [{ line, appendedAt: '2026-11-25T12:00:00Z' }]);
      await refine('2026-11-25T12');
      const table = command === 'PRIVMSG' ? 'chat' : command === 'USERNOTICE' ? 'events' : 'moderation';
      const shown = 'cardinality(other_tags), map_keys(other_tags)[-1]';
      assert.deepEqual(await read(table, '2026-11-25T12', shown), [['4096', 't99999']]);
    });

  it('refines records that no collector sent, by their append time', async () => {
    await red.add('chat', [{ line: 'PRIVMSG #haneul :stray', appendedAt: '2026-11-25T12:00:01Z', receivedAt: null }]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, text'), [['twitch.chat-0-0', 'stray']]);
  });

  it('stops between two hours when cancelled', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(refineRedHour(deps, '2026-11-25T12', true, aborted), /cancelled/);
    assert.equal(await readManifest(hdfs, ROOT, '2026-11-25T12'), undefined);
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
});
