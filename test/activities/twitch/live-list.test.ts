import assert from 'node:assert/strict';
import { type ListedStream, channelsToAsk, chooseRooms, mergeSweep } from '../../../activities/twitch/live-list.ts';
import { type LiveStream, toLiveStream } from '../../../activities/twitch/stream.external.ts';
import { externalStream } from './external-stream.ts';

const live = (channelId: string, viewerCount = 1): LiveStream =>
  toLiveStream(
    externalStream({
      id: `s${channelId}`,
      user_id: channelId,
      user_login: `login${channelId}`,
      viewer_count: viewerCount,
    }),
  );
const listed = (channelId: string, missedSweeps = 0, viewerCount = 1): ListedStream => ({
  ...live(channelId, viewerCount),
  missedSweeps,
});

describe('mergeSweep(previous, found, ended)', () => {
  it('takes what was found over with its new figures', () => {
    assert.deepEqual(mergeSweep([listed('1', 1, 5)], [live('1', 9)], new Set()), [listed('1', 0, 9)]);
  });

  it('keeps a stream that one sweep missed', () => {
    assert.deepEqual(mergeSweep([listed('1')], [], new Set()), [listed('1', 1)]);
  });

  it('drops a stream that two sweeps in a row missed', () => {
    assert.deepEqual(mergeSweep([listed('1', 1)], [], new Set()), []);
  });

  it('drops a stream at once that was asked for directly and is not live', () => {
    assert.deepEqual(mergeSweep([listed('1')], [], new Set(['1'])), []);
  });
});

describe('channelsToAsk(previous, found)', () => {
  it('names the listed channels that the sweep did not show', () => {
    assert.deepEqual(channelsToAsk([listed('1'), listed('2')], [live('2')]), ['1']);
  });
});

describe('chooseRooms(streams, limit)', () => {
  it('takes those with the most viewers, and by id between equals', () => {
    const rooms = chooseRooms([listed('3', 0, 5), listed('1', 0, 5), listed('2', 0, 9)], 2);
    assert.deepEqual(
      rooms.map((room) => room.channelId),
      ['2', '1'],
    );
  });
});
