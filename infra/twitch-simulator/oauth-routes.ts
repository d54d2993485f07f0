import type { FastifyInstance, FastifyReply } from 'fastify';
import { one } from './queries.ts';
import type { Query } from './queries.ts';
import type { IssuedToken, TokenBook } from './tokens.ts';

/** Twitch's authorization server: codes, tokens, refresh, validation and revocation. The user in the browser consents at once. */
export function oauthRoutes(tokens: TokenBook) {
  return async function register(app: FastifyInstance): Promise<void> {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    });

    app.get('/authorize', async (request, reply) => {
      const query = request.query as Query;
      const redirectUri = one(query, 'redirect_uri') ?? '';
      if (one(query, 'client_id') !== tokens.clientId) return refuse(reply, 400, 'invalid client');
      if (one(query, 'response_type') !== 'code') return refuse(reply, 400, 'invalid response type');
      if (!URL.canParse(redirectUri)) return refuse(reply, 400, 'Parameter redirect_uri does not match registered URI');
      const scopes = (one(query, 'scope') ?? '').split(' ').filter(Boolean);
      const state = one(query, 'state');
      const other = tokens.otherRedirectUri(redirectUri);
      const target = new URL(other ?? redirectUri);
      if (other === undefined) {
        target.searchParams.set('code', tokens.issueCode(redirectUri, scopes));
        target.searchParams.set('scope', scopes.join(' '));
      } else {
        target.searchParams.set('error', 'redirect_mismatch');
        target.searchParams.set('error_description', 'Parameter redirect_uri does not match registered URI');
      }
      if (state !== undefined) target.searchParams.set('state', state);
      return reply.redirect(target.href, 302);
    });

    app.post('/token', async (request, reply) => {
      const given = { ...(request.query as Query), ...(request.body as Query | undefined) };
      if (one(given, 'client_id') === undefined) return refuse(reply, 400, 'missing client id');
      if (one(given, 'client_id') !== tokens.clientId) return refuse(reply, 400, 'invalid client');
      if (one(given, 'client_secret') !== tokens.clientSecret) return refuse(reply, 403, 'invalid client secret');
      switch (one(given, 'grant_type') ?? '') {
        case 'client_credentials':
          return tokenShape(tokens.issueApp());
        case 'authorization_code': {
          const issued = tokens.redeemCode(one(given, 'code') ?? '', one(given, 'redirect_uri') ?? '');
          return issued === undefined ? refuse(reply, 400, 'Invalid authorization code') : tokenShape(issued);
        }
        case 'refresh_token': {
          const issued = tokens.refresh(one(given, 'refresh_token') ?? '');
          return issued === undefined ? refuse(reply, 400, 'Invalid refresh token') : tokenShape(issued);
        }
        default:
          return refuse(reply, 400, 'invalid grant type');
      }
    });

    app.get('/validate', async (request, reply) => {
      const accessToken = /^(?:OAuth|Bearer) (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const found = tokens.look(accessToken);
      if (found === undefined) return reply.code(401).send({ status: 401, message: 'invalid access token' });
      const user = found.user === undefined ? {} : { login: found.user.login, user_id: found.user.id };
      return { client_id: tokens.clientId, scopes: found.scopes, expires_in: found.expiresInSeconds, ...user };
    });

    app.post('/revoke', async (request, reply) => {
      const given = { ...(request.query as Query), ...(request.body as Query | undefined) };
      if (one(given, 'client_id') !== tokens.clientId) return refuse(reply, 404, 'client does not exist');
      if (!tokens.revoke(one(given, 'token') ?? '')) return refuse(reply, 400, 'Invalid token');
      return reply.code(200).send();
    });
  };
}

function tokenShape(issued: IssuedToken): Record<string, unknown> {
  return {
    access_token: issued.accessToken,
    expires_in: issued.expiresInSeconds,
    ...(issued.refreshToken === undefined ? {} : { refresh_token: issued.refreshToken, scope: issued.scopes }),
    token_type: 'bearer',
  };
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  const error = status === 403 ? 'Forbidden' : status === 404 ? 'Not Found' : 'Bad Request';
  return reply.code(status).send({ error, status, message });
}
