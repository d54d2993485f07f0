import assert from 'node:assert/strict';
import { fileFrom, pageFrom, twinOf } from '../../viz/pages/place.ts';

describe('pageFrom(from, to)', () => {
  const day = { language: 'en', path: '2026-11-25/' } as const;

  it('leads from any page to any other, without a server', () => {
    assert.equal(pageFrom(day, { language: 'en', path: '' }), '../index.html');
    assert.equal(pageFrom(day, twinOf(day)), '../ko/2026-11-25/index.html');
    assert.equal(pageFrom(twinOf(day), day), '../../2026-11-25/index.html');
    assert.equal(pageFrom({ language: 'en', path: '' }, day), '2026-11-25/index.html');
    const notebook = { language: 'ko', path: 'notebooks/own/' } as const;
    assert.equal(pageFrom(notebook, { language: 'ko', path: 'notebooks/' }), '../../../ko/notebooks/index.html');
    assert.equal(fileFrom(notebook, 'assets/a.css'), '../../../assets/a.css');
  });
});
