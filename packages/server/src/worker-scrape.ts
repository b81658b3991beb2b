/**
 * A scrape with `--workers` meets one process and is about all of them. The one that is met asks the parent, the
 * parent asks every process, and the answers go back together. What does not answer in time is left out.
 */
import cluster, { Worker } from "node:cluster";
import { SCRAPE_GATHER_MS_MAX } from "./limits.ts";
import type { Gather } from "./node-options.ts";
import type { Clock } from "./platform/clock.ts";
import type { ProcessNumbers } from "./platform/metrics.ts";

/** `gather` and `wanted` go from parent and worker to each other with the number that their answer repeats. */
type Message =
  | { readonly posthorn: "gather" | "wanted"; readonly scrape: number }
  | { readonly posthorn: "given"; readonly scrape: number; readonly numbers: ProcessNumbers }
  | { readonly posthorn: "gathered"; readonly scrape: number; readonly all: ProcessNumbers[] };

/** The worker's side: answers the parent, and asks it. */
export function joinScrapes(clock: Clock): Gather {
  const waiting = new Map<number, (all: readonly ProcessNumbers[]) => void>();
  let own: (() => Promise<ProcessNumbers>) | undefined;
  let scrapes = 0;
  process.on("message", (message: unknown) => {
    if (!isMessage(message)) return;
    const { scrape } = message;
    if (message.posthorn === "gathered") waiting.get(scrape)?.(message.all);
    if (message.posthorn !== "wanted") return;
    void own?.().then((numbers) => tell(process, { posthorn: "given", scrape, numbers }));
  });

  return async (numbers) => {
    own = numbers;
    const scrape = ++scrapes;
    const asked = new Promise<readonly ProcessNumbers[] | undefined>((resolve) => {
      waiting.set(scrape, resolve);
      // Longer than the parent waits for the slowest of us.
      clock.after(2 * SCRAPE_GATHER_MS_MAX, () => resolve(undefined));
      tell(process, { posthorn: "gather", scrape });
    });
    const all = await asked.finally(() => waiting.delete(scrape));
    return all ?? [await numbers()];
  };
}

/** The parent's side. */
export function answerScrapes(clock: Clock): void {
  const rounds = new Map<number, (worker: number, numbers: ProcessNumbers) => void>();
  let last = 0;

  function begin(asker: Worker, scrape: number): void {
    const round = ++last;
    const workers = living();
    const given = new Map<number, ProcessNumbers>();
    const cancel = clock.after(SCRAPE_GATHER_MS_MAX, finish);
    rounds.set(round, (worker, numbers) => {
      given.set(worker, numbers);
      if (given.size === workers.length) finish();
    });
    for (const worker of workers) tell(worker, { posthorn: "wanted", scrape: round });
    function finish() {
      cancel();
      rounds.delete(round);
      tell(asker, { posthorn: "gathered", scrape, all: [...given.values()] });
    }
  }

  cluster.on("message", (worker, message: unknown) => {
    if (!isMessage(message)) return;
    if (message.posthorn === "gather") begin(worker, message.scrape);
    if (message.posthorn === "given") rounds.get(message.scrape)?.(worker.id, message.numbers);
  });
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker?.isConnected() ? [worker] : [],
  );
}

function tell(to: Worker | NodeJS.Process, message: Message): void {
  // Who has gone meanwhile needs no answer, and is no error.
  if (to instanceof Worker) to.send(message, () => {});
  else to.send?.(message, undefined, undefined, () => {});
}

function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "posthorn" in message;
}
