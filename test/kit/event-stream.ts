/** A client of server-sent events, for tests. */
import type { TestServer } from "./server.ts";

export interface TestStream {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- Read field by field in assertions.
  readonly events: AsyncIterable<{ readonly event: string; readonly id: string; data: any }>;
  close(): void;
}

/** Resolves when the first event has come, so that whatever happens afterwards happens while somebody listens. */
export async function openStream(
  { url, operatorKey }: Pick<TestServer, "url" | "operatorKey">,
  path: string,
  headers: Record<string, string> = { authorization: `Bearer ${operatorKey}` },
): Promise<TestStream> {
  const stopped = new AbortController();
  const response = await fetch(url + path, { headers, signal: stopped.signal });
  const events = parse(response.body);
  await events.next();
  return { status: response.status, events, close: () => stopped.abort() };
}

async function* parse(body: ReadableStream<Uint8Array> | null) {
  let text = "";
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const fieldOf = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
      if (fieldOf("event") === "") continue;
      yield { event: fieldOf("event"), id: fieldOf("id"), data: JSON.parse(fieldOf("data")) };
    }
  }
}
