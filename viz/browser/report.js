/* Draws the charts of a report. The data is in a JSON block in the page; colours come from the page's style. */
'use strict';

(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  for (const chart of Object.values(charts)) if (chart.overTime) putInZone(chart);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  // A finger that moves over a chart scrolls the page (plotly/plotly.js#2844).
  const touched = window.matchMedia('(pointer: coarse)');
  const narrow = window.matchMedia('(max-width: 40rem)');

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const pen = document.createElement('canvas').getContext('2d');
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const FONT_SIZE = 13;
  /** The share of a chart's width that bar labels may use. */
  const LABEL_SHARE = 0.35;

  /** Shortens a label to the width, with an ellipsis. */
  function cut(label, width) {
    pen.font = `${FONT_SIZE}px ${style('--font')}`;
    if (pen.measureText(label).width <= width) return label;
    const letters = Array.from(segments.segment(label.slice(0, 500)), ({ segment }) => segment);
    const shortened = (count) => `${letters.slice(0, count).join('').trimEnd()}…`;
    let [fits, tooLong] = [0, letters.length];
    while (tooLong - fits > 1) {
      const count = (fits + tooLong) >> 1;
      if (pen.measureText(shortened(count)).width <= width) fits = count;
      else tooLong = count;
    }
    return shortened(fits);
  }

  /** The colours of a trace that names places of channels. The eleventh channel has the colour of the first again, with a dashed line. */
  function inColour({ place, ...trace }) {
    if (place === undefined) return trace;
    const series = style('--series').split(' ');
    const colourOf = (one) => (one === null ? style('--rest') : series[(one - 1) % series.length]);
    const color = Array.isArray(place) ? place.map(colourOf) : colourOf(place);
    const dash = place > series.length ? 'dash' : 'solid';
    const line = trace.type === 'scatter' ? { line: { ...trace.line, color, dash } } : {};
    const text = trace.text === undefined ? {} : { textfont: { color: style('--panel'), size: FONT_SIZE - 2 } };
    return { ...trace, ...line, ...text, marker: { ...trace.marker, color } };
  }

  /** The space that the y axis and the margins leave, about. */
  const PLOT_SHARE = 0.8;
  const NARROWEST_LABEL = 24;

  /** Stretches of time in the background, with labels where there is room. */
  function bandsOf({ bands = [], layout }, width) {
    if (bands.length === 0) return [];
    const colours = style('--series').split(' ');
    const msOf = (time) => Date.parse(time.replace(' ', 'T') + 'Z');
    const [from, to] = (layout.xaxis?.range ?? []).map(msOf);
    return bands.map((band) => {
      const room = ((msOf(band.to) - msOf(band.from)) / (to - from)) * width * PLOT_SHARE - 8;
      const text = room < NARROWEST_LABEL ? '' : cut(band.label, room);
      const isGrey = band.place === null;
      return {
        type: 'rect',
        layer: 'below',
        xref: 'x',
        x0: band.from,
        x1: band.to,
        yref: isGrey ? 'paper' : 'y domain',
        y0: 0,
        y1: 1,
        line: { width: 0 },
        fillcolor: isGrey ? style('--rest') : colours[(band.place - 1) % colours.length],
        opacity: isGrey ? 0.55 : 0.12,
        label: { text, textposition: 'top left', padding: 4, font: { size: FONT_SIZE - 1, color: style('--text') } },
      };
    });
  }

  /** From few to many, at equal distances. */
  function heatColours() {
    const colours = style('--heat').split(' ');
    return colours.map((colour, index) => [index / (colours.length - 1), colour]);
  }

  /** The colours of a trace whose values are colours. Those of a treemap belong to its tiles. */
  function inHeat({ heat, ...trace }) {
    if (!heat) return trace;
    const colours = {
      colorscale: heatColours(),
      showscale: true,
      colorbar: { thickness: 8, len: 0.6, outlinewidth: 0, ...(trace.marker ?? trace).colorbar },
    };
    if (trace.type !== 'treemap') return { ...trace, ...colours };
    return { ...trace, marker: { ...trace.marker, ...colours, line: { width: 1, color: style('--line') } } };
  }

  function labelsOf(chart, width) {
    const { ticktext } = chart.layout.yaxis ?? {};
    return ticktext === undefined ? {} : { ticktext: ticktext.map((label) => cut(label, width * LABEL_SHARE)) };
  }

  function layoutOf(chart, width) {
    const axis = {
      gridcolor: style('--line'),
      linecolor: style('--line'),
      zerolinecolor: style('--line'),
      automargin: true,
    };
    return {
      ...chart.layout,
      ...(touched.matches ? { dragmode: false } : {}),
      shapes: [...(chart.layout.shapes ?? []), ...bandsOf(chart, width)],
      xaxis: { ...axis, nticks: narrow.matches ? 4 : 10, tickangle: 0, ...chart.layout.xaxis },
      yaxis: { ...axis, ...chart.layout.yaxis, ...labelsOf(chart, width) },
      ...(chart.layout.yaxis2 === undefined ? {} : { yaxis2: { ...axis, ...chart.layout.yaxis2 } }),
      colorway: style('--series').split(' '),
      font: { family: style('--font'), size: FONT_SIZE, color: style('--text') },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      hoverlabel: { bgcolor: style('--panel'), bordercolor: style('--line'), font: { color: style('--text') } },
      margin: { t: 8, r: 8, b: 40, l: 56 },
      legend: { orientation: 'h', yref: 'container', yanchor: 'bottom', y: 0, ...chart.layout.legend },
      height: (narrow.matches ? 300 : 340) + (chart.layout.yaxis2 === undefined ? 0 : 120) + legendRows(chart) * 20,
    };
  }

  /** Times in UTC become times of the page's zone, like those in its texts. */
  function putInZone({ data, layout, bands = [] }) {
    for (const trace of data) trace.x = (trace.every ? timesOf(trace) : trace.x).map(pageTimes.local);
    for (const band of bands) Object.assign(band, { from: pageTimes.local(band.from), to: pageTimes.local(band.to) });
    if (layout.xaxis.range) layout.xaxis.range = layout.xaxis.range.map(pageTimes.local);
    layout.xaxis.title = { text: pageTimes.zoneName, standoff: 8 };
  }

  function timesOf({ every, y }) {
    const from = Date.parse(every.from);
    return y.map((_value, index) => new Date(from + index * every.seconds * 1000).toISOString());
  }

  /** Charts without x, such as pies, and numbers that are packed into a text come from notebooks. */
  function isEmpty({ x }) {
    return Array.isArray(x) && x.length === 0;
  }

  /** The number of legend lines below the chart. */
  function legendRows(chart) {
    if (chart.layout.showlegend === false) return 0;
    return Math.ceil(chart.data.length / (narrow.matches ? 1 : 6));
  }

  /** Of a chart that is not as high as others, or has no axis on the left. */
  function sizeOf({ height, layout }) {
    return {
      ...(height === undefined ? {} : { height }),
      ...(layout.yaxis?.visible === false ? { margin: { t: 8, r: 8, b: 48, l: 8 } } : {}),
    };
  }

  function draw() {
    for (const element of document.querySelectorAll('[data-chart]')) {
      const chart = charts[element.dataset.chart];
      if (chart.data.every(isEmpty)) {
        element.querySelector('.empty').textContent = element.dataset.empty;
        continue;
      }
      if (!element.classList.contains('js-plotly-plot')) element.replaceChildren();
      const layout = { ...layoutOf(chart, element.clientWidth), ...sizeOf(chart) };
      Plotly.react(element, chart.data.map(inColour).map(inHeat), layout, {
        responsive: true,
        // No buttons, and nothing that sends a chart to a server.
        displayModeBar: false,
        showSendToCloud: false,
      });
    }
  }

  draw();
  dark.addEventListener('change', draw);
  narrow.addEventListener('change', draw);
})();
