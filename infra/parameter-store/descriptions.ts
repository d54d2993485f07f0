import type { ParameterRules } from './rule.ts';

/* Descriptions of the routes for /docs. */

const fault = {
  type: 'object',
  properties: {
    error: { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } } },
  },
} as const;

const answer = (description: string) => ({ description, ...fault });
const params = {
  type: 'object',
  properties: { '*': { type: 'string', description: 'The path, such as `config/pipeline`' } },
} as const;
const TAGS = ['parameters'];
const SECURITY = [{ key: [] }];
const etag = { ETag: { type: 'string', description: 'The version of the value' } };
const conditions = {
  type: 'object',
  properties: {
    'if-match': { type: 'string', description: 'Write only if the current version has this ETag' },
    'if-none-match': { type: 'string', description: '`*`: write only if there is no value yet' },
  },
} as const;

export const list = {
  tags: TAGS,
  security: SECURITY,
  summary: 'List the paths with a prefix',
  querystring: { type: 'object', properties: { prefix: { description: 'Default: all paths' } } },
  response: {
    200: {
      description: 'The paths, sorted',
      type: 'object',
      properties: { paths: { type: 'array', items: { type: 'string' } } },
    },
    400: answer('No path can have this prefix'),
    401: answer('No key, or a wrong one'),
    429: answer('Too many requests; Retry-After has the seconds to wait'),
  },
};

export const get = {
  tags: TAGS,
  security: SECURITY,
  params,
  summary: 'Read a value',
  response: {
    200: { description: 'The JSON as it was written', headers: etag },
    304: { description: 'The version in If-None-Match is current', type: 'null' },
    400: answer('Not a valid path'),
    401: answer('No key, or a wrong one'),
    429: answer('Too many requests; Retry-After has the seconds to wait'),
    404: answer('No value at this path'),
    409: answer('A part of the path is a symbolic link'),
    500: answer('The file is damaged, or the disk fails'),
  },
};

/** @param rules the rules for the values of some paths */
export const put = (rules: ParameterRules) => ({
  tags: TAGS,
  security: SECURITY,
  params,
  headers: conditions,
  summary: 'Write a whole value',
  description: ['Any JSON up to 4 MiB. Below `secrets/` it is encrypted at rest.', ...ruleTexts(rules)].join('\n\n'),
  consumes: ['application/json'],
  response: {
    200: { description: 'Replaced', headers: etag, type: 'object', properties: { etag: { type: 'string' } } },
    201: { description: 'Created', headers: etag, type: 'object', properties: { etag: { type: 'string' } } },
    400: answer('Not a valid path, not JSON, or not a valid value for this path'),
    401: answer('No key, or a wrong one'),
    429: answer('Too many requests; Retry-After has the seconds to wait'),
    409: answer('A part of the path is a symbolic link'),
    412: answer('The condition is false; nothing was written'),
    413: answer('More than 4 MiB'),
    415: answer('Another content type than application/json'),
    507: answer('The disk is full; nothing was written'),
  },
});

function ruleTexts(rules: ParameterRules): string[] {
  return [...rules].map(
    ([path, rule]) => `### ${path}\n\n${rule.description}\nThe schema is \`${schemaName(path)}\` below.`,
  );
}

/** The name of a path's schema. OpenAPI allows no slash in it. */
export function schemaName(path: string): string {
  return path.replaceAll('/', '.');
}

export const remove = {
  tags: TAGS,
  security: SECURITY,
  params,
  headers: conditions,
  summary: 'Delete a value',
  response: {
    204: { description: 'Deleted', type: 'null' },
    400: answer('Not a valid path'),
    401: answer('No key, or a wrong one'),
    429: answer('Too many requests; Retry-After has the seconds to wait'),
    404: answer('No value at this path'),
    412: answer('The condition is false; nothing was deleted'),
  },
};

export const health = {
  tags: ['health'],
  summary: 'Whether the store can write to its directory',
  response: {
    200: { description: 'Yes', type: 'object', properties: { status: { type: 'string' } } },
    503: answer('No'),
  },
};
