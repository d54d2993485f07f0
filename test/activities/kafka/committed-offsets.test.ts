import assert from 'node:assert/strict';
import { committedOffsets } from '../../../activities/kafka/committed-offsets.ts';

describe('committedOffsets(admin, groupId, topic)', () => {
  const partitions = [{ partition: 0, offset: '7', metadata: null }];

  /** Answers with these errors first, then with the offsets. */
  function adminAfter(...types: string[]) {
    const asked: unknown[] = [];
    const fetchOffsets = async (question: { groupId: string; topics?: string[] }) => {
      asked.push(question);
      const type = types.shift();
      if (type !== undefined)
        throw Object.assign(new Error(`The coordinator answers ${type}`), { name: 'KafkaJSProtocolError', type });
      return [{ topic: 'chat', partitions }];
    };
    return { asked, fetchOffsets };
  }

  it('asks again while the coordinator of the group loads or moves', async () => {
    const admin = adminAfter('GROUP_LOAD_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS');
    assert.deepEqual(await committedOffsets(admin, 'loaders', 'chat'), partitions);
    assert.equal(admin.asked.length, 4);
    assert.deepEqual(admin.asked[0], { groupId: 'loaders', topics: ['chat'] });
  });

  it('passes on any other error at once', async () => {
    const admin = adminAfter('GROUP_AUTHORIZATION_FAILED');
    await assert.rejects(committedOffsets(admin, 'loaders', 'chat'), /GROUP_AUTHORIZATION_FAILED/);
    assert.equal(admin.asked.length, 1);
  });
});
