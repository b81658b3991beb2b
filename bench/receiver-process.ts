/** The receiver where there is no nginx: answers 200 to everything and writes the same log. Arguments: port, log file. */
import { createWriteStream } from "node:fs";
import { createServer } from "node:http";

const [port = "0", log = ""] = process.argv.slice(2);
const FLUSH_EVERY_MS = 100;

const output = createWriteStream(log, { flags: "a" });
let lines = "";

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  request.resume().on("end", () => {
    const at = (performance.timeOrigin + performance.now()) / 1000;
    lines += `${at.toFixed(3)} ${String(request.headers["webhook-id"])} ${request.url}\n`;
    response.writeHead(200, { "content-length": 0 }).end();
  });
});
server.listen(Number(port), "127.0.0.1", 1024);

setInterval(() => {
  if (lines === "") return;
  output.write(lines);
  lines = "";
}, FLUSH_EVERY_MS);

// The channel closes when the benchmark ends, however it ends.
process.on("disconnect", () => process.exit(0));
