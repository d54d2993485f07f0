/** Receives the progress of installations and starts. */
export interface ProgressLog {
  /** @param name the subject, such as `kafka` */
  step(name: string, message: string): void;
}

/** Prints one line per step to stderr: `kafka     answers on 127.0.0.1:9092`. */
export const consoleProgress: ProgressLog = {
  step: (name, message) => void process.stderr.write(`${name.padEnd(9)} ${message}\n`),
};

export const silentProgress: ProgressLog = { step: () => {} };
