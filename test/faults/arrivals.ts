/** What has arrived: one small record for each request, judged at once, because a long run has millions. */
import { verify } from "@posthorn/sdk/webhooks";
import type { ReceivedRequest } from "../kit/receiver.ts";
import type { Lane } from "./lane.ts";

export interface Arrival {
  /** Of the event, without its prefix. */
  readonly id: string;
  readonly lane: Lane;
  /** Milliseconds of `performance.now()`. */
  readonly receivedAt: number;
  readonly isSigned: boolean;
}

/** Requests by event; those to lanes that never answer are counted apart, because coming again is right there. */
export class Arrivals {
  readonly byEvent = new Map<string, Arrival[]>();
  readonly #lanes = new Map<string, Lane>();
  readonly #watchers = new Set<(request: ReceivedRequest, lane: Lane) => void>();
  #requests = 0;
  #badSignatures = 0;
  #strays = 0;

  /** Requests to lanes that answer. */
  get requests(): number {
    return this.#requests;
  }

  get badSignatures(): number {
    return this.#badSignatures;
  }

  /** Requests for a path that no lane has. */
  get strays(): number {
    return this.#strays;
  }

  /** From now on requests for this path count for the lane. */
  expect(lane: Lane, path: string = lane.path): void {
    this.#lanes.set(path, lane);
  }

  /** Hands every request on, those to dead lanes included; answers how to stop. */
  watch(onRequest: (request: ReceivedRequest, lane: Lane) => void): () => void {
    this.#watchers.add(onRequest);
    return () => this.#watchers.delete(onRequest);
  }

  add(request: ReceivedRequest): void {
    const lane = this.#lanes.get(request.path);
    if (!lane) {
      this.#strays += 1;
      return;
    }
    for (const watcher of this.#watchers) watcher(request, lane);
    if (lane.isDead) return;
    const { headers, body, receivedAt } = request;
    const isSigned = lane.secrets.some(
      (secret) => verify({ format: "standard", headers, body, secret }).ok,
    );
    this.#requests += 1;
    if (!isSigned) this.#badSignatures += 1;
    const id = bare(String(headers["webhook-id"]));
    const known = this.byEvent.get(id);
    const arrival = { id, lane, receivedAt, isSigned };
    if (known) known.push(arrival);
    else this.byEvent.set(id, [arrival]);
  }

  /** Times of the requests for an event, the first one first. */
  timesOf(id: string): readonly number[] {
    return this.byEvent.get(bare(id))?.map(({ receivedAt }) => receivedAt) ?? [];
  }

  has(id: string): boolean {
    return this.byEvent.has(bare(id));
  }
}

const PREFIX_LENGTH = 4;

/** `evt_…` and `msg_…` of one event differ in their prefix. */
export function bare(id: string): string {
  return /^[a-z]{3}_/.test(id) ? id.slice(PREFIX_LENGTH) : id;
}
