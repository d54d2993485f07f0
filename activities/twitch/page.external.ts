/** A page of a list of Helix. Entries are of any type. */
interface PageExternal {
  /** A list that is null or missing is one entry without a value. */
  entries: unknown[];
  /** Undefined on the last page. */
  cursor: string | undefined;
}

/**
 * The entries and the cursor of an answer. Undefined if the list has another type, or the answer is an error of Helix
 * (`{ error, status, message }`), whatever its HTTP status.
 */
export function pageOf(body: unknown): PageExternal | undefined {
  if (!isObject(body)) return undefined;
  const isError = ['error', 'status', 'message'].some((name) => name in body);
  const entries = body['data'] ?? (isError ? undefined : [undefined]);
  return Array.isArray(entries) ? { entries, cursor: cursorOf(body['pagination']) } : undefined;
}

/** A non-empty text, else null. Replaces lone surrogates by U+FFFD, because file formats cannot store them. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : null;
}

/** Ids are opaque texts without spaces. A whole number is converted to its digits. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** On the last page, `pagination` is empty, missing or null, or its cursor is null. */
function cursorOf(pagination: unknown): string | undefined {
  const cursor = isObject(pagination) ? pagination['cursor'] : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}
