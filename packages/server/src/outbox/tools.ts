import { checkServer } from "../db/check-server.ts";
import { createPool, type Pool } from "../db/pool.ts";
import { formatId, parseId } from "../domain/id.ts";
import { OUTBOX_DEAD_LISTED_MAX, OUTBOX_ROWS_COUNTED_MAX } from "../limits.ts";
import {
  listDeadRows,
  measureOutbox,
  reviveDeadRows,
  type OutboxLoad,
} from "../store/outbox-rows.ts";
import {
  findOutboxVersion,
  installOutbox,
  OUTBOX_VERSION,
  readServerEncoding,
  uninstallOutbox,
  type OutboxRoles,
} from "../store/outbox-schema.ts";
import { OutboxFailure } from "./database.ts";

/** What the command line does with the operator's own database; each call connects and leaves again. */
export interface OutboxTools {
  /** Answers the installed version. Run again, it changes nothing but adds rights. */
  install(roles: OutboxRoles): Promise<number>;
  /** Takes the rows along; answers how many waited, and does nothing when some did and `isForced` is false. */
  uninstall(isForced: boolean): Promise<number>;
  /** Null when there is no outbox. */
  inspect(): Promise<(OutboxLoad & { readonly version: number }) | null>;
  listDead(): Promise<readonly DeadRowView[]>;
  /** Lets one dead row wait again, by its event id, or all of them; answers how many. */
  revive(eventId: string | null): Promise<number>;
}

export interface DeadRowView {
  readonly id: string;
  readonly type: string;
  readonly organization: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly diedAt: string;
}

export function openOutboxTools(url: string): OutboxTools {
  return {
    install: (roles) => connected(url, (pool) => install(pool, url, roles)),
    uninstall: (isForced) =>
      connected(url, async (pool) => {
        const found = await inspect(pool);
        const waiting = found?.waitingRows ?? 0;
        if (waiting === 0 || isForced) await uninstallOutbox(pool);
        return waiting;
      }),
    inspect: () => connected(url, inspect),
    listDead: () =>
      connected(url, async (pool) => {
        await requireInstalled(pool);
        const rows = await listDeadRows(pool, OUTBOX_DEAD_LISTED_MAX);
        return rows.map(({ id, diedAt, ...row }) => ({
          id: formatId("evt", id),
          ...row,
          diedAt: diedAt.toISOString(),
        }));
      }),
    revive: (eventId) =>
      connected(url, async (pool) => {
        await requireInstalled(pool);
        const id = eventId === null ? null : parseId("evt", eventId);
        return id === undefined ? 0 : reviveDeadRows(pool, id);
      }),
  };
}

async function connected<Result>(
  url: string,
  work: (pool: Pool) => Promise<Result>,
): Promise<Result> {
  const pool = createPool(url, { max: 1, applicationName: "posthorn outbox tools" });
  try {
    return await work(pool);
  } finally {
    await pool.end({ timeout: 5 });
  }
}

async function install(pool: Pool, url: string, roles: OutboxRoles): Promise<number> {
  await checkServer(url);
  // The server would hand out its bytes as they are, and nobody could say which text they are.
  if ((await readServerEncoding(pool)) === "SQL_ASCII") {
    throw new OutboxFailure("The database has the encoding SQL_ASCII; an outbox needs UTF8.");
  }
  const installed = await findOutboxVersion(pool);
  if (installed !== undefined && installed > OUTBOX_VERSION) {
    throw new OutboxFailure("The outbox there belongs to a newer Posthorn; nothing was changed.");
  }
  await installOutbox(pool, roles);
  return OUTBOX_VERSION;
}

async function inspect(pool: Pool) {
  const version = await findOutboxVersion(pool);
  if (version === undefined) return null;
  return { version, ...(await measureOutbox(pool, OUTBOX_ROWS_COUNTED_MAX)) };
}

async function requireInstalled(pool: Pool): Promise<void> {
  if ((await findOutboxVersion(pool)) === undefined) {
    throw new OutboxFailure("There is no outbox in this database.");
  }
}
