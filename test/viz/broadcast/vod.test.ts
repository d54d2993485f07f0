import assert from 'node:assert/strict';
import { vodLink } from '../../../viz/broadcast/vod.ts';

const vod = { id: '2345678901', beganAt: '2026-11-25T12:00:08Z', durationSeconds: 7_200 };
const linkAt = (at: string, of: Partial<typeof vod> = {}): string | undefined =>
  vodLink({ ...vod, ...of }, at, { seconds: 10 });

describe('vodLink(vod, at, lasts)', () => {
  it('opens the recording fifteen seconds before, by the time at which the recording began', () => {
    assert.equal(linkAt('2026-11-25T13:02:26Z'), 'https://www.twitch.tv/videos/2345678901?t=1h02m03s');
    assert.equal(linkAt('2026-11-25T12:00:23Z'), 'https://www.twitch.tv/videos/2345678901?t=0h00m00s');
  });
  it('is never before the beginning of the recording', () => {
    assert.equal(linkAt('2026-11-25T12:00:10Z'), 'https://www.twitch.tv/videos/2345678901?t=0h00m00s');
    assert.equal(linkAt('2026-11-25T12:00:00Z'), 'https://www.twitch.tv/videos/2345678901?t=0h00m00s');
  });
  it('has hours beyond a day', () => {
    const link = linkAt('2026-11-26T13:00:23Z', { durationSeconds: 100_000 });
    assert.equal(link, 'https://www.twitch.tv/videos/2345678901?t=25h00m00s');
  });
  it('does not exist for what the recording does not have', () => {
    assert.equal(linkAt('2026-11-25T11:59:50Z'), undefined);
    assert.equal(linkAt('2026-11-25T14:00:08Z'), undefined);
    assert.match(String(linkAt('2026-11-25T14:00:07Z')), /\?t=1h59m44s$/);
  });
  it('reaches as far as the broadcast if the length of the recording is unknown', () => {
    const unknown = { ...vod, durationSeconds: null };
    assert.match(String(vodLink(unknown, '2026-11-25T23:00:08Z', { seconds: 10 })), /\?t=10h59m45s$/);
  });
  it('does not exist without a recording, or with an odd one', () => {
    assert.equal(vodLink(undefined, '2026-11-25T12:00:08Z', { seconds: 10 }), undefined);
    for (const id of ['', 'x', '1?t=2', 'javascript:alert(1)', '1'.repeat(21), '٣'])
      assert.equal(linkAt('2026-11-25T13:00:00Z', { id }), undefined);
    assert.equal(linkAt('2026-11-25T13:00:00Z', { beganAt: 'soon' }), undefined);
    assert.equal(linkAt('never'), undefined);
  });
});
