import type { FastifyInstance } from "fastify";
import { receivedFromNode, type Answering } from "./node.ts";

export interface FastifyPluginOptions {
  /** The address of the route, `/webhooks/fanfare`. */
  readonly path: string;
}

/** What the plugin needs of a receiver besides answering: it lives as long as the server. */
export interface Running extends Answering {
  start(): void;
  close(): Promise<void>;
}

/**
 * A plugin with one route, where no parser touches a body; the other routes keep theirs. Starts the receiver with the
 * server and closes it with the server.
 *
 * ```ts
 * fastify.register(fastifyPlugin(receiver, { path: "/webhooks/fanfare" }));
 * ```
 */
export function fastifyPlugin(
  receiver: Running,
  { path }: FastifyPluginOptions,
): (fastify: FastifyInstance) => Promise<void> {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser("*", (_request, _payload, done) => done(null));
    fastify.all(path, async (request, reply) => {
      const answer = await receiver.receive(receivedFromNode(request.raw));
      return reply.code(answer.status).headers(answer.headers).send(JSON.stringify(answer.body));
    });
    fastify.addHook("onReady", async () => receiver.start());
    fastify.addHook("onClose", async () => receiver.close());
  };
}
