/** Entry `@posthorn/sdk/next`. */
export { verifyApiKey } from "./keys/next.ts";
