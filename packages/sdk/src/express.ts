/** Entry `@posthorn/sdk/express`: Express 4 and 5, and whatever else passes on the requests of `node:http`. */
export { verifyApiKey } from "./keys/express.ts";
export { expressHandler } from "./adapters/express.ts";
export { nodeHandler, type Answering, type NodeRequest } from "./adapters/node.ts";
