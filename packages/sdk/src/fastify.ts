/** Entry `@posthorn/sdk/fastify`. */
export { verifyApiKey } from "./keys/fastify.ts";
export { fastifyPlugin, type FastifyPluginOptions } from "./adapters/fastify.ts";
