import assert from 'node:assert/strict';
import { subtract } from '../../day/spans.ts';
import { Random } from '../../simulation/random.ts';
import { withViews, ZERO_MS } from './coverage-views.ts';
import type { Fill, ViewsOverTables } from './coverage-views.ts';
import { gapSpans, listenedSpans } from './reference.ts';
import type { CoverageRecord } from './reference.ts';

const MS = `epoch_ms(began_at) - ${ZERO_MS}, epoch_ms(ended_at) - ${ZERO_MS}`;

type Gap = [fromS: number, toS: number | null, reason: string];

/** `join 5 a`: a record at second 5 of the run `a`. The rest is the reason. */
function records(...lines: string[]): CoverageRecord[] {
  return lines.flatMap((line) => {
    const [kind = '', time = '', collector = '', ...reason] = line.split(' ');
    if (kind === 'tallies') {
      const [from = 0, to = 0] = time.split('-').map(Number);
      return Array.from({ length: (to - from) / 10 }, (_, index): CoverageRecord => {
        return { kind: 'tally', collector, channelLogin: null, atMs: (from + index * 10) * 1000 };
      });
    }
    const why = reason.length > 0 ? { reason: reason.join(' ') } : {};
    return [
      { kind: kind as CoverageRecord['kind'], collector, channelLogin: 'haru', atMs: Number(time) * 1000, ...why },
    ];
  });
}

/** Each rule of docs/tables.md, by hand. `tallies 0-600 a`: the run `a` reported all windows from second 0 to 600. */
const CASES: { rule: string; given: CoverageRecord[]; gaps: Gap[] }[] = [
  {
    rule: 'none while a run listens, also past its last tally while it still reports',
    given: records('tallies 0-600 a', 'join 5 a'),
    gaps: [],
  },
  {
    rule: 'one from a loss to the next join',
    given: records('tallies 0-600 a', 'join 5 a', 'loss 100 a connection lost', 'join 130 a'),
    gaps: [[100, 130, 'connection lost']],
  },
  {
    rule: 'none after an end on purpose',
    given: records('tallies 0-600 a', 'join 5 a', 'end 100 a the stream ended', 'join 300 a', 'end 400 a CANCELLED'),
    gaps: [],
  },
  {
    rule: 'none between an end without a reason and the next join',
    given: records('tallies 0-600 a', 'join 5 a', 'end 100 a', 'join 300 a'),
    gaps: [],
  },
  {
    rule: 'one from a loss to the end',
    given: records('tallies 0-600 a', 'join 5 a', 'loss 100 a msg_banned', 'end 130 a CANCELLED'),
    gaps: [[100, 130, 'msg_banned']],
  },
  {
    rule: 'one from a loss without a join: the channel was wanted from then on',
    given: records('tallies 0-600 a', 'loss 20 a msg_channel_suspended'),
    gaps: [[20, null, 'msg_channel_suspended']],
  },
  {
    rule: 'one, with the first reason, for several losses in a row',
    given: records('tallies 0-600 a', 'loss 20 a it was not joined yet', 'loss 50 a msg_banned', 'join 90 a'),
    gaps: [[20, 90, 'it was not joined yet']],
  },
  {
    rule: 'one from the last tally and ten seconds of a run that crashed, to the join of the next',
    given: records('tallies 0-100 a', 'join 5 a', 'tallies 300-600 b', 'join 310 b'),
    gaps: [[100, 310, 'the collector stopped reporting']],
  },
  {
    rule: 'one that lasts if nobody joins after a crash',
    given: records('tallies 0-100 a', 'join 5 a', 'tallies 0-600 b'),
    gaps: [[100, null, 'the collector stopped reporting']],
  },
  {
    rule: 'one from the last tally if a run reports a loss and crashes before its lines are acknowledged',
    given: records('tallies 0-100 a', 'join 5 a', 'loss 130 a connection lost', 'tallies 0-600 b', 'join 200 b'),
    gaps: [[100, 200, 'the collector stopped reporting']],
  },
  {
    rule: 'one from a join that no tally follows',
    given: records('join 5 a', 'tallies 0-600 b', 'join 200 b'),
    gaps: [[5, 200, 'the collector stopped reporting']],
  },
  {
    rule: 'none while another collector listens',
    given: records(
      'tallies 0-600 a',
      'join 5 a',
      'loss 100 a',
      'join 200 a',
      'tallies 0-600 b',
      'join 90 b',
      'loss 210 b',
    ),
    gaps: [],
  },
  {
    rule: 'the part in which no collector listened',
    given: records(
      'tallies 0-600 a',
      'join 5 a',
      'loss 100 a connection lost',
      'join 200 a',
      'tallies 0-600 b',
      'join 50 b',
      'loss 150 b connection silent',
      'join 180 b',
    ),
    gaps: [[150, 180, 'connection silent']],
  },
  {
    rule: 'one while a stopped collector is replaced: the channel was still wanted',
    given: records('tallies 0-100 a', 'join 5 a', 'end 90 a WORKER_SHUTDOWN', 'tallies 100-600 b', 'join 120 b'),
    gaps: [[90, 120, 'WORKER_SHUTDOWN']],
  },
  {
    rule: 'one that ends with the stream, if another run reports that',
    given: records(
      'tallies 0-100 a',
      'join 5 a',
      'tallies 0-600 b',
      'join 5 b',
      'loss 150 b lost',
      'end 200 b the stream ended',
    ),
    gaps: [[150, 200, 'lost']],
  },
  {
    rule: 'one that lasts while a run that reports still wants the channel, though another has ended it',
    given: records('tallies 0-600 a', 'loss 20 a msg_banned', 'tallies 0-600 b', 'join 30 b', 'end 100 b CANCELLED'),
    gaps: [
      [20, 30, 'msg_banned'],
      [100, null, 'CANCELLED'],
    ],
  },
  {
    rule: 'none for two joins in a row, and none for two ends',
    given: records('tallies 0-600 a', 'join 5 a', 'join 50 a', 'end 100 a', 'end 110 a'),
    gaps: [],
  },
  {
    rule: 'none of length zero, where a loss and a join have the same time',
    given: records('tallies 0-600 a', 'join 5 a', 'loss 100 a', 'tallies 0-600 b', 'join 100 b'),
    gaps: [],
  },
  { rule: 'none without records', given: [], gaps: [] },
  { rule: 'none with tallies alone', given: records('tallies 0-600 a'), gaps: [] },
];

async function gapsOf(views: ViewsOverTables): Promise<Gap[]> {
  const rows = await views.run(`SELECT ${MS}, reason FROM gaps ORDER BY began_at`);
  return rows.map(([from, to, reason]) => [
    Number(from) / 1000,
    to === null ? null : Number(to) / 1000,
    String(reason),
  ]);
}

describe('gaps', () => {
  for (const { rule, given, gaps } of CASES) {
    it(`has ${rule}`, () =>
      withViews(async (views) => {
        await views.fillCoverage(given);
        assert.deepEqual(await gapsOf(views), gaps);
      }));
  }

  it('keeps channels and renamed rooms apart', () =>
    withViews(async (views) => {
      const of = (login: string, ...lines: string[]) => records(...lines).map((it) => ({ ...it, channelLogin: login }));
      const tallies = records('tallies 0-600 a');
      await views.fillCoverage([
        ...tallies,
        ...of('haru', 'join 5 a', 'loss 100 a'),
        ...of('nabi', 'join 5 a', 'loss 50 a', 'join 60 a'),
      ]);
      const rows = await views.run(`SELECT channel_id, channel_login, ${MS} FROM gaps ORDER BY ALL`);
      assert.deepEqual(rows, [
        ['id-haru', 'haru', '100000', null],
        ['id-nabi', 'nabi', '50000', '60000'],
      ]);
    }));

  for (const [what, fills, parts] of [
    [
      'a part that was filled',
      [[20, 40]],
      [
        [10, 20, false],
        [20, 40, true],
        [40, 60, false],
      ],
    ],
    ['its whole', [[10, 60]], [[10, 60, true]]],
    ['its whole, by a fill that is longer', [[0, 90]], [[10, 60, true]]],
    [
      'its whole, by fills that overlap and touch',
      [
        [10, 30],
        [20, 40],
        [40, 70],
      ],
      [[10, 60, true]],
    ],
    [
      'nothing, by fills outside',
      [
        [0, 10],
        [60, 90],
      ],
      [[10, 60, false]],
    ],
    [
      'nothing, by a fill without length, or backwards',
      [
        [20, 20],
        [40, 30],
      ],
      [[10, 60, false]],
    ],
  ] as const) {
    it(`says of a gap what is filled: ${what}`, () =>
      withViews(async (views) => {
        const given = fills.map(([from, to]) => ({ channelLogin: 'haru', fromMs: from * 1000, toMs: to * 1000 }));
        const other = { channelLogin: 'nabi', fromMs: 0, toMs: 100_000 };
        await views.fillCoverage(records('tallies 0-600 a', 'join 5 a', 'loss 10 a lost', 'join 60 a'), [
          ...given,
          other,
        ]);
        const rows = await views.run(`SELECT ${MS}, is_filled, reason FROM gaps ORDER BY began_at`);
        assert.deepEqual(
          rows.map(([from, to, isFilled, reason]) => [Number(from) / 1000, Number(to) / 1000, isFilled, reason]),
          parts.map((part) => [...part, 'lost']),
        );
      }));
  }

  it('says of a gap that lasts what is filled', () =>
    withViews(async (views) => {
      const fill = { channelLogin: 'haru', fromMs: 5_000, toMs: 30_000 };
      await views.fillCoverage(records('tallies 0-600 a', 'join 5 a', 'loss 10 a lost'), [fill]);
      assert.deepEqual(await views.run(`SELECT ${MS}, is_filled FROM gaps ORDER BY began_at`), [
        ['10000', '30000', true],
        ['30000', null, false],
      ]);
    }));

  it('reads records with nothing in them', () =>
    withViews(async (views) => {
      await views.fillCoverage(records('tallies 0-600 a', 'join 5 a', 'loss 100 a', 'join 110 a'));
      await views.run(`INSERT INTO coverage VALUES
        (NULL, NULL, NULL, NULL, TIMESTAMPTZ '2026-11-25 12:00:30+00', NULL, NULL), ('join', NULL, NULL, NULL, TIMESTAMPTZ '2026-11-25 12:00:31+00', NULL, NULL),
        ('loss', NULL, NULL, NULL, TIMESTAMPTZ '2026-11-25 12:00:32+00', NULL, NULL), ('tally', NULL, NULL, NULL, TIMESTAMPTZ '2026-11-25 12:00:30+00', NULL, NULL),
        ('fill', NULL, NULL, NULL, TIMESTAMPTZ '2026-11-25 12:00:00+00', NULL, NULL), ('fill', NULL, NULL, NULL, NULL, NULL, 'infinity'),
        ('loss', 'a', NULL, 'nabi', 'infinity', 'never', NULL), ('constructor', 'a', '1', 'nabi', TIMESTAMPTZ '2026-11-25 12:00:30+00', NULL, NULL)`);
      const rows = await views.run(`SELECT channel_login, ${MS}, reason FROM gaps ORDER BY ALL`);
      assert.deepEqual(rows, [
        ['haru', '100000', '110000', 'the collector stopped reporting'],
        [null, '32000', null, 'the collector stopped reporting'],
      ]);
    }));
});

/** Records of up to three runs of two collectors over six minutes, in any order that could come. */
function randomRecords(random: Random): CoverageRecord[] {
  const found: CoverageRecord[] = [];
  for (const collector of ['a-1', 'a-2', 'b-1']) {
    if (random.chance(0.2)) continue;
    const from = random.below(20);
    const to = random.between(from, 36);
    for (let window = from; window < to; window += 1)
      if (random.chance(0.95)) found.push({ kind: 'tally', collector, channelLogin: null, atMs: window * 10_000 });
    for (const channelLogin of ['haru', 'nabi'])
      for (let left = random.below(6); left > 0; left -= 1) {
        const kind = random.pick(['join', 'join', 'loss', 'end'] as const);
        const reason = kind === 'end' && random.chance(0.5) ? 'WORKER_SHUTDOWN' : undefined;
        // Whole seconds, so that records often have the same time.
        found.push({ kind, collector, channelLogin, atMs: random.between(from * 10, 360) * 1000, reason });
      }
  }
  return found;
}

function randomFills(random: Random): Fill[] {
  return Array.from({ length: random.below(6) }, () => {
    const fromMs = random.below(360) * 1000;
    return { channelLogin: random.pick(['haru', 'nabi']), fromMs, toMs: fromMs + random.below(120) * 1000 };
  });
}

describe('listened and gaps, for random records', function () {
  this.timeout(120_000);

  it('are what the rule gives when it is applied run by run', () =>
    withViews(async (views) => {
      for (let seed = 1; seed <= 80; seed += 1) {
        // Copies have one row in coverage.
        const given = [
          ...new Map(
            randomRecords(new Random(seed)).map((it) => [
              JSON.stringify([it.kind, it.collector, it.channelLogin, it.atMs]),
              it,
            ]),
          ).values(),
        ];
        const fills = randomFills(new Random(1_000 + seed));
        await views.fillCoverage(given, fills);
        for (const login of ['haru', 'nabi']) {
          const spans = async (view: string, where = 'true') =>
            (
              await views.run(
                `SELECT ${MS} FROM ${view} WHERE channel_login = '${login}' AND ${where} ORDER BY began_at`,
              )
            ).map(([fromMs, toMs]) => ({ fromMs: Number(fromMs), toMs: toMs === null ? Infinity : Number(toMs) }));
          assert.deepEqual(await spans('listened'), listenedSpans(given, login), `listened, seed ${seed}, ${login}`);
          const gaps = gapSpans(given, login);
          const left = subtract(
            gaps,
            fills.filter(({ channelLogin }) => channelLogin === login),
          );
          assert.deepEqual(await spans('gaps', 'NOT is_filled'), left, `gaps, seed ${seed}, ${login}`);
          assert.deepEqual(await spans('gaps', 'is_filled'), subtract(gaps, left), `filled, seed ${seed}, ${login}`);
        }
      }
    }));
});
