import assert from 'node:assert/strict';
import { timesOf } from '../../viz/times.ts';
import { plain } from './plain.ts';

const AT = '2026-11-25T20:03:07Z';

describe('timesOf(language, zone)', () => {
  it('shows UTC in English, which the page’s script replaces by the zone of the reader', () => {
    const { zone, time, zoneName } = timesOf('en', undefined);
    assert.equal(zone, undefined);
    assert.equal(
      time(AT, 'zone').markup,
      '<time datetime="2026-11-25T20:03:07.000Z" data-parts="zone">Nov 25, 20:03:07 UTC</time>',
    );
    assert.equal(plain(time(AT)), 'Nov 25, 20:03:07');
    assert.equal(plain(time(AT, 'year', 'zone')), 'Nov 25, 2026, 20:03:07 UTC');
    assert.equal(plain(zoneName()), 'UTC');
  });
  it('shows the time of Seoul in Korean', () => {
    const { zone, time, zoneName } = timesOf('ko', undefined);
    assert.equal(zone, 'Asia/Seoul');
    assert.equal(plain(time(AT, 'zone')), '11월 26일 05:03:07 GMT+9');
    assert.equal(plain(time(AT, 'year')), '2026년 11월 26일 05:03:07');
    assert.equal(plain(zoneName()), '한국 표준시');
  });
  for (const language of ['en', 'ko'] as const)
    it(`shows the zone that is set, in ${language}, with summer and winter`, () => {
      const { time } = timesOf(language, 'Europe/Berlin');
      assert.match(plain(time('2026-07-01T12:00:00Z', 'zone')), /14:00:00 GMT\+2$/);
      assert.match(plain(time('2026-12-01T12:00:00Z', 'zone')), /13:00:00 GMT\+1$/);
    });
  it('names a zone without summer or winter in it', () => {
    assert.equal(plain(timesOf('en', 'America/New_York').zoneName()), 'Eastern Time');
  });
  it('shows midnight as 00', () => {
    assert.equal(plain(timesOf('en', 'UTC').time('2026-11-25T00:00:00Z')), 'Nov 25, 00:00:00');
  });
  it('shows a day of the report, which is one in UTC, in any zone', () => {
    assert.equal(timesOf('en', 'America/New_York').day('2026-11-25'), 'Wed, Nov 25, 2026');
    assert.equal(timesOf('ko', undefined).day('2026-11-25'), '2026년 11월 25일 (수)');
  });
  it('shows a dash for no time, and for what is none', () => {
    for (const iso of [null, 'soon', '290000-01-01T00:00:00Z'])
      assert.equal(timesOf('en', 'UTC').time(iso).markup, '–');
  });
});
