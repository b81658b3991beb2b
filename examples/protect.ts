/** A backend whose own API is protected by Posthorn's keys. Start it with POSTHORN_URL and POSTHORN_OPERATOR_KEY. */
import { createServer } from "node:http";

const {
  POSTHORN_URL = "http://127.0.0.1:4400",
  POSTHORN_OPERATOR_KEY,
  PORT = "9100",
} = process.env;
if (!POSTHORN_OPERATOR_KEY) throw new Error("Set POSTHORN_OPERATOR_KEY.");

interface Verdict {
  readonly valid: boolean;
  readonly code: string;
  readonly organizationId: string | null;
}

/** What Posthorn says about the key of a request; answered from memory there, so ask each time. */
async function verify(question: Record<string, unknown>): Promise<Verdict> {
  const response = await fetch(`${POSTHORN_URL}/api/keys/verify`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${POSTHORN_OPERATOR_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(question),
  });
  if (!response.ok) throw new Error(`Posthorn answered ${response.status}`);
  // Proof: a 2xx of this route has this shape.
  return (await response.json()) as Verdict;
}

/** 401 for a key that is no good, 403 for one that may not do this, 429 for one that asks too often. */
const STATUSES: Readonly<Record<string, number>> = {
  INSUFFICIENT_SCOPE: 403,
  RESOURCE_NOT_ALLOWED: 403,
  IP_NOT_ALLOWED: 403,
  RATE_LIMITED: 429,
};

createServer(async (request, response) => {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    const { authorization = "", "x-api-key": apiKey } = request.headers;
    const key = String(apiKey ?? authorization.replace(/^bearer /i, ""));
    const { method, url: path, socket } = request;
    const verdict = await verify({
      key,
      scopes: [method === "GET" ? "webhooks:read" : "webhooks:write"],
      ip: socket.remoteAddress,
      method,
      path,
    });
    if (!verdict.valid) return send(STATUSES[verdict.code] ?? 401, { error: verdict.code });
    return send(200, { organizationId: verdict.organizationId, stock: 42 });
  } catch (error) {
    // Without an answer nobody is let in.
    console.error(error);
    return send(503, { error: "unavailable" });
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
