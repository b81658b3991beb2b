import type { Sql } from "../db/pool.ts";
import { isRefusedValue } from "../db/sqlstate.ts";
import type { Acceptor, PublishedEvent } from "../delivery/accept.ts";
import { ApiError } from "../errors.ts";
import { ACCEPT_BYTES_MAX, ACCEPT_EVENTS_MAX, EVENT_DATA_BYTES_MAX } from "../limits.ts";
import { AssertionError } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { listKnownEvents } from "../store/events.ts";
import {
  buryWaitingRows,
  deleteWaitingRows,
  readWaitingRows,
  type Burial,
  type WaitingRow,
} from "../store/outbox-rows.ts";
import type { OutboxDatabase } from "./database.ts";
import { judgeRow, type JudgeContext } from "./judge.ts";

export interface RoundOptions {
  /** Public id of the outbox, for the log. */
  readonly outbox: string;
  /** Our own database. */
  readonly sql: Sql;
  /** Keeps the order of what it is handed in. */
  readonly acceptor: Pick<Acceptor, "accept">;
  readonly judge: Omit<JudgeContext, "nowMs">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

/** A row that may become an event. */
interface Sound {
  readonly row: WaitingRow;
  readonly event: PublishedEvent;
}

interface Refused extends Sound {
  readonly error: unknown;
}

/**
 * Makes the rounds of one outbox: read what waits, accept it under its own ids, delete what arrived. A round that ends
 * anywhere is made again: the primary key of the events refuses what was there already. Each answers whether there was
 * anything, and throws what will pass or must be mended elsewhere.
 *
 * Order per key: rows of a key have the order of their commits, a round hands them in in that order, and nothing that
 * was handed in later is accepted when something before it failed. Two relays at once keep it too: neither gets to a
 * row before it has seen the ones before it accepted.
 */
export function createRounds(
  options: RoundOptions,
  database: OutboxDatabase,
): () => Promise<boolean> {
  const { outbox, log } = options;
  /** Rows that are still to be taken one by one, because one of them fails the batch that it is in. */
  let singly = 0;

  async function settleRefusals(refused: readonly Refused[]): Promise<Verdict> {
    const verdict = await judgeRefusals(options.sql, refused);
    if (verdict.singly) singly = refused.length;
    return verdict;
  }

  async function bury(burials: readonly Burial[]): Promise<void> {
    if (burials.length === 0) return;
    await database.ask((sql) => buryWaitingRows(sql, burials));
    for (const { reason, detail } of burials)
      log.warn({ event: "outbox.row_dead", outbox, reason, detail });
  }

  return async () => {
    const bounds = {
      rows: singly > 0 ? 1 : ACCEPT_EVENTS_MAX,
      bytes: ACCEPT_BYTES_MAX,
      dataBytes: EVENT_DATA_BYTES_MAX,
    };
    const rows = await database.ask((sql) => readWaitingRows(sql, bounds));
    if (rows.length === 0) return false;
    singly = Math.max(0, singly - 1);
    const { sound, burials } = await sortRows(options, rows);
    const { arrived, refused } = await acceptRows(options, sound);
    const verdict = refused.length > 0 ? await settleRefusals(refused) : NOTHING;
    const gone = [...arrived, ...verdict.arrived].map(({ row }) => row.sequence);
    if (gone.length > 0) await database.ask((sql) => deleteWaitingRows(sql, gone));
    await bury([...burials, ...verdict.burials]);
    if (verdict.failure !== undefined) throw verdict.failure;
    return true;
  };
}

async function sortRows(
  { judge, clock }: RoundOptions,
  rows: readonly WaitingRow[],
): Promise<{ sound: Sound[]; burials: Burial[] }> {
  const sound: Sound[] = [];
  const burials: Burial[] = [];
  const context = { ...judge, nowMs: clock.now() };
  const judgements = await Promise.all(rows.map((row) => judgeRow(row, context)));
  for (const [index, row] of rows.entries()) {
    const judgement = judgements[index];
    if (judgement?.ok) sound.push({ row, event: judgement.event });
    else if (judgement) burials.push({ sequence: row.sequence, ...judgement.problem });
  }
  return { sound, burials };
}

/** All in one turn of the event loop, so that they share a statement. */
async function acceptRows(
  { acceptor }: RoundOptions,
  sound: readonly Sound[],
): Promise<{ arrived: Sound[]; refused: Refused[] }> {
  const answers = await Promise.allSettled(
    sound.map(({ row, event }) => acceptor.accept(event, row.id)),
  );
  const refused = sound.flatMap((each, index) => {
    const answer = answers[index];
    return answer?.status === "rejected" ? [{ ...each, error: answer.reason }] : [];
  });
  return {
    arrived: sound.filter((_, index) => answers[index]?.status === "fulfilled"),
    refused,
  };
}

/** What becomes of rows that accept has refused. */
interface Verdict {
  /** Were there before. */
  readonly arrived: readonly Sound[];
  readonly burials: readonly Burial[];
  /** They failed together, and one by one it will show whose fault it is. */
  readonly singly?: boolean;
  /** Not the fault of a row. */
  readonly failure?: unknown;
}

const NOTHING: Verdict = { arrived: [], burials: [] };

async function judgeRefusals(sql: Sql, refused: readonly Refused[]): Promise<Verdict> {
  const foreign = refused.find(({ error }) => !isOfRow(error));
  if (foreign) return { ...NOTHING, failure: foreign.error };
  const ids = refused.map(({ row }) => row.id);
  const known = await listKnownEvents(sql, ids);
  const arrived = refused.filter(({ row }) => known.has(row.id));
  if (arrived.length > 0) return { ...NOTHING, arrived };
  const addressless = refused.filter(({ error }) => error instanceof ApiError);
  if (addressless.length > 0) return { ...NOTHING, burials: addressless.map(toBurial) };
  if (refused.length === 1) return { ...NOTHING, burials: refused.map(toBurial) };
  return { ...NOTHING, singly: true };
}

/** False for what passes by itself or must be mended elsewhere: then nothing is wrong with the row. */
function isOfRow(error: unknown): boolean {
  if (error instanceof ApiError) return error.code === "not_found";
  return isRefusedValue(error) || error instanceof AssertionError;
}

function toBurial({ row, error }: Refused): Burial {
  const reason = error instanceof ApiError ? error.code : "internal";
  const detail = error instanceof Error ? error.message : String(error);
  return { sequence: row.sequence, reason, detail };
}
