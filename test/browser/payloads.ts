/** What runs in a page that takes text for a script. A test looks for the mark, and for dialogs. */
const RUN = 'window.broken=1;alert(1)';

/**
 * Texts that people can put into names, titles and messages. Each leaves the place that it is meant for, if a page does not escape it there; or
 * means something to a program behind the page; or is hard to lay out.
 */
export const PAYLOADS: readonly string[] = [
  // Elements that run, load, draw or move the page.
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<svg onload="${RUN}"><circle r="9"/></svg>`,
  `<svg><script>${RUN}</script></svg>`,
  '<iframe src="https://evil.example/"></iframe>',
  `<iframe srcdoc="<script>parent.broken=1</script>"></iframe>`,
  `<math><mtext><img src=x onerror=${RUN}></mtext></math>`,
  '<style>* { display: none !important }</style>',
  '<link rel="stylesheet" href="https://evil.example/a.css">',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><input name="a" autofocus></form>',
  '<object data="https://evil.example/"></object><embed src="https://evil.example/">',
  `<template><script>${RUN}</script></template>`,
  `<details open ontoggle="${RUN}"><summary>a</summary></details>`,
  `<a href="javascript:${RUN}">click</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">click</a>`,
  // Ends of what it may be in.
  `</script><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea></style></noscript><img src=x onerror=${RUN}>`,
  `--><script>${RUN}</script><!--`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  '<!--<script>',
  `" onmouseover="${RUN}" x="`,
  `' autofocus onfocus='${RUN}`,
  '`onmouseover=alert(1)`',
  `javascript:${RUN}`,
  // What is markup only when it is decoded once more.
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  '&#60;img src=x onerror=alert(1)&#62; &amp;lt;b&amp;gt;',
  '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  // Templates, and the markup of plotly.js.
  '${alert(1)} {{constructor.constructor("alert(1)")()}} <%= 1 %>',
  '<b>bold</b><br><sup>2</sup><span style="font-size:90px">large</span>',
  '<a href="https://evil.example/">click</a>',
  '%{x} %{customdata} %{y:.1f}<extra></extra>',
  '$x^2 \\frac{1}{2}$',
  // Files.
  '=HYPERLINK("https://evil.example/","x")',
  "+1+cmd|' /C calc'!A0",
  '@SUM(1+1)*1\t-2',
  "'; DROP TABLE chat; --",
  '../../../../etc/passwd',
  '..\\..\\x%2f..%2f\u0000.html',
  '__proto__',
  'constructor',
  'toString',
  // Characters.
  'null\u0000and\u0007\u0008\u001b[31mred\u001b[0m\u007f\u009b2J',
  '\u202egnp.exe\u202c \u2066x\u2069 \u200fa\u200eb',
  '\u200b\u200d\u2060\ufeff',
  'half \ud83d of a pair',
  'line\u2028and\u2029paragraph\r\nend',
  'W'.repeat(10_000),
  `Z${'\u0300\u0323\u0489\u034f'.repeat(60)}algo`,
  'שלום עולם مرحبا بالعالم',
  '👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈🇰🇷'.repeat(9),
];
