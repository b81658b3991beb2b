/** `--workers N`: node processes on one port. The parent owns the database and starts the others anew when they die. */
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { answerScrapes } from "./worker-scrape.ts";
import type { StartOptions } from "./installation.ts";
import { delay } from "./platform/clock.ts";

const RESTART_PAUSE_MS = 500;

/** Resolves when all workers listen; rejects, and ends the others, when one of them cannot. */
export async function superviseWorkers(
  options: StartOptions,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { config, clock, log } = options;
  // As JSON a number that is none would arrive as null, and a scraper refuses that.
  cluster.setupPrimary({ serialization: "advanced" });
  answerScrapes(clock);
  const workers = Array.from({ length: config.workers }, () => cluster.fork());
  const ports = await Promise.all(workers.map(listening)).catch(async (error: unknown) => {
    await endWorkers("SIGKILL");
    throw error;
  });
  let isStopping = false;
  cluster.on("exit", (worker, code, signal) => {
    if (isStopping) return;
    log.error({ event: "worker.exited", worker: worker.process.pid, code, signal });
    void delay(clock, RESTART_PAUSE_MS).then(() => !isStopping && cluster.fork());
  });
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${ports[0] ?? config.port}`,
    async stop() {
      isStopping = true;
      await endWorkers("SIGTERM");
    },
  };
}

/** Resolves with the port that the worker listens on. */
function listening(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once("listening", ({ port }) => resolve(port));
    // It has said on its own standard error what the matter is.
    worker.once("exit", () => reject(new WorkerStartError("A worker process did not start.")));
  });
}

class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

async function endWorkers(signal: NodeJS.Signals): Promise<void> {
  const living = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    living.map(async (worker) => {
      const exited = once(worker, "exit");
      worker.process.kill(signal);
      await exited;
    }),
  );
}
