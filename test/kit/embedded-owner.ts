/** A process that owns an embedded database and nothing else: `node embedded-owner.ts <data dir>`. */
import { startEmbedded } from "../../packages/server/src/db/embedded.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";

const [dataDir = ""] = process.argv.slice(2);
const log = createLogger({ level: "info" });
try {
  const database = await startEmbedded({ dataDir, clock: systemClock, log });
  // First: whoever reads the line may send the signal before the next statement runs.
  process.once("SIGTERM", () => void database.stop());
  log.info({ event: "ready", postmaster: database.pid() });
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  log.info({ event: "refused", code, message: String(error) });
}
