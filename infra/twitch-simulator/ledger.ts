export interface ChannelCount {
  /** Deliveries of PRIVMSG lines to joined connections, including repeated lines. */
  sent: number;
  /** Distinct message ids among them. */
  distinctIds: number;
}

/**
 * Counts what was written to whom. A delivery is one PRIVMSG line written to the open socket of one connection in the channel. A message in
 * a room without connections is not counted. Bytes still in the socket of a dropped connection are counted but never arrive: the sums are
 * exact only while `broken` is 0.
 */
export class Ledger {
  #sent = 0;
  #broken = 0;
  readonly #channels = new Map<string, { sent: number; ids: Set<string> }>();

  /** @param id the message's id; undefined for a recorded line without one, which is counted but not among the distinct ids */
  count(channelLogin: string, id: string | undefined): void {
    this.#sent += 1;
    let channel = this.#channels.get(channelLogin);
    if (channel === undefined) {
      channel = { sent: 0, ids: new Set() };
      this.#channels.set(channelLogin, channel);
    }
    channel.sent += 1;
    if (id !== undefined) channel.ids.add(id);
  }

  countBroken(): void {
    this.#broken += 1;
  }

  ids(channelLogin: string | undefined): string[] {
    if (channelLogin !== undefined) return [...(this.#channels.get(channelLogin)?.ids ?? [])];
    return [...this.#channels.values()].flatMap(({ ids }) => [...ids]);
  }

  sums(): { sent: number; distinctIds: number; broken: number; perChannel: Record<string, ChannelCount> } {
    const perChannel: Record<string, ChannelCount> = {};
    let distinctIds = 0;
    for (const [login, { sent, ids }] of this.#channels) {
      perChannel[login] = { sent, distinctIds: ids.size };
      distinctIds += ids.size;
    }
    return { sent: this.#sent, distinctIds, broken: this.#broken, perChannel };
  }
}
