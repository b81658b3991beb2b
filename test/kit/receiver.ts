import { EventEmitter } from "node:events";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { BEHAVIOURS } from "./receiver-behaviours.ts";

/** One request as it arrived, whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names; a repeated header is joined as Node does it. */
  readonly headers: http.IncomingHttpHeaders;
  /** Names and values in turn, as they stood on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Counts the sockets of this receiver from 1. */
  readonly socketNumber: number;
  /** Milliseconds of `performance.now()` at the end of the body. */
  readonly receivedAt: number;
}

/** Answers one request; told after the request was recorded. */
export type Answer = (request: ReceivedRequest, response: http.ServerResponse) => void;

/** A recording HTTP receiver on loopback. */
export interface Receiver {
  /** `http://127.0.0.1:port` without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Sockets opened so far, also those that never sent a request. */
  readonly socketCount: number;
  /** Sockets that are open at this moment. */
  readonly openSockets: number;
  /** Resolves with all requests when at least `count` have arrived; rejects after `timeoutMs`. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly ReceivedRequest[]>;
  /** Resolves when at most `count` sockets are open; rejects after `timeoutMs`. */
  waitForSockets(count: number, timeoutMs?: number): Promise<void>;
  /** Closes the listener and every socket. */
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly tls?: https.ServerOptions;
  readonly host?: string;
  readonly port?: number;
  /** In place of the behaviours by path. */
  readonly answer?: Answer;
  /** False where a long run would fill the memory: `answer` then sees each request, and nobody later. */
  readonly keepsRequests?: boolean;
}

/**
 * Starts a receiver on a free port. Without `answer` the first part of the path says what it does,
 * see `receiver-behaviours.ts`; every other path answers 200 `ok`.
 */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  const answer = options.answer ?? answerByPath;
  const onRequest = async (incoming: http.IncomingMessage, response: http.ServerResponse) => {
    const request = await record(incoming, sockets.numberOf(incoming.socket));
    if (request === undefined) return;
    if (options.keepsRequests ?? true) requests.push(request);
    answer(request, response);
    news.emit("news");
  };
  const server = options.tls
    ? https.createServer(options.tls, onRequest)
    : http.createServer(onRequest);
  const sockets = trackSockets(server, {
    event: options.tls ? "secureConnection" : "connection",
    onClosed: () => news.emit("news"),
  });
  const port = await listen(server, options);
  return {
    url: `${options.tls ? "https" : "http"}://${options.host ?? "127.0.0.1"}:${port}`,
    port,
    requests,
    get socketCount() {
      return sockets.count;
    },
    get openSockets() {
      return sockets.all.size;
    },
    async waitFor(count, timeoutMs = 60_000) {
      const have = () => `${requests.length} of ${count} requests have arrived`;
      await until({ news, timeoutMs, isDone: () => requests.length >= count, have });
      return requests;
    },
    waitForSockets(count, timeoutMs = 60_000) {
      const have = () => `${sockets.all.size} sockets are open and not ${count}`;
      return until({ news, timeoutMs, isDone: () => sockets.all.size <= count, have });
    },
    close: () => closeServer(server, sockets.all),
  };
}

/**
 * A raw TCP listener on loopback, for what no HTTP server would say: `onSocket` speaks for itself.
 */
export async function startRawReceiver(onSocket: (socket: net.Socket) => void): Promise<{
  readonly url: string;
  readonly port: number;
  readonly socketCount: number;
  close(): Promise<void>;
}> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  const sockets = trackSockets(server, { event: "connection" });
  const port = await listen(server, {});
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get socketCount() {
      return sockets.count;
    },
    close: () => closeServer(server, sockets.all),
  };
}

/** Does what the first part of the path says. */
export function answerByPath(request: ReceivedRequest, response: http.ServerResponse): void {
  const url = new URL(request.path, "http://receiver");
  const [name = "", ...rest] = url.pathname.slice(1).split("/");
  const behave = BEHAVIOURS[name];
  if (behave) behave({ response, argument: rest.join("/"), query: url.searchParams });
  else response.end("ok");
}

async function record(
  incoming: http.IncomingMessage,
  socketNumber: number,
): Promise<ReceivedRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    // The sender went away in the middle: nothing arrived.
    return undefined;
  }
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks),
    socketNumber,
    receivedAt: performance.now(),
  };
}

function trackSockets(
  server: net.Server,
  { event, onClosed }: { event: "connection" | "secureConnection"; onClosed?: () => void },
) {
  const all = new Set<net.Socket>();
  const numbers = new WeakMap<net.Socket, number>();
  let count = 0;
  server.on("connection", (socket: net.Socket) => {
    all.add(socket);
    socket.once("close", () => {
      all.delete(socket);
      onClosed?.();
    });
  });
  server.on(event, (socket: net.Socket) => {
    count += 1;
    numbers.set(socket, count);
  });
  return {
    all,
    numberOf: (socket: net.Socket) => numbers.get(socket) ?? 0,
    get count() {
      return count;
    },
  };
}

function listen(
  server: net.Server,
  { host = "127.0.0.1", port = 0 }: { readonly host?: string; readonly port?: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      // A TCP server's address is an object once it listens (node:net).
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: net.Server, sockets: ReadonlySet<net.Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

/** Looks again at every piece of news, never by the clock. */
function until(wait: {
  readonly news: EventEmitter;
  readonly timeoutMs: number;
  readonly isDone: () => boolean;
  readonly have: () => string;
}): Promise<void> {
  const { news, timeoutMs, isDone, have } = wait;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (isDone()) finish(resolve);
    };
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      news.off("news", look);
      settle();
    };
    const late = () => reject(new Error(`After ${timeoutMs} ms ${have()}.`));
    const timer = setTimeout(() => finish(late), timeoutMs);
    news.on("news", look);
    look();
  });
}
