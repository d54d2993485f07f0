import assert from 'node:assert/strict';
import { pollNotes } from '../../cli/poll-notes.ts';
import type { PollFacts } from '../../cli/poll-notes.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const choice = { accounts: ['a'], places: 100, more: 'More.', notes: [], notLive: [], withoutPlace: [] };

const notesOf = (changes: Partial<PollFacts> = {}): string[] =>
  pollNotes(
    {
      list: { polledAt: '2026-11-25T11:59:00Z', choice },
      settings: { intervalMinutes: 1 },
      ...{ isPaused: false, pauseNote: '', troubles: [], isUnanswered: false },
      ...changes,
    },
    NOW,
  );

describe('pollNotes(facts, nowMs)', () => {
  it('says nothing if all is well', () => {
    assert.deepEqual(notesOf(), []);
  });

  it('says since when the list is stale, and why: paused, failing, or nothing polls', () => {
    const list = { polledAt: '2026-11-25T11:46:00Z', choice };
    assert.deepEqual(notesOf({ list }), [
      'The list is 14 min old, of 2026-11-25T11:46:00Z, and a poll is due every 1 min. Is the orchestrator running?',
    ]);
    assert.deepEqual(notesOf({ list, isPaused: true, pauseNote: 'new collectors' }), [
      "The poll is paused (new collectors). The list is 14 min old, of 2026-11-25T11:46:00Z. Continue with `temporal schedule toggle --unpause --schedule-id stream-poll --reason 'go on'`.",
    ]);
    assert.deepEqual(notesOf({ list, troubles: ['poll: Helix answers 401.'] }), [
      'The list is 14 min old, of 2026-11-25T11:46:00Z: the poll fails.',
      'poll: Helix answers 401.',
    ]);
    assert.deepEqual(notesOf({ list, settings: { intervalMinutes: 5 } }), []);
    assert.match(notesOf({ list: undefined }).join(), /^There is no list yet, and a poll is due every 1 min/);
    assert.match(notesOf({ isPaused: undefined }).join(), /^Temporal has no Schedule stream-poll/);
  });

  it('names what gives more rooms, accounts without a login, and anonymous reading', () => {
    const notes = ['No user is logged in for the account b. Run `chatlake login --account b`.'];
    const polledAt = '2026-11-25T12:00:00Z';
    assert.deepEqual(notesOf({ list: { polledAt, choice: { ...choice, notes, withoutPlace: ['x', 'y'] } } }), [
      ...notes,
      '2 listed channels are live without a room: there are 100. More.',
    ]);
    assert.deepEqual(notesOf({ list: { polledAt, choice: { ...choice, accounts: [] } } }), [
      'Chat is read anonymously, which Twitch does not document, in 100 rooms at most.',
    ]);
    assert.deepEqual(notesOf({ isUnanswered: true }), ['Chats run, but do not answer. Is the orchestrator running?']);
  });
});
