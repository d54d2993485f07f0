import assert from 'node:assert/strict';
import { hoverLabel, legendLabel } from '../../viz/charts/labels.ts';
import { plotText } from '../../viz/charts/plot-text.ts';
import { safeFigure } from '../../viz/notebooks/safe-figure.ts';

describe('plotText(text)', () => {
  it('leaves nothing that plotly.js interprets as markup', () => {
    assert.doesNotMatch(plotText('<b>x</b> &amp; <a href="javascript:alert(1)">y</a>'), /[<>&]/);
    assert.equal(plotText('$\\alpha$ and $x$'), '＄\\alpha＄ and ＄x＄');
  });
  it('replaces controls, characters that reorder text, and halves of characters', () => {
    assert.equal(plotText('a\u0000b\u001b[31mc\u0085\u009bd'), 'a\ufffdb\ufffd[31mc \ufffdd');
    assert.equal(plotText('abc\u202efdp.exe\u2066'), 'abc\ufffdfdp.exe\ufffd');
    assert.equal(plotText('x\ud800y'), 'x\ufffdy');
  });
  it('keeps a text in one line', () => {
    assert.equal(plotText('a\r\n\tb\u2028c'), 'a b c');
  });
  it('cuts a long text between characters as people see them', () => {
    const astronauts = plotText('👩🏽‍🚀'.repeat(1_000));
    assert.match(astronauts, /^(👩🏽‍🚀){299}…$/u);
    assert.equal(plotText('x'.repeat(5_000_000)).length, 300);
    assert.equal(plotText('하늘'), '하늘');
  });
});

describe('hoverLabel(text), legendLabel(text)', () => {
  it('are plain, apart from the line breaks of a tooltip', () => {
    assert.equal(hoverLabel(`<br>${'x'.repeat(40)}`), `‹br›${'x'.repeat(28)}<br>${'x'.repeat(12)}`);
    assert.equal(legendLabel(`<i>${'x'.repeat(60)}`), `‹i›${'x'.repeat(36)}…`);
  });
});

describe('safeFigure(figure)', () => {
  it('makes all texts plain and short, and keeps packed numbers and the lines of date formats', () => {
    const bdata = 'AAAA'.repeat(1_000);
    const { data } = safeFigure({
      data: [{ type: 'bar', name: 'a\u0007<b>', text: 'y'.repeat(900), y: { dtype: 'f8', bdata } }],
      layout: {},
    });
    assert.deepEqual(data[0]?.['y'], { dtype: 'f8', bdata });
    assert.equal(data[0]?.['name'], 'a\ufffd‹b›');
    assert.equal(String(data[0]?.['text']).length, 300);
    const { layout } = safeFigure({ data: [], layout: { xaxis: { tickformat: '%H:%M\n%b <b>', title: 'a\nb' } } });
    assert.deepEqual(layout, { xaxis: { tickformat: '%H:%M\n%b ‹b›', title: 'a b' } });
    const [odd] = safeFigure({ data: [{ type: 'bar', y: { bdata: '<a href="x">' } }], layout: {} }).data;
    assert.deepEqual(odd?.['y'], { bdata: '‹a href="x"›' });
  });
});
