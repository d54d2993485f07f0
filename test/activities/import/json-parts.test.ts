import assert from 'node:assert/strict';
import { JsonParts } from '../../../activities/import/json-parts.ts';
import type { JsonPart } from '../../../activities/import/json-parts.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';

function cut(text: string, random?: Random): { parts: JsonPart[]; isWhole: boolean } {
  const parts = new JsonParts();
  const bytes = Buffer.from(text);
  const found: JsonPart[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = random === undefined ? bytes.length : from + random.between(1, random.pick([1, 2, 7, 40]));
    found.push(...parts.push(bytes.subarray(from, to)));
    from = to;
  }
  return { parts: found, isWhole: parts.isWhole };
}

/** A value with brackets, quotes and backslashes in its texts. */
function value(random: Random, depth = 0): unknown {
  const text = () => Array.from({ length: random.between(0, 6) }, () => random.pick([...'ab{}[],:"\\ ü안\n'])).join('');
  const kind = random.between(0, depth > 2 ? 3 : 5);
  if (kind === 0) return text();
  if (kind === 1) return random.between(-5, 5);
  if (kind === 2) return null;
  if (kind === 3) return true;
  const values = Array.from({ length: random.between(0, 3) }, () => value(random, depth + 1));
  return kind === 4 ? values : Object.fromEntries(values.map((it) => [text(), it]));
}

describe('JsonParts', () => {
  for (const seed of ['a', 'b', 'c']) {
    it(`finds what JSON.parse finds, wherever the bytes are divided (${seed})`, () => {
      const random = new Random(`json/${seed}`);
      for (let round = 0; round < 300; round++) {
        const comments = Array.from({ length: random.between(0, 5) }, () => value(random));
        const root: Record<string, unknown> = {};
        for (const key of ['FileInfo', 'streamer', 'video', 'comments', 'embeddedData', 'xcomments'].sort(() =>
          random.chance(0.5) ? 1 : -1,
        ))
          root[key] = key === 'comments' ? comments : { [key]: value(random), comments: [{}] };
        const text = random.chance(0.5) ? JSON.stringify(root) : JSON.stringify(root, undefined, 1);
        const { parts, isWhole } = cut(`${text}\n`, random);
        assert.ok(isWhole);
        const found = parts.map((part) => (part.text === undefined ? undefined : (JSON.parse(part.text) as unknown)));
        const of = (key: string) => found.filter((_, place) => parts[place]?.key === key);
        assert.deepEqual(of('streamer'), [root['streamer']]);
        assert.deepEqual(of('video'), [root['video']]);
        const held = comments.map((it) => (typeof it === 'object' && it !== null ? it : undefined));
        assert.deepEqual(of('comments'), held, text);
        assert.deepEqual(
          parts.flatMap((part) => (part.key === 'comments' ? [part.number] : [])),
          comments.map((_, place) => place + 1),
        );
      }
    });
  }

  it('finds the parts before a cut, and after a part that is no JSON', () => {
    const { parts, isWhole } = cut('{"comments":[{"a":1},{"b":tru e},{"d":4},{"e":');
    assert.deepEqual(
      parts.map(({ text }) => text),
      ['{"a":1}', '{"b":tru e}', '{"d":4}'],
    );
    assert.equal(isWhole, false);
  });

  it('does not hold a part of more than a MiB, nor other data', () => {
    const huge = `{"x":"${'y'.repeat(2 ** 21)}"}`;
    const { parts } = cut(
      `{"embeddedData":${huge},"comments":[${huge},{"a":1},"${'y'.repeat(2 ** 21)}"],"streamer":${huge}}`,
    );
    assert.deepEqual(parts, [
      { key: 'comments', number: 1, text: undefined },
      { key: 'comments', number: 2, text: '{"a":1}' },
      { key: 'comments', number: 3, text: undefined },
    ]);
  });

  it('finds nothing in other texts', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '"comments"',
      '{}',
      '{"comments":{}}',
      '{"comments":[]}',
      '}{',
      ']',
      '{{{{',
      '"',
    ])
      assert.deepEqual(cut(text).parts, [], text);
  });
});
