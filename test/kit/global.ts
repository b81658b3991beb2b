/** Runs once before all test files (`node --test-global-setup`): one database server for the whole run. */
import { SERVER_VARIABLE, startTestServer } from "./database.ts";

let stop: (() => Promise<void>) | undefined;

export async function globalSetup(): Promise<void> {
  const server = await startTestServer();
  stop = server.stop;
  process.env[SERVER_VARIABLE] = JSON.stringify(server.connection);
}

export async function globalTeardown(): Promise<void> {
  await stop?.();
}
