/** Processes, database, receivers and people of one run, in virtual time. */
import { createSecretKey } from "node:crypto";
import type { Job } from "../../../packages/server/src/delivery/isolated-process.ts";
import type { SendRequest } from "../../../packages/server/src/delivery/send.ts";
import type { Vault } from "../../../packages/server/src/platform/vault.ts";
import type { CompiledFormat, Platforms } from "../../../packages/server/src/platforms.ts";
import type { LoadedProfiles } from "../../../packages/server/src/profiles.ts";
import { Checks } from "./checks.ts";
import { openListeningClient } from "./client.ts";
import { Dice } from "./dice.ts";
import type { Surroundings } from "./effects.ts";
import { Memory, Transaction } from "./memory.ts";
import { Network } from "./network.ts";
import { EPOCH_MS, type SimulatedProcess } from "./process.ts";
import { send, sendApart, type Receiver } from "./receivers.ts";
import { Scheduler } from "./scheduler.ts";
import { finish, STATEMENTS_BY_NAME, type StatementsByName } from "./statements.ts";

export type Product = typeof import("./product.ts");

/** What does not change from run to run. */
export interface Setting {
  readonly product: Product;
  readonly statements: StatementsByName;
  readonly profiles: LoadedProfiles["profiles"];
  readonly platforms: Platforms;
  readonly vault: Vault;
}

export const WIRE_FORMAT = "default@1";
const PROFILE = "default";
/** A schedule that ends within a run. */
const DELAYS_SECONDS = [0, 3, 12, 40];
/** Longer than the silence after which a node is dead: a request may outlast a takeover. */
const TIMEOUT_SECONDS = 30;

export function createSetting(product: Product, statements?: StatementsByName): Setting {
  const profile = product.loadProfiles().profiles.get(PROFILE);
  if (!profile) throw new Error(`no profile ${PROFILE}`);
  const delivery = {
    ...profile.delivery,
    delaysSeconds: DELAYS_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  const profiles = new Map([[PROFILE, { ...profile, delivery }]]);
  const vault = product.createVault(createSecretKey(Buffer.alloc(32)));
  const platforms = product.createPlatforms(profiles);
  return { product, statements: statements ?? STATEMENTS_BY_NAME, profiles, platforms, vault };
}

export class Cluster implements Surroundings {
  readonly scheduler = new Scheduler();
  readonly memory: Memory;
  readonly network: Network;
  readonly checks: Checks;
  readonly dice: Dice;
  readonly product: Product;
  readonly platforms: Platforms;
  readonly profiles: LoadedProfiles["profiles"];
  readonly vault: Vault;
  readonly format: CompiledFormat;
  readonly receivers: Receiver[] = [];
  readonly processes: SimulatedProcess[] = [];
  readonly #productDice: Dice;
  readonly #trace: ((line: string) => void) | undefined;

  constructor(setting: Setting, seed: number, trace?: (line: string) => void) {
    this.product = setting.product;
    this.platforms = setting.platforms;
    this.profiles = setting.profiles;
    this.vault = setting.vault;
    this.format = setting.platforms.format(WIRE_FORMAT);
    this.dice = new Dice(seed * 3);
    this.#productDice = new Dice(seed * 3 + 1);
    this.#trace = trace;
    this.memory = new Memory(() => EPOCH_MS + this.scheduler.now);
    this.network = new Network(this.scheduler, this.memory, {
      dice: new Dice(seed * 3 + 2),
      statements: setting.statements,
    });
    this.checks = new Checks(this);
    this.network.onStatement = (process, name, result) =>
      this.checks.onStatement(process, name, result);
    this.memory.onInterrupted = (id) => this.checks.onInterrupted(id);
  }

  /** A line of what happens, for people who follow a run. */
  note(process: SimulatedProcess | undefined, text: string | (() => string)): void {
    if (!this.#trace) return;
    const who = process ? `process ${process.slot}` : "world";
    const line = typeof text === "string" ? text : text();
    this.#trace(`${(this.scheduler.now / 1000).toFixed(3).padStart(9)} ${who}: ${line}`);
  }

  /** A client of the database that is always answered at once: for what was there before the run began. */
  readonly atOnce = Object.assign(() => {}, {
    runStatement: async (name: string, rest: readonly unknown[]) => {
      const tx = new Transaction(this.memory);
      const result = finish(this.network.statementOf(name)(tx, ...rest), tx);
      tx.commit();
      return result;
    },
  });

  receiverOf(url: string): Receiver {
    const receiver = this.receivers.find((each) => each.url === url);
    if (!receiver) throw new Error(`no receiver at ${url}`);
    return receiver;
  }

  /** An event whose sending kills the process. */
  poisonOf({ body }: SendRequest): boolean {
    return body.includes("poison");
  }

  newUuid(): string {
    const time = Math.floor(EPOCH_MS + this.scheduler.now)
      .toString(16)
      .padStart(12, "0");
    const digits = (count: number) =>
      Array.from({ length: count }, () => this.#productDice.below(16).toString(16)).join("");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-8${digits(3)}-${digits(12)}`;
  }

  random(): number {
    return this.#productDice.next();
  }

  randomBytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#productDice.below(256)));
  }

  send(request: SendRequest) {
    return send(this, request);
  }

  sendApart(job: Job) {
    return sendApart(this, job);
  }

  openListening(settings: Parameters<Surroundings["openListening"]>[0]): unknown {
    // Proof: only the change feed of a process listens.
    return openListeningClient(this.network, this.scheduler.owner as SimulatedProcess, settings);
  }
}
