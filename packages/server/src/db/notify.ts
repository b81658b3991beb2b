import type postgres from "postgres";
import { delay, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { readAddress } from "./address.ts";
import { driver } from "./driver.ts";
import type { Connection } from "./address.ts";
import { CONNECT_SECONDS_MAX } from "./pool.ts";

/** A LISTEN that survives restarts of the database. */
export interface Listener {
  /**
   * Monotonic time at which the last answered ping was sent, while connected: everything that was announced before
   * that moment has been handed on. `undefined` while nothing can be heard.
   */
  confirmedAt(): number | undefined;
  stop(): Promise<void>;
}

const PING_EVERY_MS = 1_000;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 2_000;
/** A black-holed connection answers nothing and closes nothing: it is given up after this long. */
const PING_TIMEOUT_MS = 4_000;

/**
 * Listens on a session of its own and pings it. postgres.js has `listen`, but it gives up for ever when the
 * database is down at the moment of its one attempt to subscribe again.
 */
export function listen(options: {
  readonly connection: Connection;
  readonly channels: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMessage: (channel: string, payload: string) => void;
  /** After every connect: what was announced before may have been missed. */
  readonly onReady: () => void;
}): Listener {
  const { connection, channels, clock, log } = options;
  const stopped = new AbortController();
  let confirmedAt: number | undefined;

  async function run(): Promise<void> {
    let pauseMs = RECONNECT_MS_MIN;
    while (!stopped.signal.aborted) {
      const heard = await session().catch((error: unknown) => {
        log.warn({ event: "listen.lost", error });
        return false;
      });
      confirmedAt = undefined;
      pauseMs = heard ? RECONNECT_MS_MIN : Math.min(pauseMs * 2, RECONNECT_MS_MAX);
      await delay(clock, pauseMs, stopped.signal);
    }
  }

  /** One connection, until it is lost; answers whether it was ever ready. */
  async function session(): Promise<boolean> {
    const over = new AbortController();
    const end = () => {
      confirmedAt = undefined;
      over.abort();
    };
    const sql = open(connection, { onMessage: options.onMessage, onClose: end });
    stopped.signal.addEventListener("abort", end);
    let isReady = false;
    try {
      for (const channel of channels) await answered(sql`listen ${sql(channel)}`);
      isReady = true;
      options.onReady();
      while (!over.signal.aborted) {
        const sentAt = clock.monotonic();
        await answered(sql`select 1`);
        if (!over.signal.aborted) confirmedAt = sentAt;
        await delay(clock, PING_EVERY_MS, over.signal);
      }
    } finally {
      stopped.signal.removeEventListener("abort", end);
      void sql.end({ timeout: 0 });
    }
    return isReady;
  }

  function answered(query: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(PING_TIMEOUT_MS, () => reject(new Error("no answer in time")));
      query.then(resolve, reject).finally(cancel);
    });
  }

  const running = run();
  return {
    confirmedAt: () => confirmedAt,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

function open(
  connection: Connection,
  on: { onMessage: (channel: string, payload: string) => void; onClose: () => void },
): postgres.Sql {
  const settings = {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: CONNECT_SECONDS_MAX,
    fetch_types: false,
    onnotice: () => {},
    onnotify: on.onMessage,
    onclose: on.onClose,
    connection: { application_name: "posthorn listen" },
  };
  const { url, address } = readAddress(connection);
  return driver(url, { ...settings, ...address });
}
