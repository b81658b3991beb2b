/** Loaded into a node before it starts: signing a body that says so ends the process, as a fault in native code would. */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

const MARK = "poison: end this process";
const createHmac = crypto.createHmac;

crypto.createHmac = (algorithm, key, options) => {
  const hmac = createHmac(algorithm, key, options);
  const update = hmac.update.bind(hmac);
  hmac.update = (data: string | NodeJS.ArrayBufferView) => {
    if (bytesOf(data).includes(MARK)) process.abort();
    return update(data);
  };
  return hmac;
};
syncBuiltinESMExports();

/** Only its own: small buffers share one store, and whoever lies beside a poisoned body would end the process, too. */
function bytesOf(data: string | NodeJS.ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
