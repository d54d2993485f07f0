/** White space, line ends, byte order marks and zero-width characters around a value. */
const AROUND = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
const QUOTES = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
]);

/** Removes what is often copied along with a setting: invisible characters around it, and one pair of quotes. */
export function cleanValue(text: string): string {
  const bare = text.replaceAll(AROUND, '');
  const isQuoted = bare.length > 1 && QUOTES.get(bare.charAt(0)) === bare.at(-1);
  return isQuoted ? bare.slice(1, -1).replaceAll(AROUND, '') : bare;
}

/** The first control or invisible character, as `U+000A at position 3`; undefined if there is none. */
export function invisibleCharacter(text: string, kind: 'control' | 'any'): string | undefined {
  return characterAt(text, kind === 'any' ? /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u : /[\p{Cc}\p{Zl}\p{Zp}]/u);
}

/** The first character that is a space or not allowed in an HTTP header (RFC 9110 §5.5). */
export function invalidInHeader(text: string): string | undefined {
  return characterAt(text, /[^\x21-\x7e]/u);
}

function characterAt(text: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at position ${[...text.slice(0, found.index)].length + 1}`;
}
