import { ParameterError } from '../activities/parameters/error.ts';
import { TwitchError } from '../activities/twitch/http.ts';
import { Refusal } from '../common/refusal.ts';

/** The result of `work`. @throws Refusal 69 if Twitch or the parameter store refuses or does not answer */
export async function orRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TwitchError || error instanceof ParameterError) throw new Refusal(69, error.message, error);
    throw error;
  }
}
