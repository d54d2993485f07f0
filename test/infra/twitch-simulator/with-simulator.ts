import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator, TwitchSimulatorOptions } from '../../../infra/twitch-simulator/index.ts';

export interface Truth {
  sent: number;
  distinctIds: number;
  broken: number;
  perChannel: Record<string, { sent: number; distinctIds: number }>;
  connections: number;
  joined: Record<string, number>;
  quiet: boolean;
}

/** Runs `work` with its own simulator, in a steady world by default, and stops it afterwards. */
export async function withSimulator(
  options: Partial<TwitchSimulatorOptions>,
  work: (simulator: TwitchSimulator) => Promise<void>,
): Promise<void> {
  const simulator = await startTwitchSimulator({ seed: 7, steady: true, ...options });
  try {
    await work(simulator);
  } finally {
    await simulator.stop();
  }
}

export async function readTruth({ controlUrl }: TwitchSimulator): Promise<Truth> {
  return (await (await fetch(`${controlUrl}/truth`)).json()) as Truth;
}

/** The distinct delivered message ids of one channel or all. */
export async function readIds({ controlUrl }: TwitchSimulator, channelLogin?: string): Promise<string[]> {
  const query = channelLogin === undefined ? '' : `?channel=${channelLogin}`;
  return (await (await fetch(`${controlUrl}/ids${query}`)).text()).split('\n').filter(Boolean);
}

export async function order({ controlUrl }: TwitchSimulator, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${controlUrl}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Expected ${path} to succeed, got ${response.status}: ${await response.text()}`);
  return response.json();
}

export async function postForm(url: string, form: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form) });
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string[];
}

/** Logs another user in in the browser, and in the application. */
export async function logInAs(simulator: TwitchSimulator, login: string): Promise<Tokens> {
  await order(simulator, '/browser', { login });
  return logIn(simulator);
}

/** Performs consent and code exchange like a browser and an application. */
export async function logIn(simulator: TwitchSimulator, scope = 'chat:read'): Promise<Tokens> {
  const { idUrl, clientId: client_id, clientSecret: client_secret } = simulator;
  const redirect_uri = 'http://localhost:3000/done';
  const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope, state: 's-1' });
  const consent = await fetch(`${idUrl}/authorize?${query.toString()}`, { redirect: 'manual' });
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const form = { client_id, client_secret, code, grant_type: 'authorization_code', redirect_uri };
  return (await (await postForm(`${idUrl}/token`, form)).json()) as Tokens;
}

export async function appToken({ idUrl, clientId, clientSecret }: TwitchSimulator): Promise<string> {
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
  return ((await (await postForm(`${idUrl}/token`, form)).json()) as Tokens).access_token;
}
