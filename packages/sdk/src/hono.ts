/** Entry `@posthorn/sdk/hono`. */
export { verifyApiKey } from "./keys/hono.ts";
export type { ApiKeyVariables } from "./keys/hono.ts";
export { honoHandler } from "./adapters/hono.ts";
