const lengthBytes = 4;

/**
 * Cuts what a broker sends into whole answers, each with its length before it, and hands them on one by one. What has come of an answer that
 * is never finished is not handed on.
 */
export function wholeAnswers(deliver: (answer: Buffer) => void): (chunk: Buffer) => void {
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

/** The length of the answer that begins with these chunks; more than there is while that is not known. */
function neededBytes(chunks: Buffer[], bytes: number): number {
  if (bytes < lengthBytes) return Infinity;
  const [first = Buffer.alloc(0)] = chunks;
  const head = first.length >= lengthBytes ? first : Buffer.concat(chunks);
  return lengthBytes + head.readInt32BE(0);
}
