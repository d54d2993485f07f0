import assert from 'node:assert/strict';
import { eventHoursOf } from '../../../activities/red/event-hours.ts';

const APPENDED = '2026-11-25T12:00:00.000Z';
const of = (line: string | null, receivedAt: string | null = APPENDED, collector = 'c1'): string[] | undefined =>
  eventHoursOf([
    {
      appendedAtMs: Date.parse(APPENDED),
      receivedAtMs: receivedAt === null ? null : Date.parse(receivedAt),
      collector: Buffer.from(collector),
      line: line === null ? null : Buffer.from(line),
    },
  ]);
const sentAt = (time: string): string => `@id=1;tmi-sent-ts=${Date.parse(time)} :lark!lark@lark PRIVMSG #haneul :hi`;

describe('eventHoursOf(lines)', () => {
  it('has the hours in which lines were sent, in order and once', () => {
    const lines = ['2026-11-25T12:00:01Z', '2026-11-25T11:59:59.999Z', '2026-11-25T11:00:00Z'].map((time) => ({
      appendedAtMs: Date.parse(APPENDED),
      receivedAtMs: null,
      collector: null,
      line: Buffer.from(sentAt(time)),
    }));
    assert.deepEqual(eventHoursOf(lines), ['2026-11-25T11', '2026-11-25T12']);
  });

  it('has the hour of arrival without a time, or with one more than a week old or an hour ahead', () => {
    const received = '2026-11-25T10:30:00Z';
    for (const line of [
      null,
      'PRIVMSG #haneul :hi',
      '@id=1 :lark PRIVMSG #haneul :tmi-sent-ts=1',
      sentAt('2026-11-18T11:59:59Z'),
      sentAt('2026-11-25T13:00:01Z'),
    ])
      assert.deepEqual(of(line, received), ['2026-11-25T10'], String(line));
    assert.deepEqual(of('PRIVMSG #haneul :hi', '1970-01-01T00:00:00Z'), ['2026-11-25T12']);
    assert.deepEqual(of(sentAt('2026-11-18T12:00:00Z')), ['2026-11-18T12']);
  });

  it('does not know the hour if the tag is first, twice, escaped or no number', () => {
    for (const tags of [
      'tmi-sent-ts=1795608000123',
      'a=1;tmi-sent-ts=1;tmi-sent-ts=2',
      'a=1;tmi-sent-ts=',
      'a=1;tmi-sent-ts=1\\5',
      'a=1;x-tmi-sent-ts=1',
    ])
      assert.equal(of(`@${tags} :lark PRIVMSG #haneul :hi`), undefined, tags);
  });

  it('has the hour of arrival of an imported line, from 2005 to an hour ahead', () => {
    const line = sentAt('2026-11-25T11:00:00Z');
    for (const [receivedAt, hour] of [
      ['2019-05-01T07:59:59.999Z', '2019-05-01T07'],
      ['2005-01-01T00:00:00Z', '2005-01-01T00'],
      ['2004-12-31T23:59:59.999Z', '2026-11-25T12'],
      ['2026-11-25T13:00:00Z', '2026-11-25T13'],
      ['2026-11-25T13:00:00.001Z', '2026-11-25T12'],
      [null, '2026-11-25T12'],
    ] as const)
      assert.deepEqual(of(line, receivedAt, 'import-1'), [hour], String(receivedAt));
    assert.deepEqual(of(line, '2019-05-01T07:00:00Z', 'an-import-1'), ['2026-11-25T11']);
    assert.deepEqual(of(line, '2019-05-01T07:00:00Z', 'import'), ['2026-11-25T11']);
  });
});
