import assert from 'node:assert/strict';
import { checkCopies } from '../../../activities/kafka/topic-copies.ts';

describe('checkCopies({ topic, copies, minInSync, brokers })', () => {
  const check = (copies: number, minInSync: number | undefined, brokers: number) =>
    checkCopies({ topic: 'twitch.chat', copies, minInSync, brokers });

  it('accepts one copy on one broker, and three copies of which two must have a line', () => {
    for (const [copies, minInSync, brokers] of [
      [1, 1, 1],
      [3, 2, 3],
      [3, 2, 9],
      [5, 3, 5],
    ] as const)
      assert.deepEqual(check(copies, minInSync, brokers), { faults: [], warnings: [] });
  });

  it('accepts several copies if the cluster does not say how many must have a line', () => {
    assert.deepEqual(check(3, undefined, 3), { faults: [], warnings: [] });
  });

  for (const [what, [copies, minInSync, brokers], finding] of [
    ['one copy on several brokers', [1, 1, 3], /found 1 and 1 on 3 brokers\..*kafka-reassign-partitions/],
    [
      'acknowledgements by one of three copies',
      [3, 1, 3],
      /lines can be lost.*--topic twitch\.chat --add-config min\.insync\.replicas=2`/,
    ],
    ['more acknowledgements than copies', [1, 2, 1], /No line can be stored\..*min\.insync\.replicas=1`/],
    [
      'more acknowledgements than copies on three brokers',
      [2, 3, 3],
      /No line can be stored\..*min\.insync\.replicas=1`/,
    ],
  ] as const)
    it(`refuses ${what}, with the command that corrects it`, () => {
      const { faults, warnings } = check(copies, minInSync, brokers);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', finding);
      assert.deepEqual(warnings, []);
    });

  for (const [what, [copies, minInSync, brokers], finding] of [
    ['two copies', [2, 1, 2], /kafka-reassign-partitions/],
    ['that no broker may be away', [3, 3, 3], /No line is stored while one broker is away.*min\.insync\.replicas=2`/],
  ] as const)
    it(`warns of ${what}`, () => {
      const { faults, warnings } = check(copies, minInSync, brokers);
      assert.deepEqual(faults, []);
      assert.match(warnings[0] ?? '', finding);
    });
});
