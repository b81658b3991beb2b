/** Kills a receiver again and again while events are sent to it, and says what has become of the events. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { signTestEvent } from "@posthorn/sdk/webhooks";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { createDatabase, type TestConnection } from "./database.ts";
import { eventually } from "./eventually.ts";

export interface KillReport {
  /** Ids of events that were answered 200. */
  readonly acknowledged: readonly string[];
  /** How often the handler has left its row, by event id. */
  readonly handled: ReadonlyMap<string, number>;
  /** How often handling has begun by the inbox, by event id. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly statuses: ReadonlySet<string>;
}

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const PROGRAM = fileURLToPath(new URL("./inbox-receiver.ts", import.meta.url));
const SENDERS = 8;
const SETTLED_MS_MAX = 60_000;

/** `acksBetween` says after how many acknowledged events of one life the process is killed. */
export async function killReceivers(kills: number, acksBetween: () => number): Promise<KillReport> {
  const database = await createDatabase("nothing");
  const sender = new Sender();
  const sending = sender.run();
  for (let kill = 0; kill < kills; kill++) {
    const { url, end } = await startReceiver(database.connection);
    await sender.sendTo(url, acksBetween());
    await end("SIGKILL");
  }
  const last = await startReceiver(database.connection);
  await sender.sendTo(last.url, acksBetween());
  sender.stop();
  await sending;
  const sql = createPool(database.connection, { max: 1, applicationName: "test kills" });
  try {
    const rows = await eventually(
      "all events are handled",
      async () => {
        const found = await sql<{ id: string; status: string; attempts: number; runs: string }[]>`
          select event_id as id, status, attempts, count(handled.event_id) as runs
          from public.posthorn_inbox left join public.handled using (event_id)
          group by event_id, status, attempts`;
        return found.every(({ status }) => status === "done") ? found : undefined;
      },
      SETTLED_MS_MAX,
    );
    return {
      acknowledged: sender.acknowledged,
      handled: new Map(rows.map(({ id, runs }) => [id, Number(runs)])),
      attempts: new Map(rows.map(({ id, attempts }) => [id, attempts])),
      statuses: new Set(rows.map(({ status }) => status)),
    };
  } finally {
    await last.end("SIGTERM");
    await sql.end({ timeout: 5 });
    await database.close();
  }
}

async function startReceiver(connection: TestConnection) {
  const env = { ...process.env, CONNECTION: JSON.stringify(connection), SECRET };
  const child = spawn(process.execPath, ["--conditions=source", PROGRAM], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  return {
    url: String(url),
    async end(signal: "SIGKILL" | "SIGTERM") {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

/** Sends one event after the other from several senders, each until it is answered 200, as a real sender does. */
class Sender {
  readonly acknowledged: string[] = [];
  #url: string | undefined;
  #number = 0;
  #isStopped = false;
  #wanted = Number.POSITIVE_INFINITY;
  #changed = Promise.withResolvers<void>();
  #reached = Promise.withResolvers<void>();

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: SENDERS }, () => this.#sendMany()));
  }

  /** Resolves when so many more events are acknowledged; the others are on their way then. */
  async sendTo(url: string, acks: number): Promise<void> {
    this.#wanted = this.acknowledged.length + acks;
    this.#reached = Promise.withResolvers();
    this.#url = url;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    await this.#reached.promise;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #sendMany(): Promise<void> {
    while (!this.#isStopped) {
      const id = `evt_${this.#number++}`;
      const request = { format: "fanfare/guide", secret: SECRET, type: "order.paid", id } as const;
      while (!(await this.#send(signTestEvent(request)))) continue;
      this.acknowledged.push(id);
      if (this.acknowledged.length >= this.#wanted) this.#reached.resolve();
    }
  }

  /** A process that is gone is not asked again: the next one has another address. */
  async #send(request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }) {
    const [url, changed] = [this.#url, this.#changed.promise];
    try {
      if (url !== undefined) {
        const response = await fetch(url, { method: "POST", ...request });
        await response.arrayBuffer();
        return response.status === 200;
      }
    } catch {
      // It was killed in the middle: nobody knows whether the event was stored.
    }
    await changed;
    return false;
  }
}
