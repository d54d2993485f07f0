import assert from 'node:assert/strict';
import { loadGroupOf, topicsOf } from '../../../activities/kafka/topics.ts';

describe('topicsOf(installation), loadGroupOf(installation)', () => {
  it('have the names of earlier releases for the default installation', () => {
    assert.deepEqual(topicsOf('chatlake'), { chat: 'twitch.chat', coverage: 'twitch.coverage' });
    assert.equal(loadGroupOf('chatlake'), 'chatlake-load');
  });

  it('have the name of another installation', () => {
    assert.deepEqual(topicsOf('night'), { chat: 'night.twitch.chat', coverage: 'night.twitch.coverage' });
    assert.equal(loadGroupOf('night'), 'night-load');
  });
});
