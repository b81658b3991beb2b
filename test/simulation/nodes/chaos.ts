/** What happens in a run: events, people, moods of receivers and faults, all decided by its seed. */
import type { EndpointId, OrganizationId } from "../../../packages/server/src/domain/id.ts";
import { asId } from "../../../packages/server/src/domain/id.ts";
import { LEASE_MS } from "../../../packages/server/src/limits.ts";
import type { PublishedEvent } from "../../../packages/server/src/delivery/accept.ts";
import type { Sql } from "../../../packages/server/src/db/pool.ts";
import { WIRE_FORMAT, type Cluster } from "./cluster.ts";
import { Dice } from "./dice.ts";
import type { Told } from "./checks.ts";
import type { Delivery } from "./memory.ts";
import { CONFIG, SimulatedProcess, startNode, stopNode, type Node } from "./process.ts";
import type { Mood } from "./receivers.ts";

/** Then faults end, people start what they have stopped, and everything must come to its end. */
const CALM_AFTER_MS = 150_000;
/** The rest of the schedule, a lease, a hold and a takeover; several times that for poison in a queue. */
const ENDED_WITHIN_MS = 900_000;
/** By then the slowest statement from before has been answered, and what follows from it has happened. */
const SETTLED_WITHIN_MS = 55_000;
const SLOTS = 3;
/** Fast enough for what has waited, and slow enough to be a ceiling. */
const RESUMED_PER_SECOND = 20;
const RIGHT_WITHIN_MS = 20_000;
/** As often as they stand here. */
const MOODS: readonly Mood[] = [
  "well",
  "well",
  "well",
  "well",
  "broken",
  "hanging",
  "slow",
  "refusing",
  "busy",
  "flaky",
  "flaky",
];

export class Chaos {
  readonly #cluster: Cluster;
  readonly #dice: Dice;
  #isCalm = false;
  #published = 0;
  #unanswered = 0;
  readonly #draining = new Set<SimulatedProcess>();
  readonly #drained = new Set<SimulatedProcess>();

  constructor(cluster: Cluster, seed: number) {
    this.#cluster = cluster;
    this.#dice = new Dice(seed ^ 0x5eed);
  }

  /** Runs to the end and looks at what is left. */
  async run(): Promise<void> {
    const { scheduler, checks } = this.#cluster;
    await this.#furnish();
    for (let slot = 0; slot < SLOTS; slot++) this.#boot(slot);
    this.#planEvents();
    this.#planMoods();
    this.#planPeople();
    if (this.#dice.chance(0.25)) this.#planPause();
    this.#planFaults();
    if (this.#dice.chance(0.08)) this.#planFlood();
    this.#cluster.network.trouble = this.#dice.pick([0, 0.002, 0.01, 0.03]);
    scheduler.after(CALM_AFTER_MS, undefined, () => this.#calmDown());
    this.#watchWork();
    const lastMs = CALM_AFTER_MS + ENDED_WITHIN_MS;
    await scheduler.run(
      () => scheduler.now > lastMs || checks.breaches.length > 0 || this.#isOver(),
    );
    if (this.#unanswered > 0) checks.breach(`${this.#unanswered} events without an answer`);
    if (checks.breaches.length === 0) checks.finish();
  }

  #isOver(): boolean {
    if (!this.#isCalm || this.#unanswered > 0) return false;
    for (const { state } of this.#cluster.memory.rows.deliveries.values()) {
      if (state === "pending" || state === "leased") return false;
    }
    const isSent = this.#cluster.checks.sent.every(
      ({ endedAt, process }) => endedAt !== undefined || !process.isAlive,
    );
    return isSent && this.#isWritten();
  }

  /** No living process has a result in its hands that is not in the database. */
  #isWritten(): boolean {
    const { processes } = this.#cluster;
    for (const process of processes) {
      const { isAlive, node } = process;
      if (!isAlive || !node || this.#draining.has(process)) continue;
      this.#draining.add(process);
      void node.engine.settler.drain().then(() => this.#drained.add(process));
    }
    return processes.every((each) => !each.isAlive || !each.node || this.#drained.has(each));
  }

  async #furnish(): Promise<void> {
    const { product, receivers, vault, checks } = this.#cluster;
    // Proof: the store's functions hand it on to the statements in memory.
    const sql = this.#cluster.atOnce as unknown as Sql;
    for (const [index, endpoints] of [2, 1].entries()) {
      const organizationId = asId<"org">(this.#cluster.newUuid());
      const dataKeySealed = vault.newDataKey(organizationId);
      const named = { name: `organization ${index}`, profile: "default", plan: null };
      await product.insertOrganization(sql, { id: organizationId, ...named, dataKeySealed });
      for (let count = 0; count < endpoints; count++) {
        const id = asId<"ep">(this.#cluster.newUuid());
        const url = `https://example.com/${receivers.length}`;
        // The last endpoint of each organization wants the events of a key one after the other.
        const ordering = count === endpoints - 1 ? "key" : "none";
        const isOrdered = ordering === "key";
        receivers.push({ id, organizationId, url, isOrdered, mood: "well" });
        await product.insertEndpoint(sql, { id, organizationId, url, ...ENDPOINT, ordering });
        const secret = `whsec_${Buffer.alloc(32, receivers.length).toString("base64")}`;
        const owner = { id, organizationId, dataKeySealed };
        await product.storeSecret(sql, vault, { owner, secret, state: "current" });
        const secrets = [{ text: secret, endsAt: Infinity }];
        checks.told.set(id, {
          blockedSince: undefined,
          secrets,
          isSecretUnknown: false,
          isBusy: false,
          word: 0,
        });
      }
    }
  }

  #boot(slot: number): void {
    const { scheduler, processes } = this.#cluster;
    const dice = this.#dice;
    const clockFault = {
      skewMs: this.#skewMs(),
      rate: dice.between(0.99, 1.01),
    };
    const process = new SimulatedProcess(this.#cluster, slot, clockFault);
    processes[slot] = process;
    this.#cluster.note(process, "starts");
    scheduler.after(dice.between(0, 50), process, () => {
      startNode(this.#cluster, process).catch((error: unknown) => {
        // Without a database it ends, and whoever watches over it starts it again.
        this.#cluster.note(process, () => `cannot start: ${String(error)}`);
        process.die();
      });
    });
    process.onDeath(() => {
      const untilCalmMs = Math.max(0, CALM_AFTER_MS - scheduler.now);
      const pauseMs = Math.min(dice.pick([500, 2_000, 8_000, 60_000]), untilCalmMs + 500);
      scheduler.after(pauseMs, undefined, () => this.#boot(slot));
    });
  }

  /** Most clocks are about right; a node whose clock is not leaves its deliveries to the others. */
  #skewMs(): number {
    const isRight = this.#isCalm || this.#dice.chance(0.8);
    const most = isRight ? RIGHT_WITHIN_MS : 2 * LEASE_MS;
    return this.#dice.between(-most, most);
  }

  #planEvents(): void {
    const count = 4 + this.#dice.below(14);
    for (let index = 0; index < count; index++) {
      const at = this.#dice.between(500, CALM_AFTER_MS * 0.8);
      const burst = this.#dice.chance(0.04) ? 30 : 1;
      for (let each = 0; each < burst; each++) this.#at(at, () => this.#publish());
    }
  }

  #publish(to?: string): void {
    const { receivers } = this.#cluster;
    this.#published += 1;
    const organizationId = to ?? this.#dice.pick(receivers).organizationId;
    const isPoison = this.#dice.chance(0.03);
    const body = { n: this.#published, ...(isPoison ? { poison: true } : {}) };
    const data = Buffer.from(JSON.stringify(body));
    const hasKey = this.#dice.chance(0.6);
    this.#unanswered += 1;
    if (hasKey) this.#cluster.checks.keyed.add(data.toString());
    this.#tryPublish(
      {
        // Proof: of an organization that was made above.
        organizationId: organizationId as OrganizationId,
        type: "order.created",
        resource: null,
        traceparent: null,
        orderingKey: this.#dice.chance(0.5) ? this.#dice.pick(["a", "b"]) : null,
        occurredAt: 0,
        data,
        idempotencyKey: hasKey ? `key ${this.#published}` : null,
        bodySha256: hasKey ? data : null,
      },
      undefined,
    );
  }

  /** A producer that has no answer tries again, elsewhere; with a key the event must still be there once. */
  #tryPublish(event: PublishedEvent, known: string | undefined): void {
    const { scheduler, checks } = this.#cluster;
    const process = this.#anyReady();
    let isAnswered = false;
    const again = () => {
      if (isAnswered) return;
      isAnswered = true;
      scheduler.after(700, undefined, () => this.#tryPublish(event, known));
    };
    if (!process) return again();
    scheduler.after(0, process, () => {
      process.node?.engine.acceptor.accept(event).then(
        (answer) => {
          if (isAnswered || !process.isAlive) return;
          isAnswered = true;
          this.#unanswered -= 1;
          if (answer.kind === "key_reused") return checks.breach("a key that nobody has reused");
          this.#cluster.note(process, () => `answers ${answer.kind} ${answer.id}`);
          checks.promised.push({ id: answer.id, deliveryCount: answer.deliveryCount });
        },
        () => again(),
      );
    });
    scheduler.after(20_000, undefined, again);
    return undefined;
  }

  #anyReady(): SimulatedProcess | undefined {
    const ready = this.#cluster.processes.filter(
      ({ isAlive, backlog, node }) => isAlive && !backlog && node,
    );
    return ready.length > 0 ? this.#dice.pick(ready) : undefined;
  }

  #planMoods(): void {
    for (const receiver of this.#cluster.receivers) {
      for (let at = 0; at < CALM_AFTER_MS; at += this.#dice.between(5_000, 120_000)) {
        const mood = this.#dice.chance(0.01) ? "gone" : this.#dice.pick(MOODS);
        this.#at(at, () => (receiver.mood = mood));
      }
    }
  }

  /**
   * What chance brings together too seldom: many events for an endpoint that answers late or never, so that leases
   * wait behind requests for longer than they last; nodes that are away meanwhile, for longer than others wait; and
   * somebody who pauses the endpoint in that time.
   */
  #planFlood(): void {
    const { receivers } = this.#cluster;
    const at = this.#dice.between(3_000, 20_000);
    const mood = this.#dice.pick(["hanging", "slow"] as const);
    const [receiver] = receivers;
    if (!receiver) return;
    this.#at(at, () => {
      for (let count = 0; count < 60; count++) this.#publish(receiver.organizationId);
    });
    for (let ms = at; ms < at + 125_000; ms += 1_000) {
      this.#at(ms, () => (receiver.mood = mood));
    }
    if (this.#dice.chance(0.3)) return;
    const cutAt = at + this.#dice.between(500, 6_000);
    this.#at(cutAt + 300, () => this.#onEndpoint("pause", receiver));
    this.#at(cutAt, () => {
      const kind = this.#dice.pick(["hole", "refused"] as const);
      const until = this.#cluster.scheduler.now + this.#dice.between(20_500, 28_000);
      for (const process of this.#cluster.processes.slice(0, 2)) {
        this.#cluster.note(process, `is cut off (${kind}) beside a flood`);
        this.#cluster.network.cut(process, { kind, until });
      }
    });
  }

  #planPeople(): void {
    const count = this.#dice.below(10);
    for (let index = 0; index < count; index++) {
      this.#at(this.#dice.between(1_000, CALM_AFTER_MS), () => this.#person());
    }
  }

  #person(): void {
    const kind = this.#dice.below(10);
    if (kind < 2) this.#onEndpoint("pause");
    else if (kind < 5) this.#onEndpoint("resume");
    else if (kind === 5 && this.#dice.chance(0.3)) this.#onEndpoint("delete");
    else if (kind < 8) this.#onEndpoint("roll");
    else this.#onDelivery(kind === 8 ? "redeliver" : "cancel");
  }

  /** An operator lets all deliveries wait, and somebody lets them go on: at other nodes, and while faults happen. */
  #planPause(): void {
    const at = this.#dice.between(2_000, CALM_AFTER_MS - 50_000);
    this.#at(at, () => this.#onAll("pause"));
    this.#at(at + this.#dice.between(500, 45_000), () => this.#onAll("resume", RESUMED_PER_SECOND));
  }

  #onAll(kind: "pause" | "resume", perSecond: number | null = null): void {
    const { checks, scheduler, product } = this.#cluster;
    const process = this.#anyReady();
    const { toldOfAll } = checks;
    const word = (toldOfAll.word += 1);
    if (kind === "resume") toldOfAll.blockedSince = undefined;
    if (!process) return;
    scheduler.after(0, process, () => {
      const { node } = process;
      if (!node) return;
      this.#cluster.note(process, `is asked to ${kind} all deliveries`);
      const context = this.#context(process, node);
      const asked =
        kind === "pause"
          ? product.pauseAllDeliveries(context, { pausedBy: null, reason: null })
          : product.resumeAllDeliveries(context, perSecond);
      asked.then(
        () => {
          // Somebody else's word may have come in between.
          const isLast = process.isAlive && toldOfAll.word === word;
          if (kind === "pause" && isLast) toldOfAll.blockedSince = scheduler.now;
        },
        // It may be true all the same, and nobody knows.
        () => {},
      );
    });
  }

  #onDelivery(kind: "redeliver" | "cancel"): void {
    const { memory, scheduler, product, platforms } = this.#cluster;
    const ids = [...memory.rows.deliveries.keys()];
    const process = this.#anyReady();
    if (!process || ids.length === 0) return;
    const id = asId<"dlv">(this.#dice.pick(ids));
    scheduler.after(0, process, () => {
      const { node } = process;
      if (!node) return;
      this.#cluster.note(process, `is asked to ${kind} ${id}`);
      const audit = product.systemAudit;
      const context = { sql: node.pools.api, platforms, audit, wake: node.engine.wake };
      const run = kind === "cancel" ? product.cancel : product.redeliver;
      // It may be refused, or nobody hears how it ended.
      run(context, { id, scope: "all" }).catch(() => {});
    });
  }

  #onEndpoint(
    kind: "pause" | "resume" | "delete" | "roll",
    { id } = this.#dice.pick(this.#cluster.receivers),
  ): void {
    const { checks, scheduler } = this.#cluster;
    const process = this.#anyReady();
    const told = checks.told.get(id)!;
    if (!process || told.isBusy) return;
    told.isBusy = true;
    scheduler.after(0, process, () => {
      this.#cluster.note(process, `is asked to ${kind} endpoint ${id}`);
      // Proof: the id of an endpoint.
      const asked = this.#ask(process, kind, { id: id as EndpointId, told });
      // Without an answer nobody knows what is true, and nobody else touches the endpoint.
      asked.then(
        () => (told.isBusy = !process.isAlive),
        () => {},
      );
    });
  }

  async #ask(
    process: SimulatedProcess,
    kind: "pause" | "resume" | "delete" | "roll",
    { id, told }: { readonly id: EndpointId; readonly told: Told },
  ): Promise<void> {
    const { product, scheduler } = this.#cluster;
    const { node } = process;
    if (!node) return;
    const context = this.#context(process, node);
    const address = { id, scope: "all" } as const;
    const word = (told.word += 1);
    if (kind === "resume") {
      told.blockedSince = undefined;
      await product.resumeEndpoint(context, address);
    } else if (kind === "roll") {
      told.isSecretUnknown = true;
      const { secret } = await product.rollSecret(context, address, {
        overlapSeconds: 0,
        secret: undefined,
      });
      if (!process.isAlive || told.word !== word) return;
      told.secrets = told.secrets.map((each) => ({
        ...each,
        endsAt: Math.min(each.endsAt, scheduler.now + 1_000),
      }));
      told.secrets.push({ text: secret, endsAt: Infinity });
      told.isSecretUnknown = false;
    } else {
      const run = kind === "pause" ? product.pauseEndpoint : product.deleteEndpoint;
      await run(context, address);
      // Somebody else's word may have come in between.
      if (process.isAlive && told.word === word) told.blockedSince = scheduler.now;
    }
  }

  #context({ clock }: SimulatedProcess, { pools, changes, engine }: Node) {
    const { vault, platforms, product } = this.#cluster;
    const { addressPolicy, wake } = engine;
    const rest = { clock, vault, platforms, changes, config: CONFIG, addressPolicy, wake };
    return { sql: pools.api, audit: product.systemAudit, ...rest };
  }

  #planFaults(): void {
    const count = this.#dice.below(12);
    for (let index = 0; index < count; index++) {
      this.#at(this.#dice.between(1_000, CALM_AFTER_MS), () => this.#fault());
    }
  }

  #fault(): void {
    const { scheduler, network, processes } = this.#cluster;
    const dice = this.#dice;
    const process = dice.pick(processes);
    const kind = dice.below(12);
    const forMs = dice.pick([500, 5_000, 12_000, 22_000, 45_000, 100_000]) * dice.between(0.8, 1.2);
    if (!process.isAlive) return;
    if (kind < 2) process.die();
    else if (kind < 4) process.diesAtEffect = dice.below(30);
    else if (kind < 7) {
      this.#cluster.note(process, `is stopped for ${Math.round(forMs)} ms`);
      scheduler.stop(process);
      process.absences.push({ from: scheduler.now, until: scheduler.now + forMs });
      scheduler.after(forMs, undefined, () => this.#resume(process));
    } else if (kind < 10) {
      const cut = dice.pick(["hole", "refused"] as const);
      this.#cluster.note(process, `is cut off (${cut}) for ${Math.round(forMs)} ms`);
      const until = Math.min(scheduler.now + forMs, CALM_AFTER_MS);
      network.cut(process, { kind: cut, until });
    } else if (kind === 10) {
      const downMs = dice.pick([100, 1_000, 10_000]);
      this.#cluster.note(undefined, `the database restarts, ${downMs} ms`);
      network.restartDatabase(downMs);
    } else if (dice.chance(0.5)) {
      process.clockFault.skewMs += dice.between(-1, 1) * 10 * 24 * 3_600_000;
    } else {
      this.#cluster.note(process, "is asked to stop");
      scheduler.after(0, process, () => void stopNode(process).catch(() => process.die()));
    }
  }

  #resume(process: SimulatedProcess): void {
    if (!process.isAlive || !process.backlog) return;
    this.#cluster.note(process, "goes on");
    this.#cluster.scheduler.resume(process);
  }

  #calmDown(): void {
    const { network, processes, receivers } = this.#cluster;
    this.#isCalm = true;
    this.#cluster.note(undefined, "all is calm");
    network.heal();
    for (const process of processes) {
      process.diesAtEffect = undefined;
      process.clockFault.skewMs = this.#skewMs();
      this.#resume(process);
    }
    for (const receiver of receivers) {
      // A queue behind failures takes as many schedules as it has deliveries.
      receiver.mood = receiver.isOrdered ? "well" : this.#dice.pick(["well", "well", "broken"]);
    }
    this.#startAll();
  }

  /** People try until every endpoint goes again; one that answered 410 is disabled, and comes back, too. */
  #startAll(): void {
    const { memory, scheduler, product, checks } = this.#cluster;
    const process = this.#anyReady();
    const stopped = [...memory.rows.endpoints.values()].filter(
      ({ state, deletedAt }) => state !== "active" && deletedAt === null,
    );
    scheduler.after(5_000, undefined, () => this.#startAll());
    if (!process) return;
    if (memory.rows.pauses.size + memory.rows.rates.size > 0) this.#onAll("resume");
    for (const { id } of stopped) {
      const told = checks.told.get(id)!;
      told.word += 1;
      told.blockedSince = undefined;
      scheduler.after(0, process, () => {
        const { node } = process;
        if (!node) return;
        const context = this.#context(process, node);
        // Proof: the id of an endpoint.
        product.resumeEndpoint(context, { id: id as EndpointId, scope: "all" }).catch(() => {});
      });
    }
  }

  /** When all is calm, what is due and allowed must not lie about while nobody is at it. */
  #watchWork(): void {
    const { scheduler, memory, checks } = this.#cluster;
    let idle = new Map<string, number>();
    const look = () => {
      scheduler.after(1_000, undefined, look);
      if (scheduler.now < CALM_AFTER_MS + SETTLED_WITHIN_MS) return;
      const { now } = scheduler;
      const rows = [...memory.rows.deliveries.values()];
      const busy = new Set(
        rows.filter(({ state }) => state === "leased").map(({ endpointId }) => endpointId),
      );
      const seen = new Map<string, number>();
      for (const each of rows) {
        const { id, state, endpointId, dueAt } = each;
        const endpoint = memory.rows.endpoints.get(endpointId);
        const holdUntil = memory.rows.endpointStates.get(endpointId)?.holdUntil ?? 0;
        const clock = memory.clock();
        const isDue = state === "pending" && (dueAt ?? Infinity) <= clock && holdUntil <= clock;
        if (!isDue || busy.has(endpointId) || endpoint?.state !== "active") continue;
        if (rows.some((other) => isBefore(other, each))) continue;
        const since = idle.get(id) ?? now;
        seen.set(id, since);
        if (now - since > 3_000)
          checks.breach(`due for ${now - since} ms and nobody is at it: ${id}`);
      }
      idle = seen;
      for (const { id, state, leaseNode } of rows) {
        if (state === "leased" && checks.isLongDead(leaseNode)) {
          checks.breach(`held by a process that is dead for long: ${id}`);
        }
      }
    };
    look();
  }

  #at(ms: number, run: () => void): void {
    this.#cluster.scheduler.after(ms, undefined, run);
  }
}

/** Unfinished, and before the other one in its queue. */
function isBefore(one: Delivery, other: Delivery): boolean {
  const isUnfinished = one.state === "pending" || one.state === "leased";
  const isSame = one.endpointId === other.endpointId && one.orderingKey === other.orderingKey;
  const isOrdered = other.orderingKey !== null && other.sequence !== null;
  return isUnfinished && isSame && isOrdered && (one.sequence ?? Infinity) < other.sequence;
}

const ENDPOINT = {
  description: "",
  events: ["*"],
  filter: null,
  resource: null,
  rateLimit: null,
  wireFormat: WIRE_FORMAT,
  headersSealed: null,
  state: "active",
  disabledReason: null,
  alertEmails: [],
} as const;
