import assert from 'node:assert/strict';
import { answerChart } from '../../viz/charts/answer-chart.ts';
import type { AnswerChartKind, AnswerColumn } from '../../viz/charts/answer-chart.ts';
import { needsAllOfPlotly } from '../../viz/charts/bundle.ts';

type Cell = string | null;

describe('answerChart(answer, { kind, x, y })', () => {
  /** A chart of pairs. */
  const drawn = (kind: AnswerChartKind, xKind: AnswerColumn['kind'], rows: [x: Cell, y: Cell][]) => {
    const columns: AnswerColumn[] = [
      { name: 'what', kind: xKind },
      { name: 'many', kind: 'number' },
    ];
    const { data, layout } = answerChart({ columns, rows }, { kind, x: 0, y: [1] });
    return { trace: data[0] ?? {}, xaxis: layout['xaxis'] as Record<string, unknown>, layout };
  };

  it('leads a line from left to right through times and numbers, with a gap for NULL', () => {
    const times: [Cell, Cell][] = [
      ['2026-11-25T14:01:00Z', '2'],
      ['2026-11-25T14:00:00Z', '1'],
      ['2026-11-25T14:02:00Z', null],
    ];
    const { trace, xaxis } = drawn('line', 'time', times);
    assert.deepEqual(trace['x'], ['2026-11-25T14:00:00Z', '2026-11-25T14:01:00Z', '2026-11-25T14:02:00Z']);
    assert.deepEqual(trace['y'], [1, 2, null]);
    assert.equal(xaxis['type'], 'date');
    assert.deepEqual(xaxis['title'], { text: 'what (UTC)', standoff: 8 });
    assert.deepEqual(drawn('line', 'number', [['10', '1'], ['9', '2']]).trace['x'], [9, 10]); // prettier-ignore
  });

  it('takes days, hours of yellow and timestamps without a zone for dates, and other texts for names', () => {
    for (const text of ['2026-11-25', '2026-11-25T14', '2026-11-25 14:00:00', '2026-11-25 14:00:00.5'])
      assert.equal(drawn('bar', 'text', [[text, '1']]).xaxis['type'], 'date', text);
    for (const text of ['2026', '14:00', 'haneul', 'infinity', '2026-11-25 hello'])
      assert.equal(drawn('bar', 'text', [[text, '1']]).xaxis['type'], 'category', text);
    assert.deepEqual(drawn('line', 'text', [['b', '1'], ['a', '2']]).trace['x'], ['b', 'a']); // prettier-ignore
  });

  it('makes names plain and short, and keeps two texts two', () => {
    const long = 'x'.repeat(50);
    const { trace } = drawn('bar', 'text', [
      ['<b>', '1'],
      ['‹b›', '2'],
      [`${long}a`, '3'],
      [`${long}b`, '4'],
      [null, '5'],
      ['', '6'],
      ['<b>', '7'],
    ]);
    const cut = `${'x'.repeat(39)}…`;
    assert.deepEqual(trace['x'], ['‹b›', '‹b› (2)', cut, `${cut} (2)`, '–', '– (2)', '‹b›']);
  });

  it('draws each column of y with its name, and a legend if there are several', () => {
    const columns: AnswerColumn[] = [
      { name: 'n', kind: 'number' },
      { name: '<a>', kind: 'number' },
    ];
    const rows = [['1', '2.5']];
    const { data, layout } = answerChart({ columns, rows }, { kind: 'scatter', x: 0, y: [0, 1] });
    assert.deepEqual(
      data.map(({ name, type, mode, y }) => ({ name, type, mode, y })),
      [
        { name: 'n', type: 'scatter', mode: 'markers', y: [1] },
        { name: '‹a›', type: 'scatter', mode: 'markers', y: [2.5] },
      ],
    );
    assert.equal(layout['showlegend'], true);
    assert.equal(drawn('bar', 'text', [['a', '1']]).layout['showlegend'], false);
  });

  it('marks the points of a short line, of which one alone would be invisible', () => {
    assert.equal(drawn('line', 'number', [['1', '1']]).trace['mode'], 'lines+markers');
    const many = Array.from({ length: 100 }, (_row, index): [Cell, Cell] => [String(index), '1']);
    assert.equal(drawn('line', 'number', many).trace['mode'], 'lines');
  });
});

describe('needsAllOfPlotly(figures)', () => {
  const needs = (...types: unknown[]) =>
    needsAllOfPlotly({ a: { data: types.map((type) => (type === undefined ? {} : { type })), layout: {} } });

  it('is so with a type that the small one would draw as a scatter', () => {
    assert.deepEqual([needs('bar', 'scatter', undefined), needs('bar', 'heatmap')], [false, false]);
    assert.deepEqual([needs('bar', 'treemap'), needs('candlestick'), needs(7)], [true, true, true]);
    assert.equal(needsAllOfPlotly(), false);
  });
});
