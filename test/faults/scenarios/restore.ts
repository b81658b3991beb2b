/** An old copy of the data directory is started. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { embeddedConnection } from "../../../packages/server/src/db/embedded.ts";
import { createPool } from "../../../packages/server/src/db/pool.ts";
import { checkAll, count } from "../check.ts";
import { startEmbeddedNode } from "../cluster.ts";
import { publish, until } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { startSlot } from "../slot.ts";
import { always, atLeast, none } from "../verdict.ts";

const BEFORE = 100;
const WAITING = 50;
const AFTER = 40;
const WAIT_MS = 30_000;

export const restoredCopy: Scenario = {
  id: "F40",
  title: "the data directory is copied, the node goes on, the copy is started",
  async run() {
    const cluster = await startEmbeddedNode();
    const { arrivals, dataDir, folder } = cluster;
    const sent = await cluster.addLane("/ok/sent");
    const paused = await cluster.addLane("/ok/paused");
    await cluster.call(`/api/webhooks/${paused.endpointId}/pause`, {});
    await publish(cluster, sent, { count: BEFORE });
    await publish(cluster, paused, { count: WAITING });
    await until(() => arrivals.requests >= BEFORE, WAIT_MS);
    const [slot] = cluster.slots;
    await slot?.stop();
    const copy = join(folder, "copy");
    cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true });
    cpSync(`${dataDir}.master-key`, `${copy}.master-key`);
    await slot?.restart();
    const resume = `/api/webhooks/${paused.endpointId}/resume`;
    await cluster.call(resume, {});
    await publish(cluster, sent, { count: AFTER });
    const found = await checkAll(cluster);
    const first = idsOf(arrivals.byEvent);
    await slot?.stop();
    const restored = await startSlot(
      ["--data-dir", copy, "--log-level", "warn", "--profile", join(folder, "profile.json")],
      {},
    );
    const repeated: string[] = [];
    arrivals.watch(({ headers }) => repeated.push(String(headers["webhook-id"])));
    const headers = { authorization: `Bearer ${cluster.operatorKey}` };
    const resumed = await fetch(`${restored.url}${resume}`, { method: "POST", headers });
    await resumed.text();
    await until(() => repeated.length >= WAITING, WAIT_MS);
    const sql = createPool(embeddedConnection(copy), { max: 1, applicationName: "fault tests" });
    const kept = await count(sql`
      select count(*)::int as count from deliveries where state = 'delivered'`);
    await sql.end({ timeout: 1 });
    await restored.stop();
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("resume that failed", resumed.ok ? 0 : 1),
        atLeast("sent again: what was delivered after the copy", repeated.length, WAITING),
        none("sent again beyond that", repeated.length - WAITING),
        none(
          "with another id than the first time",
          repeated.filter((id) => !first.has(id.slice(4))).length,
        ),
        atLeast("deliveries that the copy has", kept, BEFORE + WAITING),
      ],
      figures: { ...found, repeated: repeated.length, kept },
    };
  },
};

function idsOf(byEvent: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set(byEvent.keys());
}
