/** `--workers N`: node processes on one port. The parent owns the database and starts the others anew when they die. */
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { StartOptions } from "./installation.ts";
import { delay } from "./platform/clock.ts";

const RESTART_PAUSE_MS = 500;

export async function superviseWorkers(
  options: StartOptions,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { config, clock, log } = options;
  let isStopping = false;
  cluster.on("exit", (worker, code, signal) => {
    if (isStopping) return;
    log.error({ event: "worker.exited", worker: worker.process.pid, code, signal });
    void delay(clock, RESTART_PAUSE_MS).then(() => !isStopping && cluster.fork());
  });
  const workers = Array.from({ length: config.workers }, () => cluster.fork());
  await Promise.all(workers.map((worker) => listening(worker)));
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${config.port}`,
    async stop() {
      isStopping = true;
      const living = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      await Promise.all(
        living.map(async (worker) => {
          const exited = once(worker, "exit");
          worker.process.kill("SIGTERM");
          await exited;
        }),
      );
    },
  };
}

function listening(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("listening", () => resolve());
    worker.once("exit", (code) =>
      reject(new Error(`a worker ended before it listened, with code ${code}`)),
    );
  });
}
