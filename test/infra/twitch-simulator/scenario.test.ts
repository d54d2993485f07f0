import assert from 'node:assert/strict';
import { createScenario, spellAt, viewersAt } from '../../../infra/twitch-simulator/scenario.ts';

describe('createScenario(seed, count, steady)', () => {
  it('is the same for the same seed, and differs for another', () => {
    assert.deepEqual(createScenario(7, 8), createScenario(7, 8));
    assert.notDeepEqual(createScenario(7, 8), createScenario(8, 8));
  });

  it('gives every channel its own id and login, with any number of channels', () => {
    const { channels } = createScenario(3, 2_000);
    assert.equal(new Set(channels.map(({ id }) => id)).size, 2_000);
    assert.equal(new Set(channels.map(({ login }) => login)).size, 2_000);
    for (const { id, login } of channels) assert.match(`${id} ${login}`, /^\d+ [a-z0-9_]+$/);
  });

  it('has most channels on air at the start; one goes offline after about 40 s and one goes live after about 15 s', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const { channels } = createScenario(seed, 8);
      const live = (seconds: number): string[] =>
        channels.filter((channel) => spellAt(channel, seconds)).map(({ login }) => login);
      assert.equal(live(0).length, 7);
      assert.equal(live(25).length, 8);
      assert.equal(live(50).length, 7);
      assert.notDeepEqual(live(0), live(50));
    }
  });

  it('keeps every channel on air in a steady world', () => {
    for (const channel of createScenario(1, 8, true).channels) assert.ok(spellAt(channel, 86_400));
  });

  it('has Korean and English channels, and changing viewer counts', () => {
    const { channels } = createScenario(7, 8);
    assert.deepEqual(new Set(channels.map(({ language }) => language)), new Set(['ko', 'en']));
    const [channel] = channels;
    assert.ok(channel);
    const viewers = new Set([0, 100, 400, 800].map((seconds) => viewersAt(channel, seconds)));
    assert.ok(viewers.size > 1 && Math.min(...viewers) >= 1);
  });
});
