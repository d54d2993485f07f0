/** A parsed query string: a repeated parameter is a list. */
export type Query = Record<string, string | string[] | undefined>;

/** A request that Twitch answers with 400. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

export function all(query: Query, name: string): string[] {
  const value = query[name];
  return value === undefined ? [] : [value].flat();
}

export function one(query: Query, name: string): string | undefined {
  return all(query, name)[0];
}

/** All values of a parameter. @throws BadRequest for more than 100 */
export function upTo100(query: Query, ...names: string[]): string[] {
  const values = names.flatMap((name) => all(query, name));
  if (values.length > 100) {
    throw new BadRequest(
      `The number of ${names.join(' and ')} parameters must be 100 or less, found ${values.length}.`,
    );
  }
  return values;
}

/** `first`, default 20. @throws BadRequest unless it is a whole number from 1 to 100 */
function pageSize(query: Query): number {
  const text = one(query, 'first') ?? '20';
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > 100) {
    throw new BadRequest('The parameter "first" was malformed: the value must be from 1 to 100.');
  }
  return size;
}

export interface Page<T> {
  data: T[];
  /** The cursor of this page; undefined on the last one. */
  cursor: string | undefined;
}

/** A page of a list by `first`, `after` and `before`. @throws BadRequest for an unknown cursor, or both at once */
export function pageOf<T>(items: readonly T[], query: Query): Page<T> {
  const size = pageSize(query);
  const after = one(query, 'after');
  const before = one(query, 'before');
  if (after && before) throw new BadRequest('The parameters "after" and "before" may not be given together.');
  const end = before ? readCursor(before).from : undefined;
  const from = end === undefined ? (after ? readCursor(after).to : 0) : Math.max(0, end - size);
  const to = Math.min(end ?? from + size, items.length);
  const hasMore = to < items.length && to > from;
  return { data: items.slice(from, to), cursor: hasMore ? writeCursor({ from, to }) : undefined };
}

/** @param chained returns a different cursor for the same position each time */
export function writeCursor({ from, to, chained }: { from: number; to: number; chained?: number }): string {
  return Buffer.from(JSON.stringify({ b: { Offset: from }, a: { Offset: to }, chained })).toString('base64url');
}

function readCursor(text: string): { from: number; to: number } {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as {
      a: { Offset: number };
      b: { Offset: number };
    };
    if (Number.isInteger(cursor.a.Offset) && Number.isInteger(cursor.b.Offset)) {
      return { from: cursor.b.Offset, to: cursor.a.Offset };
    }
  } catch {
    // Reported below like any other unknown cursor.
  }
  throw new BadRequest('The parameter "cursor" was malformed: the value is not a valid cursor.');
}
