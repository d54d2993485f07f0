import got from 'got';
import type { AccountCounts, Breach } from '../../infra/twitch-simulator/account-limits.ts';
import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import type { FaultKind } from '../../infra/twitch-simulator/faults.ts';

export interface SimulatedStream {
  id: string;
  login: string;
  viewers: number;
  /** How Helix's answers for it are odd; null if they are not. */
  oddity: string | null;
}

/** A client for the parts of the simulator's control API that the day uses. */
export class Control {
  readonly #url: string;

  constructor(controlUrl: string) {
    this.#url = controlUrl;
  }

  async channel(login: string, order: string, body: object = {}): Promise<void> {
    await got.post(`${this.#url}/channels/${login}/${order}`, { json: body });
  }

  async connections(order: string, body: object = {}): Promise<void> {
    await got.post(`${this.#url}/connections/${order}`, { json: body });
  }

  async nextAnswers(kind: FaultKind, count: number): Promise<void> {
    await got.post(`${this.#url}/faults`, { json: { kind, count } });
  }

  async storm(kind: FaultKind, forMs: number): Promise<void> {
    await got.post(`${this.#url}/faults/storm`, { json: { kind, forMs } });
  }

  async oddStreams(share: number): Promise<void> {
    await got.post(`${this.#url}/streams/odd`, { json: { share } });
  }

  async revokeTokens(): Promise<void> {
    await got.post(`${this.#url}/tokens/revoke`, { json: { refreshTokens: false } });
  }

  attendance(): Promise<Record<string, RoomAccount>> {
    return got(`${this.#url}/attendance`).json();
  }

  async deliveredIds(): Promise<string[]> {
    return (await got(`${this.#url}/ids`).text()).split('\n').filter(Boolean);
  }

  async refusedLogins(): Promise<number> {
    return (await got(`${this.#url}/truth`).json<{ refusedLogins: number }>()).refusedLogins;
  }

  accounts(): Promise<Record<string, AccountCounts & { rooms: string[] }>> {
    return got(`${this.#url}/accounts`).json();
  }

  async logInBrowser(login: string): Promise<void> {
    await got.post(`${this.#url}/browser`, { json: { login } });
  }

  async registerRedirects(redirectUris: string[]): Promise<void> {
    await got.post(`${this.#url}/application`, { json: { redirectUris } });
  }

  async beQuiet(): Promise<void> {
    await got.post(`${this.#url}/quiet`);
  }

  async resume(): Promise<void> {
    await got.post(`${this.#url}/resume`);
  }

  breaches(): Promise<Breach[]> {
    return got(`${this.#url}/breaches`).json();
  }

  streams(top: number): Promise<SimulatedStream[]> {
    return got(`${this.#url}/streams?top=${top}`).json();
  }

  /** How many of our connections are in each room. */
  async connectionsByRoom(): Promise<Record<string, number>> {
    return (await got(`${this.#url}/truth`).json<{ joined: Record<string, number> }>()).joined;
  }

  /** The rooms with one of our connections. */
  async joined(): Promise<string[]> {
    return Object.entries(await this.connectionsByRoom()).flatMap(([login, count]) => (count > 0 ? [login] : []));
  }
}
