/** One event of a stream of server-sent events (WHATWG HTML, 9.2.6). */
export interface ServerSent {
  readonly event: string;
  readonly data: string;
}

/** An event that grows beyond this is none of ours. */
const EVENT_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Takes a stream apart; `onBytes` is told of every sign of life, comments included, and `onId` of the ids, which
 * count without an event, too: after the event that stands before it was handed out.
 */
export async function* readServerSent(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
  onId: (id: string) => void = () => {},
): AsyncGenerator<ServerSent> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    onBytes();
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? "";
    if (text.length > EVENT_LENGTH_MAX) throw new Error("The stream sends no events.");
    for (const block of blocks) {
      const found = readBlock(block);
      if (found) yield found;
      const id = /^id: ?(.*)$/m.exec(block)?.[1]?.trimEnd();
      if (id) onId(id);
    }
  }
}

function readBlock(block: string): ServerSent | undefined {
  const fields = block.split(/\r?\n/).map((line) => /^([a-z]+): ?(.*)$/.exec(line));
  const valuesOf = (name: string) =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ""] : []));
  const data = valuesOf("data");
  if (data.length === 0) return undefined;
  return { event: valuesOf("event").at(-1) ?? "message", data: data.join("\n") };
}
