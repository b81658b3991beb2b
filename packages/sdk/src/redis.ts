/** Entry `@posthorn/sdk/redis`: an inbox in Redis, over the client that the program has. */
export { redisInbox, type RedisClient, type RedisInboxOptions } from "./inboxes/redis.ts";
