/** The yardstick of `keys/verify`: what node:http alone costs for a body read, parsed and answered, without any of ours. */
import { createServer } from "node:http";

const BODY = JSON.stringify({ valid: true, code: "VALID", note: "x".repeat(220) });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(200, [
      "content-type",
      "application/json; charset=utf-8",
      "content-length",
      String(Buffer.byteLength(BODY)),
    ]);
    response.end(BODY);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit(0));
