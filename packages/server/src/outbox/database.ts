import { createPool, type Pool, type Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { OUTBOX_ANSWER_MS_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { findOutboxVersion, OUTBOX_VERSION } from "../store/outbox-schema.ts";

/** Why the operator's database cannot be relayed from; the message is for people and holds no secret. */
export class OutboxFailure extends Error {
  override readonly name = "OutboxFailure";
}

/** The operator's database, as a relay uses it. */
export interface OutboxDatabase {
  /** Runs statements there; whatever fails, or takes too long, is thrown as an `OutboxFailure`. */
  ask<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** One session for the rows, one so that counting them does not wait. */
const SESSIONS = 2;
const STATEMENT_MS_MAX = 15_000;

/** Opens when it is first asked, and anew after every failure: what hangs is left behind. */
export function openOutboxDatabase(options: {
  readonly url: string;
  readonly clock: Clock;
}): OutboxDatabase {
  const { url, clock } = options;
  let pool: Pool | undefined;

  async function open(): Promise<Pool> {
    const opened = createPool(url, {
      max: SESSIONS,
      applicationName: "posthorn outbox",
      engine: true,
      statementTimeoutMs: STATEMENT_MS_MAX,
    });
    pool = opened;
    requireVersion(await findOutboxVersion(opened));
    return opened;
  }

  /** A black-holed connection answers nothing and closes nothing. */
  function inTime<Result>(answer: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new OutboxFailure("The database does not answer."));
      const cancel = clock.after(OUTBOX_ANSWER_MS_MAX, late);
      answer.then(resolve, reject).finally(cancel);
    });
  }

  return {
    async ask(work) {
      try {
        return await inTime(pool ? work(pool) : open().then(work));
      } catch (error) {
        void pool?.end({ timeout: 0 });
        pool = undefined;
        throw explain(error);
      }
    },
    async close() {
      await pool?.end({ timeout: 5 });
    },
  };
}

function requireVersion(version: number | undefined): void {
  if (version === OUTBOX_VERSION) return;
  if (version === undefined) throw new OutboxFailure(NOT_INSTALLED);
  throw new OutboxFailure(
    version < OUTBOX_VERSION
      ? "The outbox there is older than this Posthorn: run `posthorn outbox install` again."
      : "The outbox there belongs to a newer Posthorn; this node must be upgraded.",
  );
}

const NOT_INSTALLED =
  "No outbox is installed in this database: run `posthorn outbox install --database-url …`.";

function explain(error: unknown): OutboxFailure {
  if (error instanceof OutboxFailure) return error;
  const reason = error instanceof Error ? error.message || codeOf(error) : String(error);
  // 3F000 and 42P01: the schema or a table is missing.
  if (/^(3F000|42P01)$/.test(codeOf(error)))
    return new OutboxFailure(NOT_INSTALLED, { cause: error });
  if (codeOf(error) === "42501") {
    const message = `The role of the relay lacks a right (${reason}): run \`posthorn outbox install --relay-role …\`.`;
    return new OutboxFailure(message, { cause: error });
  }
  const kind = databaseFailure(error) === undefined ? "refused" : "cannot be reached";
  return new OutboxFailure(`The database ${kind}: ${reason}`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
