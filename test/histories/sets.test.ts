import assert from 'node:assert/strict';
import { isUnreleased, toRecord } from './sets.ts';

describe('toRecord(types, recorded, anew)', () => {
  it('adds only missing histories', () => {
    assert.deepEqual(toRecord(['a', 'b', 'c'], ['a', 'c'], false), ['b']);
    assert.deepEqual(toRecord(['a'], ['a'], false), []);
  });

  it('returns all if the set is recorded again', () => {
    assert.deepEqual(toRecord(['a', 'b'], ['a'], true), ['a', 'b']);
  });
});

describe('isUnreleased(changelog, release)', () => {
  const changelog = '# Changelog\n\n## 0.2.0 (unreleased)\n\n- a\n\n## 0.1.0\n\n- b\n';
  it('is read from the heading of the version', () => {
    assert.deepEqual([isUnreleased(changelog, '0.2.0'), isUnreleased(changelog, '0.1.0')], [true, false]);
    assert.equal(isUnreleased(changelog, '0.3.0'), false);
  });
});
