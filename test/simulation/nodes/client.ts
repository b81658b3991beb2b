/** What the product takes for a pool of connections to PostgreSQL. */
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import type { Runner } from "./effects.ts";
import type { Transaction } from "./memory.ts";
import type { ListeningSession, Network } from "./network.ts";
import type { SimulatedProcess } from "./process.ts";
import { finish } from "./statements.ts";

/** What a process that has died hears. Each time another one: one for all would keep whoever waited for it. */
export const never = () => new Promise<never>(() => {});

type Body = (tx: unknown) => Promise<unknown>;

export function openClient(network: Network, process: SimulatedProcess, max: number): Pool {
  const turns = new Turns(max);

  async function begin(body: Body): Promise<unknown> {
    if (!process.reaches()) return never();
    const giveBack = await turns.take();
    try {
      return await transact(network, process, body);
    } finally {
      giveBack();
    }
  }

  const client = runner(network, async (name, rest) => {
    if (!process.reaches()) return never();
    const giveBack = await turns.take();
    try {
      return await network.autocommit(process, name, rest);
    } finally {
      giveBack();
    }
  });
  // Proof: the product asks a pool for nothing but this.
  return Object.assign(client, { begin, end: async () => {} }) as unknown as Pool;
}

async function transact(network: Network, process: SimulatedProcess, body: Body): Promise<unknown> {
  let tx: Transaction | undefined;
  // A connection that is lost takes its transaction with it, also when the answer to `begin` never came.
  const opened = network.request(process, () => (tx = network.begin(process)));
  process.onDeath(() => tx && network.rollback(tx));
  try {
    const open = await opened;
    const inner = runner(network, (name, rest) => {
      if (!process.reaches()) return never();
      return network.request(process, () => {
        network.touch(open);
        return finish(network.statementOf(name)(open, ...rest), open);
      });
    });
    const result = await body(inner);
    if (!process.reaches()) return await never();
    await network.request(process, () => {
      network.touch(open);
      network.commit(open);
    });
    return result;
  } catch (error) {
    const lost = tx;
    if (lost) network.scheduler.after(1, undefined, () => network.rollback(lost));
    throw error;
  }
}

/** Statements that nobody simulates are never answered: what they belong to then does nothing, and is named. */
function runner(network: Network, runStatement: Runner["runStatement"]): Runner {
  const unknown = (text: unknown) => {
    const [first] = Array.isArray(text) ? text : [text];
    network.unknown.add(String(first).trim().slice(0, 60));
    return never();
  };
  return Object.assign(unknown, { runStatement, unsafe: unknown });
}

/** As many at once as there are connections, in the order in which they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(max: number) {
    this.#free = max;
  }

  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}

/** A session that listens, as `db/notify.ts` opens one: it says `listen`, and `select 1` again and again. */
export function openListeningClient(
  network: Network,
  process: SimulatedProcess,
  on: { onnotify(channel: string, payload: string): void; onclose(): void },
): unknown {
  const session: ListeningSession = {
    process,
    channels: new Set(),
    hear: ({ channel, payload }) => on.onnotify(channel, payload),
    close: () => on.onclose(),
    isOpen: true,
    arrivedAt: 0,
  };
  network.listen(session);
  const query = (text: unknown, ...values: string[]): unknown => {
    // Called with a name it quotes; called with a template it asks.
    if (typeof text === "string") return text;
    if (!process.reaches()) return never();
    const [channel] = values;
    return network.ask(session, () => void (channel && session.channels.add(channel)));
  };
  return Object.assign(query, {
    end: async () => {
      session.isOpen = false;
    },
  });
}
