/** Looks at every request and at the end of every run; `README` of the invariants is in `nodes.test.ts`. */
import { signatureKey, sign } from "@posthorn/sdk/webhooks";
import type { SendRequest } from "../../../packages/server/src/delivery/send.ts";
import { deliveryId } from "../../../packages/server/src/domain/delivery.ts";
import { asId, idSuffix } from "../../../packages/server/src/domain/id.ts";
import {
  ENDPOINT_CONCURRENCY_MAX,
  ENDPOINT_CONCURRENCY_START,
  LEASE_MS,
  NODE_DEAD_AFTER_MS,
  SWEEP_EVERY_MS,
} from "../../../packages/server/src/limits.ts";
import type { Cluster } from "./cluster.ts";
import type { Delivery, StoredEvent } from "./memory.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Receiver, Sent } from "./receivers.ts";

/** What the people who own an endpoint were told. */
export interface Told {
  /** Since when nothing may start any more; undefined: it may, or nobody knows. */
  blockedSince: number | undefined;
  /** Secrets that may sign; with a time, until then. */
  secrets: { readonly text: string; endsAt: number }[];
  /** A roll of which nobody knows how it ended: its secret is unknown, too. */
  isSecretUnknown: boolean;
  isBusy: boolean;
  /** How many have had a say: an answer counts only while nobody else has. */
  word: number;
}

/** What a caller was answered for an event. */
export interface Promised {
  readonly id: string;
  readonly deliveryCount: number;
}

/** From the 2xx of a person's change to the last start that may go by what was true before. */
const SETTLED_WITHIN_MS = 1_000;
/** Half of the slowest answer that a node may start with, and what its clock drifts until the next one. */
const SIGNED_OFF_MS_MAX = 25_000;
/** A heartbeat that was heard less than this long ago keeps what its node holds. */
/** A lease lasts ten seconds longer than a request that begins as late as it may: a stop that is longer uses that up. */
const STOPPED_MS_MIN = 9_000;
/** After the last heartbeat: the sweep of another node, and its way. */
const TAKEN_OVER_WITHIN_MS = NODE_DEAD_AFTER_MS + SWEEP_EVERY_MS + 1_000;
const HEARD_MS = NODE_DEAD_AFTER_MS - 500;

export class Checks {
  readonly breaches: string[] = [];
  readonly sent: Sent[] = [];
  readonly promised: Promised[] = [];
  /** What events with an idempotency key hold: each is stored once, however often it was tried. */
  readonly keyed = new Set<string>();
  readonly told = new Map<string, Told>();
  /** What operators were told of all deliveries. */
  readonly toldOfAll: Pick<Told, "blockedSince" | "word"> = { blockedSince: undefined, word: 0 };
  readonly #cluster: Cluster;
  readonly #sentOf = new Map<string, Sent[]>();
  readonly #bodies = new Map<string, Buffer>();
  readonly #events = new Map<string, StoredEvent>();
  /** Node number → its process, and when it was heard. */
  readonly #nodes = new Map<number, SimulatedProcess>();
  readonly #heardAt = new Map<SimulatedProcess, number>();
  readonly #silences = new Map<SimulatedProcess, { from: number; to: number }[]>();
  /** Delivery → when a person or a late success ended it under its holder's hands. */
  readonly #interruptedAt = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  breach(rule: string): void {
    this.breaches.push(rule);
    this.#cluster.note(undefined, () => `BREACH ${rule}`);
  }

  /** What the database has done for a process. */
  onStatement(process: SimulatedProcess, name: string, result: unknown): void {
    // Proof: what this statement answers.
    if (name === "insertNode") this.#nodes.set((result as { id: number }).id, process);
    const isHeard = name === "insertNode" || (name === "touchNode" && result !== undefined);
    if (isHeard) this.#hear(process);
    for (const breach of this.#cluster.memory.breaches.splice(0)) this.breach(breach);
  }

  #hear(process: SimulatedProcess): void {
    const { now } = this.#cluster.scheduler;
    const before = this.#heardAt.get(process);
    if (before !== undefined && now - before >= HEARD_MS) {
      const known = this.#silences.get(process) ?? [];
      this.#silences.set(process, [...known, { from: before, to: now }]);
    }
    this.#heardAt.set(process, now);
  }

  onInterrupted(id: string): void {
    this.#interruptedAt.set(id, this.#cluster.scheduler.now);
  }

  /** Whether the database has had to take the process for dead at some time since. */
  #wasSilent(process: SimulatedProcess, since: number): boolean {
    if (!process.isAlive) return true;
    const { now } = this.#cluster.scheduler;
    const wasStopped = process.absences.some(
      ({ from, until }) => until > since && until - from >= STOPPED_MS_MIN,
    );
    if (wasStopped) return true;
    if (now - (this.#heardAt.get(process) ?? -Infinity) >= HEARD_MS) return true;
    return (this.#silences.get(process) ?? []).some(({ to }) => to >= since);
  }

  /** Dead, and not heard of for so long that others must have taken its deliveries over. */
  isLongDead(node: number | null): boolean {
    const process = this.#nodes.get(node ?? 0);
    if (!process || process.isAlive) return false;
    const heardAt = this.#heardAt.get(process) ?? 0;
    return this.#cluster.scheduler.now - heardAt > TAKEN_OVER_WITHIN_MS;
  }

  #wasInterrupted(id: string): boolean {
    const at = this.#interruptedAt.get(id);
    return at !== undefined && this.#cluster.scheduler.now - at < LEASE_MS;
  }

  start(process: SimulatedProcess, receiver: Receiver, request: SendRequest): Sent {
    const { scheduler, memory } = this.#cluster;
    const event = this.#eventOf(request);
    const id = event ? deliveryId(asId(event.id), asId(receiver.id)) : "unknown";
    const row = memory.rows.deliveries.get(id);
    const generation = row?.generation ?? 0;
    const sent: Sent = {
      process,
      deliveryId: id,
      generation,
      startedAt: scheduler.now,
      endedAt: undefined,
      outcome: undefined,
    };
    this.#cluster.note(process, () => `sends ${id} to ${receiver.url} (${receiver.mood})`);
    const before = this.#sentOf.get(id) ?? [];
    this.#sentOf.set(id, [...before, sent]);
    this.sent.push(sent);
    if (event && row) {
      this.#checkLease(sent, row, before);
      this.#checkOthers(sent, before);
      this.#checkOrder(row);
      this.#checkBytes(id, event, request);
    } else this.breach(`a request for a delivery that is not stored: ${id}`);
    this.#checkTold(receiver, request);
    this.#checkTime(request);
    this.#checkRoom(process, receiver);
    return sent;
  }

  end(sent: Sent, receiver: Receiver, outcome: string): void {
    sent.endedAt = this.#cluster.scheduler.now;
    sent.outcome = outcome;
    const { inFlight, successes } = sent.process;
    inFlight.set(receiver.id, (inFlight.get(receiver.id) ?? 0) - 1);
    if (outcome === "delivered") {
      successes.set(receiver.id, (successes.get(receiver.id) ?? 0) + 1);
    }
    this.#cluster.note(sent.process, () => `has sent ${sent.deliveryId}: ${outcome}`);
  }

  #eventOf(request: SendRequest): StoredEvent | undefined {
    const suffix = headerOf(request, "webhook-id").replace(/^msg_/, "");
    const known = this.#events.get(suffix);
    if (known) return known;
    for (const event of this.#cluster.memory.rows.events.values()) {
      this.#events.set(idSuffix(event.id), event);
    }
    return this.#events.get(suffix);
  }

  #checkLease(sent: Sent, row: Delivery, before: readonly Sent[]): void {
    const isHolder = row.leaseNode !== null && this.#nodes.get(row.leaseNode) === sent.process;
    if (!isHolder && !this.#wasInterrupted(row.id)) {
      this.breach(`a request without the lease: ${row.id}, ${row.state}`);
    }
    if (before.length + 1 > row.attemptsTotal)
      this.breach(`more requests than attempts: ${row.id}`);
    const ofGeneration = before.filter(({ generation }) => generation === row.generation);
    const isMore = ofGeneration.length + 1 > row.attempts;
    if (isMore && !this.#wasInterrupted(row.id)) {
      this.breach(`more requests of a generation than attempts: ${row.id}`);
    }
  }

  /** Two requests at once, or one after a 2xx: only where a process was away, or somebody has asked for it. */
  #checkOthers(sent: Sent, before: readonly Sent[]): void {
    if (this.#wasInterrupted(sent.deliveryId)) return;
    for (const other of before) {
      if (other.generation !== sent.generation) continue;
      const isAway = this.#wasSilent(other.process, other.startedAt);
      if (isAway) continue;
      if (other.endedAt === undefined) this.breach(`two requests at once: ${sent.deliveryId}`);
      else if (other.outcome === "delivered") {
        this.breach(`a request after a success that nobody has lost: ${sent.deliveryId}`);
      }
    }
  }

  /** Nothing before it in its queue is unfinished, unless a person has begun that again meanwhile. */
  #checkOrder({ id, endpointId, orderingKey, sequence }: Delivery): void {
    if (orderingKey === null || sequence === null || this.#wasInterrupted(id)) return;
    for (const other of this.#cluster.memory.rows.deliveries.values()) {
      const isBefore =
        other.endpointId === endpointId &&
        other.orderingKey === orderingKey &&
        (other.sequence ?? sequence) < sequence;
      const isUnfinished = other.state === "pending" || other.state === "leased";
      if (isBefore && isUnfinished && other.generation === 1) this.breach(`before its turn: ${id}`);
    }
  }

  #checkBytes(id: string, event: StoredEvent, request: SendRequest): void {
    const known = this.#bodies.get(id);
    if (known && !known.equals(request.body)) this.breach(`another body than before: ${id}`);
    if (!known) this.#bodies.set(id, request.body);
    if (!request.body.includes(event.data)) this.breach(`not the bytes that were posted: ${id}`);
  }

  #checkTold(receiver: Receiver, request: SendRequest): void {
    const told = this.told.get(receiver.id);
    if (!told) return;
    const { now } = this.#cluster.scheduler;
    if (told.blockedSince !== undefined && now > told.blockedSince + SETTLED_WITHIN_MS) {
      this.breach(`a request to an endpoint that was paused or deleted: ${receiver.url}`);
    }
    const { blockedSince } = this.toldOfAll;
    if (blockedSince !== undefined && now > blockedSince + SETTLED_WITHIN_MS) {
      this.breach(`a request while all deliveries were paused: ${receiver.url}`);
    }
    if (told.isSecretUnknown) return;
    const signature = headerOf(request, "webhook-signature");
    const valid = told.secrets.filter(({ endsAt }) => endsAt >= now);
    if (!valid.some(({ text }) => this.#sign(text, request) === signature)) {
      this.breach(`a signature by a secret that has ended: ${receiver.url}`);
    }
  }

  /** However wrong the clocks of the nodes are, what is signed is the time of the database, or nothing. */
  #checkTime(request: SendRequest): void {
    const signedMs = Number(headerOf(request, "webhook-timestamp")) * 1000;
    const offMs = Math.abs(signedMs - this.#cluster.memory.clock());
    if (offMs > SIGNED_OFF_MS_MAX) this.breach(`signed ${Math.round(offMs)} ms off`);
  }

  #sign(secret: string, request: SendRequest): string {
    const { compiledSignature } = this.#cluster.format;
    return sign(compiledSignature, {
      keys: [signatureKey(compiledSignature.template, secret)],
      id: headerOf(request, "webhook-id"),
      timestamp: Number(headerOf(request, "webhook-timestamp")),
      body: request.body,
    });
  }

  #checkRoom(process: SimulatedProcess, receiver: Receiver): void {
    const inFlight = (process.inFlight.get(receiver.id) ?? 0) + 1;
    process.inFlight.set(receiver.id, inFlight);
    const grown = ENDPOINT_CONCURRENCY_START + (process.successes.get(receiver.id) ?? 0);
    if (inFlight > Math.min(ENDPOINT_CONCURRENCY_MAX, grown)) {
      this.breach(`more requests at once than the lane allows: ${receiver.url}`);
    }
  }

  /** What must be so when all is calm and everything has ended. */
  finish(): void {
    const { rows } = this.#cluster.memory;
    for (const { id, deliveryCount } of this.promised) {
      const stored = [...rows.deliveries.values()].filter(({ eventId }) => eventId === id);
      if (!rows.events.has(id)) this.breach(`accepted and lost: event ${id}`);
      else if (stored.length !== deliveryCount)
        this.breach(`accepted with ${deliveryCount} deliveries: event ${id} has ${stored.length}`);
    }
    const stored = new Set<string>();
    for (const { data } of rows.events.values()) {
      const text = data.toString();
      if (stored.has(text) && this.keyed.has(text)) this.breach(`stored twice: ${text}`);
      stored.add(text);
    }
    for (const row of rows.deliveries.values()) this.#checkEnd(row);
  }

  #checkEnd(row: Delivery): void {
    const { rows } = this.#cluster.memory;
    if (!["delivered", "failed", "cancelled"].includes(row.state)) {
      this.breach(`not ended in time: ${row.id} is ${row.state}`);
      return;
    }
    const attempts = [...rows.attempts.values()].filter(({ deliveryId: of }) => of === row.id);
    const numbers = attempts.map(({ number }) => number).toSorted((a, b) => a - b);
    const isWhole = numbers.every((number, index) => number === index + 1);
    if (!isWhole || numbers.length !== row.attemptsTotal) {
      this.breach(`attempts with gaps: ${row.id} has ${numbers.join(",")} of ${row.attemptsTotal}`);
    }
    const ofGeneration = attempts.filter(({ generation }) => generation === row.generation);
    if (ofGeneration.length !== row.attempts) this.breach(`attempts of a generation: ${row.id}`);
    const isAnswered = ofGeneration.some(({ outcome }) => outcome === "delivered");
    if (row.state === "delivered" && !isAnswered) this.breach(`delivered without a 2xx: ${row.id}`);
    const sent = this.#sentOf.get(row.id) ?? [];
    const answered = sent.filter(({ outcome }) => outcome === "delivered");
    if (row.state === "delivered" && answered.length === 0) {
      this.breach(`delivered and never received: ${row.id}`);
    }
    const isKnown = answered.some(
      ({ process, generation }) => process.isAlive && generation === row.generation,
    );
    if (isKnown && row.state === "failed") this.breach(`failed although it arrived: ${row.id}`);
  }
}

function headerOf(request: SendRequest, name: string): string {
  return request.headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? "";
}
