const LENGTH_BYTES = 4;

/**
 * Splits the bytes from a broker into whole answers and passes them on one by one. Each answer starts with its length. An incomplete answer
 * is held back.
 */
export function splitAnswers(deliver: (answer: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    for (let needed = neededBytes(chunks, bytes); bytes >= needed; needed = neededBytes(chunks, bytes)) {
      const [first = chunk] = chunks;
      const all = chunks.length === 1 ? first : Buffer.concat(chunks);
      chunks = all.length > needed ? [all.subarray(needed)] : [];
      bytes = all.length - needed;
      deliver(all.subarray(0, needed));
    }
  };
}

/** The length of the answer at the start of these chunks; Infinity while it is not known. */
function neededBytes(chunks: Buffer[], bytes: number): number {
  if (bytes < LENGTH_BYTES) return Infinity;
  const [first = Buffer.alloc(0)] = chunks;
  const head = first.length >= LENGTH_BYTES ? first : Buffer.concat(chunks);
  return LENGTH_BYTES + head.readInt32BE(0);
}
