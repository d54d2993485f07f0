import type { ReadTls, TlsTexts } from '../../common/tls-files.ts';
import { HdfsError } from './error.ts';

/** The NameNodes, and what they demand of a request. */
export interface HdfsAddress {
  /** All NameNodes, as in `http://host:9870`. The client finds the active one. */
  urls: readonly string[];
  /** Sent as `user.name`, unless there is a token. */
  user: string;
  /** Reads the delegation token for each request, because it is renewed. */
  readToken?: () => Promise<string>;
  /** Called when a server has refused this token: it has expired, or was cancelled. */
  refuseToken?: (token: string) => void;
  /** The files for `https` addresses. */
  readTls?: ReadTls;
}

/** One request to one NameNode. */
export interface Access extends Credentials {
  baseUrl: string;
  /** Limit for a whole answer of a NameNode, in milliseconds. */
  timeoutMs: number;
  /** How long data may stall, in milliseconds. */
  dataTimeoutMs: number;
}

export interface Credentials {
  /** The query parameters that say who asks. For NameNodes only: they redirect to an address with what the DataNode needs. */
  query: Readonly<Record<string, string>>;
  /** A text that no message may contain. */
  secret: string | undefined;
  tls: TlsTexts;
}

/** @throws HdfsError `unavailable`, because a token or certificate may be renewed just now */
export async function credentialsOf({ user, readToken, readTls }: HdfsAddress): Promise<Credentials> {
  try {
    const tls = readTls?.() ?? {};
    if (readToken === undefined) return { query: { 'user.name': user }, secret: undefined, tls };
    const token = await readToken();
    return { query: { delegation: token }, secret: token, tls };
  } catch (error) {
    throw new HdfsError('unavailable', (error as Error).message, { cause: error });
  }
}
