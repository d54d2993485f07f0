/** What an import has done so far. */
export interface ImportDone {
  /** Bytes of all files, and how many of them are acknowledged. */
  bytes: number;
  ofBytes: number;
  lines: number;
}

const WIDTH = 24;
const DRAW_EVERY_MS = 100;

/** A bar in a terminal. Anywhere else it draws nothing. */
export function importProgress(stream: NodeJS.WriteStream = process.stderr): {
  show: (done: ImportDone) => void;
  clear: () => void;
} {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  const startedAtMs = performance.now();
  let drawnAtMs = -Infinity;
  return {
    show: (done) => {
      const nowMs = performance.now();
      if (nowMs - drawnAtMs < DRAW_EVERY_MS) return;
      drawnAtMs = nowMs;
      stream.write(`\r\x1b[K${progressText(done, (nowMs - startedAtMs) / 1_000)}`);
    },
    clear: () => void stream.write('\r\x1b[K'),
  };
}

export function progressText({ bytes, ofBytes, lines }: ImportDone, seconds: number): string {
  const share = ofBytes === 0 ? 1 : Math.min(1, bytes / ofBytes);
  const full = Math.floor(share * WIDTH);
  const bar = `${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}`;
  const perSecond = seconds < 1 ? '' : `, ${Math.round(lines / seconds).toLocaleString('en')} per second`;
  return `[${bar}] ${Math.floor(share * 100)} %, ${lines.toLocaleString('en')} lines acknowledged${perSecond}`;
}
