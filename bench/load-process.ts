/**
 * The load generator, in a process of its own: prebuilt requests over plain sockets, so that it takes as little of the
 * machine as possible. Orders come and results go by messages.
 */
import { connect, type Socket } from "node:net";
import type { LoadOrder, LoadResult } from "./load.ts";

const TICK_MS = 1;
const ANSWERS_MS_MAX = 30_000;

interface Line {
  readonly socket: Socket;
  /** Milliseconds since the epoch at which the request under way was sent; 0 while there is none. */
  sentAt: number;
  received: string;
}

process.on("message", (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const lines = await openLines(order);
  const generator = new Generator(order, lines);
  const result = await generator.run();
  for (const { socket } of lines) socket.destroy();
  return result;
}

async function openLines({ port, connections }: LoadOrder): Promise<Line[]> {
  const opened = Array.from({ length: connections }, () => openLine(port));
  return Promise.all(opened);
}

function openLine(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("latin1");
    socket.once("error", reject);
    socket.once("connect", () => resolve({ socket, sentAt: 0, received: "" }));
  });
}

class Generator {
  readonly #order: LoadOrder;
  readonly #idle: Line[];
  /** Open loop: when requests became due that found no free line. */
  readonly #late: number[] = [];
  readonly #ids: string[] = [];
  readonly #sentAt: number[] = [];
  readonly #answeredAt: number[] = [];
  readonly #refusals: Record<string, number> = {};
  #inFlight = 0;
  #sentCount = 0;
  #isStopping = false;
  #onQuiet = () => {};

  constructor(order: LoadOrder, lines: readonly Line[]) {
    this.#order = order;
    this.#idle = [...lines];
    for (const line of lines) this.#listen(line);
  }

  async run(): Promise<LoadResult> {
    const startedAt = now();
    const stopSending = this.#order.requestsPerSecond ? this.#sendByClock() : this.#sendAll();
    await pause(this.#order.seconds * 1000);
    this.#isStopping = true;
    stopSending();
    const stoppedAt = now();
    await this.#quiet();
    return {
      startedAt,
      stoppedAt,
      ids: this.#ids,
      sentAt: Float64Array.from(this.#sentAt),
      answeredAt: Float64Array.from(this.#answeredAt),
      refusals: this.#refusals,
      unanswered: this.#inFlight,
      unsent: this.#late.length,
    };
  }

  /** Closed loop: every line sends again as soon as it is answered. */
  #sendAll(): () => void {
    for (const line of this.#idle.splice(0)) this.#send(line, now());
    return () => {};
  }

  /** Open loop: what is due is due, whether the server keeps up or not. */
  #sendByClock(): () => void {
    const perMs = (this.#order.requestsPerSecond ?? 0) / 1000;
    const startedAt = performance.now();
    let made = 0;
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - startedAt) * perMs);
      const at = now();
      for (; made < due; made++) {
        const line = this.#idle.pop();
        if (line) this.#send(line, at);
        else this.#late.push(at);
      }
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  #send(line: Line, at: number): void {
    line.sentAt = at;
    this.#inFlight += 1;
    const { requests } = this.#order;
    const request = requests[this.#sentCount++ % requests.length];
    if (request) line.socket.write(request);
  }

  #listen(line: Line): void {
    line.socket.on("data", (text: string) => {
      line.received += text;
      const answer = readAnswer(line.received);
      if (!answer) return;
      line.received = "";
      this.#take(line, answer);
    });
    line.socket.on("close", () => {
      if (line.sentAt === 0) return;
      line.sentAt = 0;
      this.#inFlight -= 1;
      this.#refusals["closed"] = (this.#refusals["closed"] ?? 0) + 1;
    });
    line.socket.on("error", () => {});
  }

  #take(line: Line, { status, id }: Answer): void {
    if (status === "202") {
      this.#ids.push(id);
      this.#sentAt.push(line.sentAt);
      this.#answeredAt.push(now());
    } else {
      this.#refusals[status] = (this.#refusals[status] ?? 0) + 1;
    }
    line.sentAt = 0;
    this.#inFlight -= 1;
    const next = this.#order.requestsPerSecond ? this.#late.shift() : now();
    if (next !== undefined && !this.#isStopping) this.#send(line, next);
    else this.#idle.push(line);
    if (this.#inFlight === 0) this.#onQuiet();
  }

  /** Until all that was sent is answered, but not for ever. */
  async #quiet(): Promise<void> {
    if (this.#inFlight === 0) return;
    const quiet = new Promise<void>((resolve) => (this.#onQuiet = resolve));
    await Promise.race([quiet, pause(ANSWERS_MS_MAX)]);
  }
}

interface Answer {
  readonly status: string;
  /** Of the event, or of the first event of a batch. */
  readonly id: string;
}

/** One line carries one request at a time, so what has arrived is one answer or a part of it. */
function readAnswer(text: string): Answer | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  if (text.length < head + 4 + length) return undefined;
  const idAt = text.indexOf("evt_", head);
  return { status: text.slice(9, 12), id: text.slice(idAt, text.indexOf('"', idAt)) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
