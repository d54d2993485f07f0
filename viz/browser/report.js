/* Draws the charts of a report. The data stands in the page, in a block of JSON; colours come from the page's style. */
'use strict';

(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const narrow = window.matchMedia('(max-width: 40rem)');

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function layoutOf(chart) {
    const axis = {
      gridcolor: style('--line'),
      linecolor: style('--line'),
      zerolinecolor: style('--line'),
      automargin: true,
    };
    return {
      ...chart.layout,
      xaxis: { ...axis, nticks: narrow.matches ? 4 : 10, tickangle: 0, ...chart.layout.xaxis },
      yaxis: { ...axis, ...chart.layout.yaxis },
      colorway: style('--series').split(' '),
      font: { family: style('--font'), size: 13, color: style('--text') },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      hoverlabel: { bgcolor: style('--panel'), bordercolor: style('--line'), font: { color: style('--text') } },
      margin: { t: 8, r: 8, b: 40, l: 56 },
      legend: { orientation: 'h', yanchor: 'top', y: narrow.matches ? -0.3 : -0.2 },
      height: (narrow.matches ? 300 : 340) + legendRows(chart) * 20,
    };
  }

  /** How many lines the legend takes below the chart. */
  function legendRows(chart) {
    if (chart.layout.showlegend === false) return 0;
    return Math.ceil(chart.data.length / (narrow.matches ? 1 : 6));
  }

  function draw() {
    for (const element of document.querySelectorAll('[data-chart]')) {
      const chart = charts[element.dataset.chart];
      if (chart.data.every((series) => series.x.length === 0)) {
        element.querySelector('.empty').textContent = 'No data yet.';
        continue;
      }
      if (!element.classList.contains('js-plotly-plot')) element.replaceChildren();
      Plotly.react(element, chart.data, layoutOf(chart), { responsive: true, displayModeBar: false });
    }
  }

  draw();
  dark.addEventListener('change', draw);
  narrow.addEventListener('change', draw);
})();
