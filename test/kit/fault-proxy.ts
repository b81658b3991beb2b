/** A TCP proxy between a node and PostgreSQL that delays, swallows and cuts, for all sessions or for some. */
import net, { type AddressInfo } from "node:net";
import { once } from "node:events";

/** Chooses sessions by the name that the client gave when it connected (`application_name`). */
export type Choose = (name: string) => boolean;

export interface FaultProxy {
  readonly port: number;
  /** Every byte waits that long, in both directions. */
  delay(ms: number): void;
  /**
   * A black hole: chosen sessions get nothing through any more and are not told, new connections are taken and not
   * answered. What was open then stays dead after `restore`, as behind a router that has forgotten it.
   */
  swallow(choose?: Choose): void;
  /** New connections work again. */
  restore(): void;
  /** RST for the chosen sessions; answers how many. */
  cut(choose?: Choose): number;
  close(): Promise<void>;
}

interface Session {
  name: string;
  isDead: boolean;
  readonly client: net.Socket;
  readonly server: net.Socket;
}

/** After so long the server's own keepalive has found out, with the settings that our sessions ask for. */
const KEEPALIVE_MS = 25_000;
const everybody: Choose = () => true;

/** Starts the proxy on a free port of loopback, in front of PostgreSQL's socket file, or of a port of this machine. */
export async function startFaultProxy(target: string | number): Promise<FaultProxy> {
  const sessions = new Set<Session>();
  let delayMs = 0;
  let swallows: Choose | undefined;

  const listener = net.createServer({ noDelay: true }, (client) => {
    const server = new net.Socket();
    const session: Session = { name: "", isDead: false, client, server };
    sessions.add(session);
    client.once("data", (chunk: Buffer) => {
      session.name = applicationName(chunk);
      session.isDead ||= swallows?.(session.name) ?? false;
      // The server never hears of a session that begins in a black hole.
      if (session.isDead) return;
      server.connect(typeof target === "string" ? { path: target } : { port: target });
    });
    pass(session, client, server);
    pass(session, server, client);
  });

  function pass(session: Session, from: net.Socket, to: net.Socket): void {
    const waiting: Buffer[] = [];
    const next = () => {
      const chunk = waiting.shift();
      if (chunk && !session.isDead) to.write(chunk);
    };
    from.on("data", (chunk: Buffer) => {
      if (session.isDead) return;
      waiting.push(chunk);
      if (delayMs === 0 && waiting.length === 1) next();
      else setTimeout(next, delayMs);
    });
    from.on("error", () => from.destroy());
    from.on("close", () => {
      // The other end of a dead one does not hear of it.
      if (session.isDead) return;
      sessions.delete(session);
      to.destroy();
    });
  }

  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    // Proof: a TCP server's address is an object once it listens (node:net).
    port: (listener.address() as AddressInfo).port,
    delay(ms) {
      delayMs = ms;
    },
    swallow(choose = everybody) {
      swallows = choose;
      for (const session of sessions) {
        if (session.isDead || !choose(session.name)) continue;
        session.isDead = true;
        setTimeout(() => session.server.destroy(), KEEPALIVE_MS).unref();
      }
    },
    restore() {
      swallows = undefined;
    },
    cut(choose = everybody) {
      const chosen = [...sessions].filter(({ name }) => choose(name));
      for (const { client, server } of chosen) {
        client.resetAndDestroy();
        server.destroy();
      }
      return chosen.length;
    },
    async close() {
      for (const { client, server } of sessions) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, "close");
    },
  };
}

const STARTUP_HEAD_BYTES = 8;

/** The startup message: length, version, then names and values in turn, each ended by a zero (PostgreSQL manual, 55.7). */
function applicationName(startup: Buffer): string {
  const words = startup.toString("utf8", STARTUP_HEAD_BYTES).split("\0");
  return words[words.indexOf("application_name") + 1] ?? "";
}
