/** What PgBouncer does, in small: many clients on few sessions of a PostgreSQL. */
import { createConnection, createServer, type Socket } from "node:net";
import { once } from "node:events";
import type { TestConnection } from "./database.ts";

export interface Pooler {
  /** A database URL that goes through it. */
  readonly url: string;
  close(): Promise<void>;
}

/** How long a client keeps a session: for good, or until its transaction ends; which idle one the next gets. */
export type PoolMode = "session" | "transaction, newest first" | "transaction, oldest first";

/** A session with the server that is ready for queries. */
type Session = Socket;

export async function startPooler(server: TestConnection, mode: PoolMode): Promise<Pooler> {
  const idle: Session[] = [];
  const sockets = new Set<Socket>();
  const path = `${server.host}/.s.PGSQL.5432`;

  async function take(startup: Buffer): Promise<Session> {
    const known = mode === "transaction, newest first" ? idle.pop() : idle.shift();
    if (known) return known;
    const session = createConnection(path);
    sockets.add(session);
    session.write(startup);
    await readUntilIdle(session);
    return session;
  }

  async function serve(client: Socket): Promise<void> {
    const startup = await readStartup(client);
    client.write(GREETING);
    let session: Session | undefined;
    for await (const query of client) {
      session ??= await take(startup);
      session.write(query);
      await readUntilIdle(session, client);
      if (mode === "session" || !isIdle.get(session)) continue;
      idle.push(session);
      session = undefined;
    }
  }

  const listener = createServer((client) => {
    sockets.add(client);
    // A client that leaves in the middle of a message ends its own pipe only.
    serve(client).catch(() => client.destroy());
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `postgres://${server.user}@127.0.0.1:${port}/${server.database}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}

/** PostgreSQL's protocol 3, "Message Formats": a type, a length that counts itself, the content. */
function message(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

/** AuthenticationOk, BackendKeyData with a process id that no server has, ReadyForQuery. */
const GREETING = Buffer.concat([
  message("R", Buffer.alloc(4)),
  message("K", Buffer.from("7fffffff00000001", "hex")),
  message("Z", Buffer.from("I")),
]);

async function readStartup(client: Socket): Promise<Buffer> {
  const [startup] = await once(client, "data");
  client.pause();
  return startup;
}

const isIdle = new WeakMap<Session, boolean>();

/** Hands on what the server says until it is ready for the next query, and notes whether a transaction is open. */
function readUntilIdle(session: Session, client?: Socket): Promise<void> {
  return new Promise((resolve) => {
    let unread = Buffer.alloc(0);
    session.on("data", function read(chunk: Buffer) {
      client?.write(chunk);
      unread = Buffer.concat([unread, chunk]);
      while (unread.length >= 5 && unread.length > unread.readInt32BE(1)) {
        const end = unread.readInt32BE(1) + 1;
        if (unread[0] === "Z".charCodeAt(0)) {
          isIdle.set(session, unread[5] === "I".charCodeAt(0));
          session.off("data", read);
          resolve();
        }
        unread = unread.subarray(end);
      }
    });
  });
}
