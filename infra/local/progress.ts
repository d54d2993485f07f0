/** Where installing and starting say what they are at, and roughly how long it takes. */
export interface ProgressLog {
  /** @param name what it is about, such as `kafka` */
  step(name: string, message: string): void;
}

/** One line a step on stderr: `kafka     answers on 127.0.0.1:9092`. */
export const consoleProgress: ProgressLog = {
  step: (name, message) => void process.stderr.write(`${name.padEnd(9)} ${message}\n`),
};

export const silentProgress: ProgressLog = { step: () => {} };
