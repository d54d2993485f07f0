/** Around a value: space of any kind, line ends, marks of byte order, signs without width. */
const AROUND = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
const QUOTES = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
]);

/** A setting without what comes along when it is copied: what cannot be seen around it, and one pair of quotes. */
export function cleanValue(text: string): string {
  const bare = text.replaceAll(AROUND, '');
  const isQuoted = bare.length > 1 && QUOTES.get(bare.charAt(0)) === bare.at(-1);
  return isQuoted ? bare.slice(1, -1).replaceAll(AROUND, '') : bare;
}

/** The first control character, or sign that cannot be seen, in words such as `U+000A at position 3`; undefined where there is none. */
export function hiddenSign(text: string, kind: 'control' | 'any'): string | undefined {
  return signAt(text, kind === 'any' ? /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u : /[\p{Cc}\p{Zl}\p{Zp}]/u);
}

/** The first sign that cannot stand in a header of HTTP (RFC 9110 §5.5), or is a space. */
export function unfitForHeader(text: string): string | undefined {
  return signAt(text, /[^\x21-\x7e]/u);
}

function signAt(text: string, sign: RegExp): string | undefined {
  const found = sign.exec(text);
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at position ${[...text.slice(0, found.index)].length + 1}`;
}
