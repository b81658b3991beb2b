/** A reader of `GET /api/stream`, as browsers are one: events by name, the last id, and going on with it. */
import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";
import type { TestServer } from "./server.ts";

export interface StreamEvent {
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- Events are read field by field in assertions.
  readonly data: any;
}

export interface TestStream {
  readonly events: readonly StreamEvent[];
  /** Of the latest id line. */
  readonly lastId: string;
  /** True when the server has closed it. */
  readonly isOver: boolean;
  /** The first event, seen or to come, that fits. */
  find(event: string, fits?: (data: StreamEvent["data"]) => boolean): Promise<StreamEvent["data"]>;
  close(): void;
}

/** Opens a stream and waits until it is ready. */
export async function openStream(
  { url, operatorKey }: Pick<TestServer, "url" | "operatorKey">,
  query: string,
  headers: Record<string, string> = {},
): Promise<TestStream> {
  const closing = new AbortController();
  const credentials = headers["cookie"] ? {} : { authorization: `Bearer ${operatorKey}` };
  const response = await fetch(`${url}/api/stream?${query}`, {
    headers: { ...credentials, "sec-fetch-site": "same-origin", ...headers },
    signal: closing.signal,
  });
  assert.equal(response.status, 200, await refusalOf(response));
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const events: StreamEvent[] = [];
  const state = { lastId: "", isOver: false };
  void read(response, (block) => {
    const fields = new Map(block.split("\n").map((line) => cut(line)));
    state.lastId = fields.get("id") ?? state.lastId;
    const data = fields.get("data");
    if (data !== undefined) {
      events.push({ event: fields.get("event") ?? "message", data: JSON.parse(data) });
    }
  }).finally(() => (state.isOver = true));
  const stream: TestStream = {
    events,
    get lastId() {
      return state.lastId;
    },
    get isOver() {
      return state.isOver;
    },
    async find(name, fits = () => true) {
      const found = await eventually(`event ${name}`, () =>
        events.find(({ event, data }) => event === name && fits(data)),
      );
      return found.data;
    },
    close: () => closing.abort(),
  };
  await stream.find("ready");
  await eventually("a position", () => (state.lastId === "" ? undefined : true));
  return stream;
}

async function refusalOf(response: Response): Promise<string> {
  return response.status === 200 ? "" : response.text();
}

function cut(line: string): [string, string] {
  const end = line.indexOf(":");
  return [line.slice(0, end), line.slice(end + 1).trim()];
}

async function read(response: Response, onBlock: (block: string) => void): Promise<void> {
  let text = "";
  const decoder = new TextDecoder();
  assert.ok(response.body);
  try {
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) onBlock(block);
    }
  } catch {
    // Closed by the test, or cut off with its node.
  }
}
