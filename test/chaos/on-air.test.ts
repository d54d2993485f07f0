import assert from 'node:assert/strict';
import { createScenario } from '../../infra/twitch-simulator/scenario.ts';
import { onAirSince } from './on-air.ts';

describe('onAirSince(channels, startedAtMs)', () => {
  const spells = [
    { fromSeconds: 0, toSeconds: 60, runningSeconds: 900 },
    { fromSeconds: 90, toSeconds: 120, runningSeconds: 0 },
  ];
  const channels = createScenario(1, 1).channels.map((channel) => ({ ...channel, login: 'haru', spells }));
  const since = onAirSince(channels, 5_000);

  it('is the start of the current spell of the channel', () => {
    assert.deepEqual(
      [5_000, 64_999, 65_000, 95_000, 124_999, 125_000].map((ms) => since('haru', ms)),
      [5_000, 5_000, undefined, 95_000, 95_000, undefined],
    );
  });

  it('is undefined for an unknown channel', () => {
    assert.equal(since('nabi', 5_000), undefined);
  });
});
