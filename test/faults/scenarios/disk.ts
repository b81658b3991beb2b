/** The disk of PostgreSQL is full. */
import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  mkdirSync,
  openSync,
  closeSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { checkAll } from "../check.ts";
import { startEmbeddedNode, type Cluster } from "../cluster.ts";
import { until } from "../load.ts";
import { lacksTmpfs } from "../machine.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";
import { answersOf, recovered } from "./postgres.ts";

const LANES = 20;
const DISK_MB = 400;
const REFUSAL_MS_MAX = 1_000;
const RECOVERY_MS_MAX = 10_000;
const DATA = { text: "x".repeat(4_000) };

export const fullDisk: Scenario = {
  id: "F06",
  title: "the disk of PostgreSQL is full, and then is not",
  lacks: lacksTmpfs,
  async run({ seconds, rate }) {
    const folder = mkdtempSync(join(tmpdir(), "posthorn-faults-"));
    const disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m,mode=755`, "tmpfs", disk]);
    try {
      const cluster = await startEmbeddedNode({ folder, dataDir: join(disk, "data") });
      return await fillAndFree(cluster, { disk, seconds, rate });
    } finally {
      // The server's children may hold the folder for a moment longer than the server.
      await until(() => unmount(disk), 20_000);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function fillAndFree(
  cluster: Cluster,
  { disk, seconds, rate }: { disk: string; seconds: number; rate: number },
) {
  for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
  const keys = await makeKeys(cluster);
  const producer = startProducer({ ...loadOf(cluster, rate), data: DATA });
  await wait((seconds * 1000) / 4);
  const filler = join(disk, "filler");
  fill(filler);
  const fullAt = performance.now();
  await until(() => cluster.ledger.refused.length > 0, 15_000);
  const revoked = await revokeAll(cluster, keys);
  await wait((seconds * 1000) / 2);
  const isUp = await fetch(`${cluster.urls[0]}/healthz`).then((answer) => answer.ok);
  const freeMb = freeMegabytes(disk);
  rmSync(filler);
  const freedAt = performance.now();
  const after = await recovered(cluster, freedAt);
  await wait(2_000);
  await producer.stop();
  const found = await checkAll(cluster);
  const refused = cluster.ledger.refused.filter(
    ({ sentAt }) => sentAt > fullAt && sentAt < freedAt,
  );
  const slowest = times(refused.map(({ sentAt, answeredAt }) => answeredAt - sentAt)).max;
  const codes = countBy(refused.map(({ code }) => code));
  const restarts = cluster.slots[0]?.node.lines.filter(({ event }) => event === "database.exited");
  const answers = answersOf(cluster);
  await cluster.close();
  return {
    criteria: [
      ...always(found),
      none("answers other than 202 and 503", answers.others),
      atLeast("refused as storage_full", codes["storage_full"] ?? 0, 1),
      none(
        "refusals that do not say when to come again",
        refused.filter((each) => !each.saysWhen).length,
      ),
      none("revocations that failed", revoked.failed),
      atLeast("node is up", isUp ? 1 : 0, 1),
      timeAtMost("slowest refusal ms", slowest, REFUSAL_MS_MAX),
      timeAtMost("accepts after ms", after.acceptMs, RECOVERY_MS_MAX),
      timeAtMost("delivers after that, ms", after.deliverMs, RECOVERY_MS_MAX),
    ],
    figures: { ...found, codes, freeMb, databaseExits: restarts?.length, after },
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const groups = [...Map.groupBy(words, (word) => word)];
  return Object.fromEntries(groups.map(([word, all]) => [word, all.length]));
}

const PIECE = Buffer.alloc(1024 * 1024, 1);

/** Takes all that is left, to the last block. */
function fill(path: string): void {
  const file = openSync(path, "w");
  for (let size = PIECE.length; size >= 512;) {
    try {
      writeSync(file, PIECE, 0, size);
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
}

function freeMegabytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.round((bavail * bsize) / 1024 ** 2);
}

function unmount(folder: string): boolean {
  try {
    execFileSync("umount", [folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const KEYS = 3;

async function makeKeys(cluster: Cluster): Promise<string[]> {
  const names = Array.from({ length: KEYS }, (_, number) => `To be revoked ${number}`);
  const made = await Promise.all(names.map((name) => cluster.call("/api/operator-keys", { name })));
  return (made as { id: string }[]).map(({ id }) => id); // Proof: contract, POST /api/operator-keys.
}

async function revokeAll(cluster: Cluster, ids: readonly string[]) {
  const results = await Promise.allSettled(
    ids.map((id) => cluster.call(`/api/operator-keys/${id}`, undefined, "DELETE")),
  );
  return { failed: results.filter(({ status }) => status === "rejected").length };
}
