import { ParameterError } from '../parameters/error.ts';
import type { Parameters } from '../parameters/client.ts';
import { peopleOf, readOptOut } from './list.ts';
import type { People } from './redact-line.ts';

/**
 * Reads whose lines must not be stored; undefined if there is nobody. While the store is away, the last answer counts: nobody can change the
 * list then. Before the first answer it throws, because a line that is stored by mistake would have to be erased again.
 */
export function createForgottenReader(parameters: Parameters): () => Promise<People | undefined> {
  let known: { people: People | undefined } | undefined;
  return async () => {
    try {
      const forgotten = (await readOptOut(parameters)).entries.filter((entry) => entry.forgotten);
      known = { people: forgotten.length === 0 ? undefined : peopleOf(forgotten) };
    } catch (error) {
      if (known === undefined || !(error instanceof ParameterError) || error.kind !== 'unavailable') throw error;
    }
    return known.people;
  };
}
