/** One IRC line on its way from the socket to Kafka. */
export interface CollectedLine {
  /** Channel id, or the login if Twitch sent no id. Lines with the same key keep their order. */
  key: string;
  /** The line as received, without its line ending. Not copied: do not change the buffer before it is acknowledged. */
  line: Buffer;
  /** Arrival time by our clock, in whole milliseconds since 1970. */
  receivedAtMs: number;
  /** Whether the line is a PRIVMSG. Only these are counted in tallies. */
  isMessage: boolean;
}
