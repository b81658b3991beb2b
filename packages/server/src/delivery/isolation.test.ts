import assert from "node:assert/strict";
import { test } from "node:test";
import { ISOLATION_IDLE_MS } from "../limits.ts";
import { createLogger } from "../platform/log.ts";
import { createIsolation } from "./isolation.ts";
import type { Job } from "./isolated-process.ts";
import type { SenderSettings } from "./sender-settings.ts";

test("a job that comes while the idle process is ended goes to a new one", async () => {
  let endIdle = () => {};
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    after(ms: number, action: () => void) {
      if (ms === ISOLATION_IDLE_MS) endIdle = action;
      return () => {};
    },
  };
  const sender: SenderSettings = {
    idleMax: 1,
    allowAddresses: [],
    extraCa: undefined,
    ownOrigin: { origin: "http://own.example", listener: { host: "127.0.0.1", port: 1 } },
    bodiesOfNonPublicKept: true,
  };
  const log = createLogger({ level: "fatal" });
  const isolation = createIsolation({ clock, log, profiles: new Map(), sender });
  // Proof: no profile has its format, so nothing else of it is read.
  const job = { kind: "job", delivery: { wireFormat: "none@1" } } as Job;
  const first = await isolation.run(job, 1_000);
  assert.equal(first.kind, "broken");
  endIdle();
  assert.deepEqual(await isolation.run(job, 1_000), first);
  isolation.stop();
});
