/** A time in which a channel was wanted and this collector did not hear it, in milliseconds since 1970. */
export interface Gap {
  channelId: string;
  /** Lower-case, without `#`. */
  channelLogin: string;
  fromMs: number;
  /** Up to, not including. */
  untilMs: number;
}
