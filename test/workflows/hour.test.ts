import assert from 'node:assert/strict';
import { addHours, dayOf, hourOf, hourStartMs, hoursOfDay, isDay, isHour } from '../../workflows/hour.ts';

describe('hour', () => {
  it('hourOf and hourStartMs are inverse', () => {
    assert.equal(hourOf(Date.parse('2026-11-25T14:59:59.999Z')), '2026-11-25T14');
    assert.equal(hourStartMs('2026-11-25T14'), Date.parse('2026-11-25T14:00:00Z'));
  });
  it('addHours crosses days and years', () => {
    assert.equal(addHours('2026-12-31T23', 1), '2027-01-01T00');
    assert.equal(addHours('2026-03-01T00', -1), '2026-02-28T23');
  });
  it('dayOf and hoursOfDay', () => {
    assert.equal(dayOf('2026-11-25T14'), '2026-11-25');
    assert.deepEqual([hoursOfDay('2026-11-25').length, hoursOfDay('2026-11-25')[23]], [24, '2026-11-25T23']);
  });
  it('isHour and isDay reject anything else', () => {
    for (const text of ['', '2026-11-25', '2026-11-25T24', '2026-13-01T00', '2026-11-25T14:00'])
      assert.equal(isHour(text), false, text);
    for (const text of ['', '2026-11-31', '2026-11-25T14', 'x']) assert.equal(isDay(text), false, text);
    assert.ok(isHour('2026-11-25T14') && isDay('2026-11-25'));
  });
  it('rejects an invalid hour, with an example', () => {
    assert.throws(() => hourStartMs('noon'), /like 2026-11-25T14, got "noon"/);
  });
});
