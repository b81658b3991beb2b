/** A receiver in its smallest form: raw body, signature, answer. Start it with WEBHOOK_SECRET=whsec_… */
import { createServer } from "node:http";
import { verify } from "@posthorn/sdk/webhooks";

const secret = process.env["WEBHOOK_SECRET"];
if (!secret) throw new Error("Set WEBHOOK_SECRET to the signing secret of the endpoint.");

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const result = verify({ format: "standard", headers: request.headers, body, secret });
  response.writeHead(result.ok ? 204 : 401).end();
  console.log(result.ok ? `${request.headers["webhook-id"]} ${body}` : `refused: ${result.reason}`);
}).listen(9000, "127.0.0.1");
