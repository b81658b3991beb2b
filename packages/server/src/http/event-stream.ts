import { Readable } from "node:stream";
import type { OrganizationId } from "../domain/id.ts";
import {
  formatPosition,
  type LiveChange,
  type LiveKind,
  type LivePosition,
} from "../domain/live-tail.ts";
import { ApiError } from "../errors.ts";
import {
  STREAM_BUFFER_BYTES_MAX,
  STREAM_HEARTBEAT_MS,
  STREAM_LOOKS_WAITING_MAX,
  STREAM_RECHECK_MS,
} from "../limits/live.ts";
import type { LiveBatch } from "../live/feed.ts";
import { readMessages, type LiveMessage, type LiveView } from "./live-view.ts";
import type { Services } from "./services.ts";

/** What a stream shows: whose objects, through whose eyes, and which kinds of them. */
export type StreamView = LiveView & { readonly kinds: ReadonlySet<LiveKind> };

export interface StreamAsked {
  readonly organizationId: OrganizationId;
  readonly since: LivePosition | undefined;
  readonly view: StreamView;
  /** The view as it would be now; throws when the caller may no longer see anything. */
  readonly look: () => Promise<StreamView>;
  readonly onClose: () => void;
}

/**
 * Server-sent events (HTML standard, 9.2). `ready` comes first and says whether the stream goes on where the last one
 * ended; then one event per object that has changed, `behind` where lists have to be read again, and `end` with the
 * reason before the server closes it. Every batch ends with an id line: who comes back with it misses nothing, and may
 * be told some things twice, which does no harm because each event holds the whole object.
 */
export function openEventStream(services: Services, asked: StreamAsked): Readable {
  const stream = new EventStream(services, asked);
  void stream.run();
  return stream.body;
}

class EventStream {
  readonly body: Readable;
  readonly #services: Services;
  readonly #asked: StreamAsked;
  #looks = 0;
  #chain: Promise<void> = Promise.resolve();
  #position: LivePosition | null = null;
  #isClosed = false;
  #endings: (() => void)[] = [];

  constructor(services: Services, asked: StreamAsked) {
    this.#services = services;
    this.#asked = asked;
    this.body = new Readable({ read() {} });
    this.body.on("close", () => this.#close());
    this.body.on("error", () => {});
    this.#endings.push(asked.onClose);
  }

  async run(): Promise<void> {
    const { live, log } = this.#services;
    const { organizationId, since } = this.#asked;
    try {
      // Headers go out with the first bytes: a reader knows at once that it is connected.
      this.#write(": posthorn\n\n");
      this.#endings.push(live.on("stop", () => this.#end("stopping")));
      let held: LiveBatch[] | undefined = [];
      const take = (batch: LiveBatch) => (held ? void held.push(batch) : this.#queue(batch));
      const followed = await live.follow({ organizationId, since, take });
      this.#endings.push(followed.end);
      if (this.#isClosed) return followed.end();
      this.#write(event("ready", { resumed: followed.isResumed }));
      for (const batch of held) this.#queue(batch);
      held = undefined;
      this.#every(STREAM_HEARTBEAT_MS, () => this.#write(`${idLine(this.#position)}:\n\n`));
      this.#every(STREAM_RECHECK_MS, () => this.#recheck());
      this.#endings.push(live.on("access", () => void this.#recheck()));
    } catch (error) {
      log.warn({ event: "stream.failed", error });
      this.#end("unavailable");
    }
  }

  /** One batch after the other, so that no position is told before what lies before it. */
  #queue(batch: LiveBatch): void {
    if (this.#looks >= STREAM_LOOKS_WAITING_MAX) return this.#end("slow");
    this.#looks += 1;
    this.#chain = this.#chain
      .then(() => this.#tell(batch))
      .catch((error: unknown) => {
        this.#services.log.warn({ event: "stream.failed", error });
        this.#end("unavailable");
      })
      .finally(() => (this.#looks -= 1));
  }

  async #tell({ changes, isBehind, position }: LiveBatch): Promise<void> {
    if (this.#isClosed) return;
    const messages = await sharedMessages(this.#services, changes, this.#asked.view);
    const wasPassedOver = isBehind || changes.some(({ kind }) => kind === "behind");
    const lines = messages.map(({ kind, data }) => event(kind, data));
    if (wasPassedOver) lines.push(event("behind", {}));
    const isFirst = this.#position === null;
    this.#position = position ?? this.#position;
    if (lines.length > 0 || isFirst) this.#write(lines.join("") + idBlock(position));
  }

  async #recheck(): Promise<void> {
    try {
      const view = await this.#asked.look();
      if (nameOf(view) !== nameOf(this.#asked.view)) this.#end("access_changed");
    } catch (error) {
      // The database may be away for a moment: that ends no session.
      if (error instanceof ApiError && error.status < 500) this.#end(error.code);
      else this.#services.log.warn({ event: "stream.recheck_failed", error });
    }
  }

  #every(ms: number, action: () => unknown): void {
    if (this.#isClosed) return;
    const cancel = this.#services.clock.after(ms, async () => {
      await action();
      this.#endings = this.#endings.filter((each) => each !== cancel);
      this.#every(ms, action);
    });
    this.#endings.push(cancel);
  }

  #write(text: string): void {
    if (this.#isClosed) return;
    this.body.push(text);
    // Its reader takes nothing: it comes back when it can, and goes on from where it was.
    if (this.body.readableLength > STREAM_BUFFER_BYTES_MAX) this.body.destroy();
  }

  #end(reason: string): void {
    if (this.#isClosed) return;
    this.#write(event("end", { reason }));
    this.body.push(null);
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const ending of this.#endings) ending();
    this.#endings = [];
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function idLine(position: LivePosition | null): string {
  return position ? `id: ${formatPosition(position)}\n` : "";
}

/** An event without data is told to nobody, and its id counts all the same. */
function idBlock(position: LivePosition | null): string {
  return position ? `${idLine(position)}\n` : "";
}

/** All that a view shows other things by: what is left out here is told to who may not see it. */
function nameOf({ scope, isOperator, reader, seesKeys, kinds }: StreamView): string {
  return JSON.stringify([scope, isOperator, reader, seesKeys, [...kinds]]);
}

/** Streams that see the same share what was read of a batch: ten open tabs cost one. */
const SHARED = new WeakMap<readonly LiveChange[], Map<string, Promise<LiveMessage[]>>>();

function sharedMessages(
  services: Services,
  changes: readonly LiveChange[],
  view: StreamView,
): Promise<LiveMessage[]> {
  if (changes.length === 0) return Promise.resolve([]);
  const views = SHARED.get(changes) ?? new Map<string, Promise<LiveMessage[]>>();
  SHARED.set(changes, views);
  // Whether a notice was read depends on the reader; nothing else does. What is the operator's alone is in the name.
  const isPersonal = changes.some(({ kind }) => kind === "notice");
  const name = nameOf(isPersonal ? view : { ...view, reader: "" });
  const reading = views.get(name) ?? readMessages(services, changes, view);
  views.set(name, reading);
  return reading;
}
