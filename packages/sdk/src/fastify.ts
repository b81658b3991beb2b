/** Entry `@posthorn/sdk/fastify`. */
export { verifyApiKey } from "./keys/fastify.ts";
