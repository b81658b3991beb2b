/** Loaded into a node before it starts: signing a body that says so ends the process, as a fault in native code would. */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

const MARK = "poison: end this process";
const createHmac = crypto.createHmac;

crypto.createHmac = (algorithm, key, options) => {
  const hmac = createHmac(algorithm, key, options);
  const update = hmac.update.bind(hmac);
  hmac.update = (data: string | NodeJS.ArrayBufferView) => {
    const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data.buffer);
    if (bytes.includes(MARK)) process.abort();
    return update(data);
  };
  return hmac;
};
syncBuiltinESMExports();
