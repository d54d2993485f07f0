import assert from 'node:assert/strict';
import { tileLabel } from '../../viz/charts/categories/tile-label.ts';

describe('tileLabel(text)', () => {
  it('breaks a name into short lines, between words', () => {
    assert.equal(tileLabel('Chess'), 'Chess');
    assert.equal(tileLabel('League of Legends'), 'League of<br>Legends');
  });
  it('shortens long words and long names', () => {
    assert.equal(tileLabel('Antidisestablishmentarianism'), 'Antidisesta…');
    assert.equal(tileLabel('one of the very long names that somebody gave'), 'one of the<br>very long<br>names that…');
  });
  it('has no markup of a stranger', () => {
    assert.equal(tileLabel('<b>x</b> &lt;'), '‹b›x‹/b›<br>＆lt;');
  });
});
