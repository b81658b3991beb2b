/** Entry `@posthorn/sdk/next`: the App Router and the Pages Router of Next.js. */
export { verifyApiKey } from "./keys/next.ts";
export { appHandlers, pagesHandler } from "./adapters/next.ts";
