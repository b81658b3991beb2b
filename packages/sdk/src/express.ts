/** Entry `@posthorn/sdk/express`. */
export { verifyApiKey } from "./keys/express.ts";
