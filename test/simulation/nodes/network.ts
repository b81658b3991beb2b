/** Between the processes and the database: what arrives, when, whether its answer does, and who hears notifications. */
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { openClient } from "./client.ts";
import type { Dice } from "./dice.ts";
import { Transaction, Waits, type Memory, type Message } from "./memory.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import { finish, isLater, type AnyStatement, type StatementsByName } from "./statements.ts";

/** What becomes of a request to the database. `there` and `back` are milliseconds on the way. */
export interface Fate {
  readonly there: number;
  readonly back: number;
  readonly isLost: boolean;
  readonly isUnanswered: boolean;
}

/** A way to the database that is closed until a moment. A `hole` swallows, `refused` says no at once. */
export interface Cut {
  readonly kind: "hole" | "refused";
  readonly until: number;
}

export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Outcome<Result> = { readonly result: Result } | { readonly code: string };

/** Of the accepting statement. */
const STATEMENT_MS_MAX = 5_000;
const LOST = "CONNECTION_CLOSED";
const LOCK_WAIT_MS_MAX = 10_000;
const IDLE_IN_TRANSACTION_MS_MAX = 60_000;

interface Parked {
  readonly until: number;
  readonly run: () => void;
}

/** A client's session that listens; what is sent to it arrives in order. */
export interface ListeningSession {
  readonly process: SimulatedProcess;
  readonly channels: Set<string>;
  readonly hear: (message: Message) => void;
  readonly close: () => void;
  isOpen: boolean;
  arrivedAt: number;
}

export class Network {
  readonly scheduler: Scheduler;
  readonly memory: Memory;
  readonly dice: Dice;
  readonly statements: StatementsByName;
  /** Of statements that go wrong by themselves; 0 when all is calm. */
  trouble = 0;
  onStatement: (process: SimulatedProcess, name: string, result: unknown) => void = () => {};
  /** Names of statements that nobody simulates: whoever waits for one waits for ever. */
  readonly unknown = new Set<string>();
  readonly #cuts = new Map<SimulatedProcess, Cut>();
  readonly #listening = new Set<ListeningSession>();
  #parked: Parked[] = [];
  #downUntil = 0;
  /** Of the database: what was sent to an earlier one has been forgotten. */
  #era = 0;

  constructor(
    scheduler: Scheduler,
    memory: Memory,
    more: { readonly dice: Dice; readonly statements: StatementsByName },
  ) {
    this.scheduler = scheduler;
    this.memory = memory;
    this.dice = more.dice;
    this.statements = more.statements;
  }

  cut(process: SimulatedProcess, cut: Cut): void {
    this.#cuts.set(process, cut);
    if (cut.kind === "refused") this.#closeSessions((each) => each.process === process);
  }

  heal(): void {
    this.#cuts.clear();
    this.trouble = 0;
  }

  isCut(process: SimulatedProcess): boolean {
    return this.#cutOf(process) !== undefined || this.scheduler.now < this.#downUntil;
  }

  /** The database dies and comes back: open transactions, sessions and answers on their way are gone. */
  restartDatabase(forMs: number): void {
    this.#era += 1;
    this.#downUntil = this.scheduler.now + forMs;
    for (const tx of new Set(this.memory.locks.values())) tx.rollback();
    this.#closeSessions(() => true);
    this.#retryParked();
  }

  openPool(process: SimulatedProcess, max: number): Pool {
    return openClient(this, process, max);
  }

  /**
   * Carries `work` to the database and its result back; `work` runs there, whatever has become of its sender. With
   * `finishing` it ends some time later, there, within what a statement may take.
   */
  request<Result>(
    process: SimulatedProcess,
    work: () => Result,
    finishing: (result: Result) => (() => Result) | undefined = () => undefined,
  ): Promise<Result> {
    const fate = this.#fate(process);
    const era = this.#era;
    const isGone = () => era !== this.#era || this.scheduler.now < this.#downUntil;
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void) => this.scheduler.after(fate.back, process, settle);
      const fail = (code: string) => answer(() => reject(new DatabaseError(code)));
      if (fate.isLost) return fail(LOST);
      const end = (outcome: Outcome<Result>) => {
        if (fate.isUnanswered) return fail(LOST);
        if ("code" in outcome) return fail(outcome.code);
        return answer(() => {
          if (era === this.#era) resolve(outcome.result);
          else reject(new DatabaseError(LOST));
        });
      };
      const arrive = () => {
        if (isGone()) return fail(LOST);
        return this.#attempt(work, (outcome) => {
          const second = "result" in outcome ? finishing(outcome.result) : undefined;
          if (!second) return end(outcome);
          return this.scheduler.after(this.#flushMs(), undefined, () =>
            isGone() ? fail(LOST) : this.#attempt(second, end),
          );
        });
      };
      return this.scheduler.after(fate.there, undefined, arrive);
    });
  }

  #flushMs(): number {
    const { dice } = this;
    return dice.chance(this.trouble) ? dice.between(100, STATEMENT_MS_MAX) : dice.between(0.3, 6);
  }

  #attempt<Result>(work: () => Result, answer: (outcome: Outcome<Result>) => void): void {
    const until = this.scheduler.now + LOCK_WAIT_MS_MAX;
    const run = () => {
      if (this.scheduler.now >= until) return answer({ code: "57014" });
      try {
        answer({ result: work() });
      } catch (error) {
        if (error instanceof DatabaseError) return answer({ code: error.code });
        if (!(error instanceof Waits)) throw error;
        this.#parked.push({ until, run });
        this.scheduler.after(LOCK_WAIT_MS_MAX, undefined, () => this.#retryParked());
      }
      return undefined;
    };
    run();
  }

  #retryParked(): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const { run } of parked) this.scheduler.after(0, undefined, run);
  }

  /** A statement outside of transactions; the accepting one commits later than it looks. */
  async autocommit(
    process: SimulatedProcess,
    name: string,
    rest: readonly unknown[],
  ): Promise<unknown> {
    const statement = this.statementOf(name);
    const second = (before: unknown) => () => {
      const tx = new Transaction(this.memory, process);
      const result = this.#runOrRollBack(tx, () => finish(before, tx));
      return this.#finished(process, name, { tx, result });
    };
    const first = await this.request<unknown>(
      process,
      () => {
        const tx = new Transaction(this.memory, process);
        const result = this.#runOrRollBack(tx, () => statement(tx, ...rest));
        if (!isLater(result)) return this.#finished(process, name, { tx, result });
        if (result.isFirstKept) this.commit(tx);
        else tx.rollback();
        return result;
      },
      (result) => (isLater(result) && !result.isFirstKept ? second(result) : undefined),
    );
    return isLater(first) ? this.request(process, second(first)) : first;
  }

  #runOrRollBack(tx: Transaction, run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      tx.rollback();
      throw error;
    }
  }

  #finished(
    process: SimulatedProcess,
    name: string,
    done: { tx: Transaction; result: unknown },
  ): unknown {
    this.commit(done.tx);
    this.onStatement(process, name, done.result);
    return done.result;
  }

  statementOf(name: string): AnyStatement {
    const statement = this.statements[name];
    if (!statement) throw new Error(`no statement ${name}`);
    return statement;
  }

  begin(process: SimulatedProcess): Transaction {
    const tx = new Transaction(this.memory, process);
    this.#watchIdle(tx, this.scheduler.now);
    return tx;
  }

  touch(tx: Transaction): void {
    if (tx.isOver) throw new DatabaseError("25P03");
    tx.touchedAt = this.scheduler.now;
  }

  #watchIdle(tx: Transaction, touchedAt: number): void {
    tx.touchedAt = touchedAt;
    const look = () => {
      if (tx.isOver) return;
      const left = tx.touchedAt + IDLE_IN_TRANSACTION_MS_MAX - this.scheduler.now;
      if (left <= 0) this.rollback(tx);
      else this.scheduler.after(left, undefined, look);
    };
    this.scheduler.after(IDLE_IN_TRANSACTION_MS_MAX, undefined, look);
  }

  commit(tx: Transaction): void {
    tx.commit();
    for (const message of tx.messages) this.#notify(message);
    if (this.#parked.length > 0) this.#retryParked();
  }

  rollback(tx: Transaction): void {
    if (tx.isOver) return;
    tx.rollback();
    this.#retryParked();
  }

  listen(session: ListeningSession): void {
    this.#listening.add(session);
  }

  #notify(message: Message): void {
    for (const session of this.#listening) {
      if (!session.channels.has(message.channel)) continue;
      this.#arriveInOrder(session, this.#way(session.process), () => session.hear(message));
    }
  }

  /** An answer on a listening session stays behind the notifications that were sent before it. */
  #arriveInOrder(session: ListeningSession, ms: number, run: () => void): void {
    session.arrivedAt = Math.max(session.arrivedAt, this.scheduler.now + ms);
    this.scheduler.after(session.arrivedAt - this.scheduler.now, session.process, () => {
      if (session.isOpen) run();
    });
  }

  /** A statement on a listening session; a lost one is never answered, as on a connection that nobody closes. */
  ask(session: ListeningSession, work: () => void): Promise<void> {
    const { process } = session;
    const fate = this.#fate(process);
    return new Promise((resolve, reject) => {
      if (this.isCut(process) && this.#cutOf(process)?.kind !== "hole") {
        this.scheduler.after(1, process, () => reject(new DatabaseError(LOST)));
        return;
      }
      const { there } = fate;
      this.scheduler.after(there, undefined, () => {
        if (!session.isOpen) return;
        work();
        this.#arriveInOrder(session, fate.back, resolve);
      });
    });
  }

  #closeSessions(isMeant: (session: ListeningSession) => boolean): void {
    for (const session of this.#listening) {
      if (!isMeant(session) || !session.isOpen) continue;
      session.isOpen = false;
      this.#listening.delete(session);
      this.scheduler.after(1, session.process, session.close);
    }
  }

  forgetSessions(process: SimulatedProcess): void {
    for (const session of this.#listening) {
      if (session.process === process) this.#listening.delete(session);
    }
  }

  #cutOf(process: SimulatedProcess): Cut | undefined {
    const cut = this.#cuts.get(process);
    return cut && cut.until > this.scheduler.now ? cut : undefined;
  }

  #way(process: SimulatedProcess): number {
    const cut = this.#cutOf(process);
    const held = cut ? cut.until - this.scheduler.now : 0;
    return held + this.dice.between(0.2, 4);
  }

  #fate(process: SimulatedProcess): Fate {
    const { dice } = this;
    const cut = this.#cutOf(process);
    const back = dice.between(0.2, 4);
    if (cut?.kind === "refused") return { there: 0, back, isLost: true, isUnanswered: false };
    const there = this.#way(process);
    if (cut) {
      // What was sent into the hole arrives when it closes, or the connection turns out to be dead by then.
      const isLost = dice.chance(0.5);
      return { there, back: isLost ? there : back, isLost, isUnanswered: dice.chance(0.2) };
    }
    if (!dice.chance(this.trouble)) return { there, back, isLost: false, isUnanswered: false };
    const slow = dice.chance(0.3) ? dice.between(1_000, 40_000) : there;
    const kind = dice.below(4);
    return {
      there: kind === 0 ? slow : there,
      back: kind === 1 ? slow : back,
      isLost: kind === 2,
      isUnanswered: kind === 3,
    };
  }
}
