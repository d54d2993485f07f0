/** One IRC line as it came from the socket, on its way to Kafka. */
export interface CollectedLine {
  /** Channel id, or the login where Twitch sent no id. Lines of one key keep their order. */
  key: string;
  /** The line as received, without its line end. Not copied: the producer keeps it until it is acknowledged. */
  line: Buffer;
  /** Our clock on arrival, in milliseconds since 1970, an integer. */
  receivedAtMs: number;
  /** Whether the line is a PRIVMSG. Only these are counted in tallies. */
  isMessage: boolean;
}
