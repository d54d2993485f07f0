import assert from 'node:assert/strict';
import type { RedTiles } from '../../integration/red-tiles.ts';
import { message, tally, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete), from coverage records', () => {
  const rig = refinementRig();
  const { read, refine } = rig;
  let red: RedTiles;

  beforeEach(() => {
    ({ red } = rig.opened());
  });

  it('counts the messages of red and of yellow by collector and window of arrival', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:01Z'),
      message('a', '2026-11-25T12:00:01Z', { appendedAt: '2026-11-25T12:00:12Z' }),
      message('b', '2026-11-25T12:00:13Z'),
      { line: ':tmi.twitch.tv NOTICE #haneul :no message', appendedAt: '2026-11-25T12:00:14Z' },
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('tallies', '2026-11-25T12', 'window_start::VARCHAR, red_messages, yellow_messages'), [
      ['2026-11-25 12:00:00+00', '1', '1'],
      ['2026-11-25 12:00:10+00', '2', '1'],
    ]);
  });

  it('types coverage records, once each, and drops invalid ones', async () => {
    const join = {
      kind: 'join',
      collector: 'c1',
      channelId: '1',
      channelLogin: 'haneul',
      at: '2026-11-25T12:00:00.000Z',
    };
    const row = { line: JSON.stringify(join), appendedAt: '2026-11-25T12:00:01Z' };
    await red.add('coverage', [
      row,
      row,
      tally('2026-11-25T12:00:00.000Z', 3),
      { line: 'no JSON {', appendedAt: '2026-11-25T12:00:02Z' },
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, channel_login, received'), [
      ['join', 'haneul', null],
      ['tally', null, '3'],
    ]);
  });

  it('keeps the tally with the most messages of a window', async () => {
    const window = '2026-11-25T12:00:00.000Z';
    await red.add('coverage', [tally(window, 3), tally(window, 5), tally(window, 5), tally(window, 4)]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'received'), [['5']]);
  });

  it('uses the append time for a coverage record with an implausible time, and drops such a tally', async () => {
    const times = ['290000-01-01T00:00:00Z', 'infinity', '1970-01-01T00:00:00Z', '2026-11-25T14:00:00Z', 'yesterday'];
    const odd = times.map((at, channelId) => ({
      line: JSON.stringify({ kind: 'loss', collector: 'c1', channelId, at }),
      appendedAt: '2026-11-25T12:00:01Z',
    }));
    const wrong = { ...tally('2026-11-25T14:00:00.000Z', 1), appendedAt: '2026-11-25T12:00:01Z' };
    await red.add('coverage', [...odd, wrong, tally('2026-11-25T12:00:10.000Z', 1)]);
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, happened_at::VARCHAR'), [
      ...times.map(() => ['loss', '2026-11-25 12:00:01+00']),
      ['tally', '2026-11-25 12:00:10+00'],
    ]);
  });

  it('names the account that read the channel; records of earlier releases have none', async () => {
    const loss = { kind: 'loss', channelId: '7', channelLogin: 'a', at: '2026-11-25T12:00:00Z', reason: 'msg_banned' };
    const appendedAt = '2026-11-25T12:00:01Z';
    const records = [
      { ...loss, collector: 'c1', account: 'second' },
      { ...loss, collector: 'c2' },
    ];
    await red.add('coverage', records.map((record) => ({ line: JSON.stringify(record), appendedAt }))); // prettier-ignore
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'collector, reason, account'), [
      ['c1', 'msg_banned', 'second'],
      ['c2', 'msg_banned', null],
    ]);
  });

  it('accepts tallies of any size, with NULL for implausible ones', async () => {
    const counts = ['3e9', '9007199254740993', '1e300', '-5', '"many"', '{"a":1}', 'null'];
    const rows = counts.map((received, index) => ({
      line: `{"kind":"tally","collector":"c${index}","window":"2026-11-25T12:00:00.000Z","received":${received},"acknowledged":3000000000}`,
      appendedAt: '2026-11-25T12:00:11Z',
    }));
    await red.add('coverage', rows);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'collector, received, acknowledged'), [
      ['c0', '3000000000', '3000000000'],
      ...counts.slice(1).map((_, n) => [`c${n + 1}`, null, '3000000000']),
    ]);
  });

  it('has enough memory for many foreign records of a megabyte each', async () => {
    const record = {
      kind: 'loss',
      collector: 'c1',
      channelId: '7',
      channelLogin: 'haneul',
      at: '2026-11-25T12:00:00Z',
    };
    const huge = Array.from({ length: 40 }, (_, n) => ({ ...record, reason: String(n).padEnd(900_000, 'x') }));
    const appendedAt = '2026-11-25T12:00:01Z';
    await red.add(
      'coverage',
      [...huge, { ...record, reason: 'ours' }].map((it) => ({ line: JSON.stringify(it), appendedAt })),
    );
    await refine('2026-11-25T12');
    const kinds = (await read('coverage', '2026-11-25T12', 'kind, reason')).filter(([kind]) => kind !== null);
    assert.deepEqual(kinds, [['loss', 'ours']]);
  });

  it('keeps a loss whose reason ends with half a surrogate pair', async () => {
    const line = JSON.stringify({
      kind: 'loss',
      collector: 'c1',
      channelLogin: 'haneul',
      reason: 'cut 👍'.slice(0, -1),
    });
    await red.add('coverage', [{ line, appendedAt: '2026-11-25T12:00:11Z' }]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, channel_login, reason'), [
      ['loss', 'haneul', 'cut \ufffd'],
    ]);
  });
});
