import assert from 'node:assert/strict';
import { Readiness } from '../../../activities/irc/readiness.ts';
import type { RoomState } from '../../../activities/irc/room-state.ts';

const states = (...counts: [RoomState, number][]): Map<RoomState, number> => new Map(counts);

describe('Readiness', () => {
  it('waits until all channels of the live list were handed over and none is joining', () => {
    const readiness = new Readiness();
    assert.equal(readiness.reason, 'it has not looked for rooms yet');
    readiness.update(states(), 3);
    assert.equal(readiness.reason, '0 of 3 rooms were handed to it');
    readiness.update(states(['listening', 1], ['joining', 2]), 3);
    assert.equal(readiness.reason, '2 of 3 rooms are joining');
    readiness.update(states(['listening', 2], ['banned', 1]), 3);
    assert.equal(readiness.reason, undefined);
  });

  it('is ready at once if no channel is live', () => {
    const readiness = new Readiness();
    readiness.update(states(), 0);
    assert.equal(readiness.reason, undefined);
  });

  it('stays ready while later rooms join', () => {
    const readiness = new Readiness();
    readiness.update(states(['listening', 1]), 1);
    readiness.update(states(['listening', 1], ['joining', 1]), 5);
    assert.equal(readiness.reason, undefined);
  });
});
