import assert from 'node:assert/strict';
import { escapeHtml, html, jsonBlock } from '../../viz/pages/html.ts';

describe('html`…`', () => {
  it('escapes values, in text and in attributes', () => {
    assert.equal(
      html`<a title="${'"><script>'}">${'<b>&'}</a>`.markup,
      '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</a>',
    );
  });
  it('inserts pieces and lists of pieces unescaped', () => {
    assert.equal(html`<p>${[html`<i>${'<'}</i>`, 'x', 1]}</p>`.markup, '<p><i>&lt;</i>x1</p>');
  });
});

describe('escapeHtml(text)', () => {
  it('replaces characters that reorder the text around them', () => {
    assert.equal(escapeHtml('abc\u202efdp.exe'), 'abc\ufffdfdp.exe');
  });
});

describe('jsonBlock(id, data)', () => {
  it('cannot be ended by its content, and parses back to the same data', () => {
    const data = { title: '</script><script>alert(1)</script><!--\u2028' };
    const { markup } = jsonBlock('charts', data);
    assert.equal(markup.match(/<\/?script/g)?.length, 2);
    assert.deepEqual(JSON.parse(markup.replace(/^<script[^>]*>/, '').replace(/<\/script>$/, '')), data);
  });
});
